import { type DeviceId, deviceIdOf, type StreamId } from '@hausrecht/crypto/ids'
import type { LoggedEntry } from './chain-state.ts'
import type { OpenDevice } from './device.ts'
import { ClientError } from './errors.ts'
import { type EntryPayload, openPayload } from './payload.ts'
import { VaultError } from './vault-error.ts'

/** A camera as people know it: its streams share a name. */
export type Camera = {
  readonly name: string
  readonly video: StreamId
  readonly audio: StreamId | null
  readonly sub: StreamId | null
  readonly recorder: DeviceId
  readonly addedAt: number
  readonly stoppedAt: number | null
}

export type Names = {
  readonly household: string
  readonly cameras: readonly Camera[]
  readonly devices: ReadonlyMap<DeviceId, string>
  /** Entries whose name could not be opened, and why: withheld, damaged, deleted, or not for this device. */
  readonly unreadable: readonly { readonly index: number; readonly code: ClientError['code'] | 'withheld' }[]
}

const PREFIX = 'chain/payload.'
const CAMERA_NAME = 'name:'
/** The key of a policy's payload that gives a camera another name. */
export const cameraNameKey = (video: StreamId): string => `${CAMERA_NAME}${video}`
/** Shown for what has no readable name: the beginning of its id. */
const fallback = (id: string): string => id.slice(0, 6)

/** Opens the sealed names of the household. Payloads are fetched once and kept, sealed as they are. */
export async function readNames(device: OpenDevice): Promise<Names> {
  const { state, entries } = device.chain
  const unreadable: { index: number; code: ClientError['code'] | 'withheld' }[] = []
  const texts = new Map<LoggedEntry, EntryPayload>()
  const sealed = await sealedPayloads(device)
  for (const logged of entries) {
    if (logged.entry.commitment === null) continue
    const bytes = sealed.get(logged.index)
    if (bytes === undefined) {
      unreadable.push({ index: logged.index, code: 'withheld' })
      continue
    }
    try {
      texts.set(logged, await openPayload(device, logged.entry, bytes))
      await keepPayload(device, logged.index, bytes)
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      unreadable.push({ index: logged.index, code: error.code })
    }
  }
  const streamNames = new Map<StreamId, string>()
  const renamed = new Map<string, string>()
  const devices = new Map<DeviceId, string>()
  let household = fallback(device.household)
  for (const [{ entry }, text] of texts) {
    const { statement } = entry
    if (statement.type === 'add_stream') streamNames.set(statement.stream, text.name ?? fallback(statement.stream))
    if (statement.type === 'add_device') setName(devices, deviceIdOf(statement.publicKey), text)
    if (statement.type === 'policy') {
      household = text.household ?? household
      setName(devices, entry.actor, text)
      for (const [key, name] of Object.entries(text))
        if (key.startsWith(CAMERA_NAME)) renamed.set(key.slice(CAMERA_NAME.length), name)
    }
  }
  const streams = [...state.streams.values()]
  const cameras = streams.flatMap((stream): Camera[] => {
    if (stream.kind !== 'video') return []
    const pair = (kind: 'audio' | 'sub') => streams.find(other => other.kind === kind && other.pair === stream.id)
    return [
      {
        name: renamed.get(stream.id) ?? streamNames.get(stream.id) ?? fallback(stream.id),
        video: stream.id,
        audio: pair('audio')?.id ?? null,
        sub: pair('sub')?.id ?? null,
        recorder: stream.recorder,
        addedAt: stream.addedAt,
        stoppedAt: stream.stoppedAt,
      },
    ]
  })
  return { household, cameras, devices, unreadable }
}

function setName(devices: Map<DeviceId, string>, id: DeviceId, text: EntryPayload): void {
  if (text.name !== undefined) devices.set(id, text.name)
}

/** Kept only once it opened: a vault that gives rubbish first can still give the right one later. */
async function keepPayload({ store }: OpenDevice, index: number, sealed: Uint8Array): Promise<void> {
  const file = `${PREFIX}${index}`
  if ((await store.read(file)) === null) await store.write(file, sealed)
}

/** Sealed payloads by the log index of their entry. */
async function sealedPayloads(device: OpenDevice): Promise<ReadonlyMap<number, Uint8Array>> {
  const { store, chain, vault } = device
  const found = new Map<number, Uint8Array>()
  for (const file of await store.list(PREFIX)) {
    const bytes = await store.read(file)
    if (bytes !== null) found.set(Number(file.slice(PREFIX.length)), bytes)
  }
  const first = chain.entries.findIndex(({ entry, index }) => entry.commitment !== null && !found.has(index))
  if (first < 0) return found
  for (let from = first; from < chain.entries.length; ) {
    const page = await vault.listEntries(from).catch((error: unknown) => {
      // Without the vault, what is known has to do; what is not is told as withheld.
      if (error instanceof VaultError && error.status === 0) return []
      throw error
    })
    if (page.length === 0) break
    for (const { logIndex, payload } of page) {
      if (payload === null || found.has(logIndex)) continue
      found.set(logIndex, payload)
    }
    from += page.length
  }
  return found
}
