import type { DeviceId } from '@hausrecht/crypto/ids'
import type { CameraView, DeviceView, HouseholdView } from '../engine/api.ts'
import type { Words } from '../words/en.ts'

export const isHub = (device: DeviceView): boolean => device.roles.includes('recorder')

/** A device that belongs to the household now. The vault is none of them: it holds no keys. */
export const isIn = (device: DeviceView): boolean => device.removedAt === null

/** "You", "the hub", or the name that somebody gave it. */
export function nameOf(words: Words, household: HouseholdView, id: DeviceId): string {
  const device = household.devices.find(one => one.id === id)
  if (device === undefined) return words.common.unknownDevice
  if (device.self) return words.common.you
  return isHub(device) ? words.common.hub : device.name
}

/** As it stands after "by": German has another form there. */
export function byName(words: Words, household: HouseholdView, id: DeviceId): string {
  const device = household.devices.find(one => one.id === id)
  if (device?.self) return words.common.byYou
  return device !== undefined && isHub(device) ? words.common.byHub : nameOf(words, household, id)
}

/** As it stands at the beginning of a line. */
export function firstName(words: Words, household: HouseholdView, id: DeviceId): string {
  const name = nameOf(words, household, id)
  const [first = ''] = name
  return first.toLocaleUpperCase() + name.slice(first.length)
}

/** Who can open recordings: this browser first, then people's devices, then the hub. */
export function readers(household: HouseholdView): readonly DeviceView[] {
  const rank = (device: DeviceView): number => (device.self ? 0 : isHub(device) ? 2 : 1)
  return household.devices.filter(isIn).toSorted((a, b) => rank(a) - rank(b) || a.addedAt - b.addedAt)
}

/** The camera that a stream belongs to: its picture, its small picture or its sound. */
export const cameraOf = (household: HouseholdView, stream: string): CameraView | undefined =>
  household.cameras.find(camera => camera.id === stream || camera.sub === stream || camera.audio === stream)

/** Cameras that still record, in the order people gave them. */
export const activeCameras = (household: HouseholdView): readonly CameraView[] =>
  household.cameras.filter(camera => camera.stoppedAt === null)

export const initial = (name: string): string => [...name.trim()][0]?.toLocaleUpperCase() ?? '?'
