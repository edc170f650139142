import type { CameraView, DeviceView, HouseholdView, PendingView, Span } from '../engine/api.ts'
import type { Clip } from './footage.ts'

/** A made-up household, for looking at pages. Ids are cast here and nowhere else: nothing is signed by these. */
const id = <T extends string>(text: string): T => text.padEnd(26, 'a') as T

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const SELF = id<DeviceView['id']>('self')
export const HUB = id<DeviceView['id']>('hub')
export const MARIA = id<DeviceView['id']>('maria')
export const TABLET = id<DeviceView['id']>('tablet')
export const NEWCOMER = id<DeviceView['id']>('newcomer')

const NAMES: readonly (readonly [string, Clip])[] = [
  ['Front door', 'door'],
  ['Street', 'street'],
  ['Garden', 'dusk'],
  ['Garage', 'night'],
]
const MORE = [
  'Hall',
  'Kitchen',
  'Terrace',
  'Shed',
  'Cellar stairs',
  'Back gate',
  'Driveway',
  'Pond',
  'Attic',
  'Workshop',
  'Gate',
  'Roof',
]

export const clipOf = (camera: CameraView): Clip =>
  NAMES.find(([name]) => name === camera.name)?.[1] ??
  (['street', 'dusk', 'night'] as const)[camera.name.length % 3] ??
  'street'

export function cameras(count: number, now: number): CameraView[] {
  const names = [...NAMES.map(([name]) => name), ...MORE].slice(0, count)
  return names.map((name, i) => ({
    id: id(`camera${String.fromCharCode(97 + i)}`),
    name,
    audio: i === 3 ? id(`sound${String.fromCharCode(97 + i)}`) : null,
    sub: null,
    addedAt: now - 40 * DAY,
    stoppedAt: null,
    days: i === 0 ? 7 : 30,
    endedBefore: now - (i === 0 ? 7 : 30) * DAY,
    live: {
      state: 'recording',
      problem: null,
      sealedAt: now - 1200 - i * 90,
      bitrate: 3_400_000,
      codec: 'H.264',
      width: name === 'Front door' ? 480 : 1920,
      height: name === 'Front door' ? 640 : 1080,
      fps: 25,
      viewers: i === 0 ? [SELF, MARIA] : [],
      address: `rtsp://192.168.1.${20 + i}/stream1`,
    },
  }))
}

const device = (over: Partial<DeviceView> & Pick<DeviceView, 'id' | 'name' | 'roles'>): DeviceView => ({
  addedAt: Date.now() - 40 * DAY,
  removedAt: null,
  self: false,
  online: false,
  from: 0,
  ...over,
})

export function household(now: number): HouseholdView {
  return {
    id: id('household'),
    name: 'Linden Street 4',
    self: SELF,
    admin: true,
    devices: [
      device({ id: HUB, name: 'hub', roles: ['admin', 'recorder'], online: true }),
      device({ id: SELF, name: 'Kitchen laptop', roles: ['admin', 'session'], self: true, online: true }),
      device({ id: MARIA, name: 'Maria’s phone', roles: ['admin', 'session'], online: true, addedAt: now - 30 * DAY }),
      device({ id: TABLET, name: 'Jonas’ tablet', roles: ['session'], addedAt: now - 5 * HOUR, from: now - 5 * HOUR }),
      device({
        id: id('old'),
        name: 'Old phone',
        roles: ['session'],
        addedAt: now - 39 * DAY,
        removedAt: now - 2 * DAY,
      }),
    ],
    pending: [],
    cameras: cameras(4, now),
    hub: { id: HUB, state: 'here', since: now - 9 * HOUR, keys: 'held' },
    vault: { state: 'here', since: now - 9 * HOUR },
    log: {
      size: 18_234,
      witnesses: [{ name: 'witness.localhost', cosignedAt: now - 9000, own: true }],
      checkedAt: now - 3000,
    },
    alarms: [],
  }
}

export const pending = (now: number): PendingView => ({
  id: NEWCOMER,
  createdAt: now - 40_000,
  expiresAt: now + 10 * MINUTE,
  busy: false,
})

/** A day with what a timeline has to draw: a camera that was unplugged, a hub that was stopped, a deletion. */
export function spansOf(range: { readonly from: number; readonly to: number }, now: number): readonly Span[] {
  const begin = now - 12 * DAY
  const marks: { from: number; to: number; make: (from: number, to: number) => Span }[] = []
  const hole = (from: number, to: number, make: (from: number, to: number) => Span): void =>
    void marks.push({ from, to, make })
  const gap =
    (reason: string) =>
    (from: number, to: number): Span => ({ type: 'gap', from, to, reason })
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  for (let day = 12; day >= 0; day--) {
    const at = midnight - day * DAY
    hole(at + 3 * HOUR, at + 3 * HOUR + 4 * MINUTE, gap('hub_stopped'))
    hole(at + 11.2 * HOUR, at + 11.6 * HOUR, gap('camera_unreachable'))
    hole(at + 14 * HOUR, at + 14.3 * HOUR, (from, to) => ({ type: 'deleted', from, to, at: to + HOUR, by: MARIA }))
  }
  hole(now - 95 * MINUTE, now - 71 * MINUTE, gap('camera_unreachable'))
  const lo = Math.max(range.from, begin)
  const hi = Math.min(range.to, now - 2000)
  const spans: Span[] = []
  let at = lo
  for (const mark of marks.toSorted((a, b) => a.from - b.from)) {
    if (mark.to <= at || mark.from >= hi) continue
    if (mark.from > at) spans.push({ type: 'recorded', from: at, to: mark.from })
    const to = Math.min(mark.to, hi)
    spans.push(mark.make(Math.max(mark.from, at), to))
    at = to
  }
  if (at < hi) spans.push({ type: 'recorded', from: at, to: hi })
  return spans
}
