import { NO_PREVIOUS, signEntry } from '@hausrecht/chain/entry'
import type { AddStream, GenerationReason, Genesis } from '@hausrecht/chain/types'
import { fromBase64 } from '@hausrecht/crypto/bytes'
import { type DeviceId, deviceIdOf, householdIdOf, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { leafOf } from '@hausrecht/keytree/leaf'
import { systemClock } from './clock.ts'
import { type OpenDevice, openDevice, type Surroundings, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { checkName, createDeviceKey, type HomeFacts, saveFacts } from './home.ts'
import { dropNewTree, keepNewTree } from './new-trees.ts'
import type { Store } from './store.ts'
import { submit } from './submit.ts'
import { VaultClient } from './vault-client.ts'

export type NewHousehold = {
  /** What people call the household. */
  readonly name: string
  /** What people call this device. */
  readonly device: string
  readonly vault: string
  readonly witnesses: readonly string[]
  readonly quorum: number
}

const NONCE_BYTES = 32

/**
 * Founds a household: this device is its first admin, recorder and vault-holder. The vault's log key is pinned in the genesis, so
 * every later device checks against the same key. @throws ClientError home_exists; VaultError
 */
export async function createHousehold(store: Store, wanted: NewHousehold, around: Surroundings): Promise<OpenDevice> {
  checkName(wanted.name)
  const clock = around.clock ?? systemClock
  const key = await createDeviceKey(store)
  const nonce = randomBytes(NONCE_BYTES)
  const household = householdIdOf(key.publicKey, nonce)
  const vault = new VaultClient({ url: wanted.vault, household, key, transport: around.transport, clock })
  const { logKey, origin } = await vault.about()
  const statement: Genesis = {
    type: 'genesis',
    household,
    nonce,
    publicKey: key.publicKey,
    vaultKey: fromBase64(logKey),
    origin,
    logStream: newStreamId(),
  }
  const actor = deviceIdOf(key.publicKey)
  const draft = { sequence: 0, time: clock.now(), actor, previous: NO_PREVIOUS, statement, commitment: null }
  await vault.createHousehold((await signEntry(draft, key)).bytes)
  const facts: HomeFacts = {
    household,
    vault: wanted.vault,
    witnesses: wanted.witnesses,
    quorum: wanted.quorum,
    name: wanted.device,
  }
  const device = await openDevice(await saveFacts(store, key, facts), around)
  await completeSetup(device, wanted.name)
  return device
}

/** The steps after the genesis; repeats what a crash left out. */
async function completeSetup(device: OpenDevice, name: string): Promise<void> {
  await sync(device)
  await startGeneration(device, device.chain.state.logStream, 'first')
  await submit(device, () => ({
    statement: { type: 'policy', deleters: 'admins' },
    payload: { household: name, name: device.name },
  }))
}

/**
 * Starts a key tree with a fresh random root for a stream this device records.
 * @returns the number of the generation
 */
export async function startGeneration(device: OpenDevice, stream: StreamId, reason: GenerationReason): Promise<number> {
  const { entry } = await submit(device, () => {
    const generations = device.chain.state.streams.get(stream)?.generations ?? []
    const last = generations.at(-1)
    const now = leafOf(device.clock.now())
    const fromLeaf = last === undefined ? now : Math.max(now, last) + 1
    const generation = generations.length
    return {
      statement: { type: 'generation', stream, generation, fromLeaf, reason },
      before: draft => keepNewTree(device, draft),
      refused: draft => dropNewTree(device, draft),
    }
  })
  return entry.statement.type === 'generation' ? entry.statement.generation : 0
}

export type NewCamera = {
  readonly name: string
  readonly sound: boolean
  /** Also record the camera's small second picture. */
  readonly sub?: boolean
}
export type CameraStreams = {
  readonly video: StreamId
  readonly audio: StreamId | null
  readonly sub: StreamId | null
}

/** Adds the streams of a camera that this device records, each with its own key tree. The name is sealed. */
export async function addCamera(device: OpenDevice, { name, sound, sub }: NewCamera): Promise<CameraStreams> {
  checkName(name)
  const add = async (kind: AddStream['kind'], pair: StreamId | null): Promise<StreamId> => {
    const stream = newStreamId()
    await submit(device, () => ({
      statement: { type: 'add_stream', stream, kind, recorder: device.id, pair },
      payload: { name },
    }))
    await startGeneration(device, stream, 'first')
    return stream
  }
  const video = await add('video', null)
  return { video, audio: sound ? await add('audio', video) : null, sub: sub ? await add('sub', video) : null }
}

/** Stops a stream for good: nothing more is recorded; what was recorded stays. */
export async function stopStream(device: OpenDevice, stream: StreamId): Promise<void> {
  await submit(device, () => ({ statement: { type: 'stop_stream', stream } }))
}

/** Removes a device and starts new generations of all streams recorded here; other recorders do so in `maintain`. */
export async function removeDevice(device: OpenDevice, target: DeviceId): Promise<void> {
  await submit(device, () => ({ statement: { type: 'remove_device', device: target } }))
  await maintain(device)
}

/**
 * What a recorder owes its streams: a first generation for each, and a new one after every removal of a device. Call after
 * `sync`; does nothing when nothing is owed.
 */
export async function maintain(device: OpenDevice): Promise<void> {
  for (const { stream, reason } of owedGenerations(device)) await startGeneration(device, stream, reason)
}

type Owed = { readonly stream: StreamId; readonly reason: GenerationReason }

function owedGenerations(device: OpenDevice): readonly Owed[] {
  const { entries, state } = device.chain
  const lastRemoval = entries.findLastIndex(({ entry }) => entry.statement.type === 'remove_device')
  return [...state.streams.values()].flatMap(({ id: stream, recorder, stoppedAt, generations }): Owed[] => {
    if (recorder !== device.id || stoppedAt !== null) return []
    if (generations.length === 0) return [{ stream, reason: 'first' }]
    const started = entries.findLastIndex(
      ({ entry: { statement } }) => statement.type === 'generation' && statement.stream === stream,
    )
    return started < lastRemoval ? [{ stream, reason: 'removal' }] : []
  })
}

/** @throws ClientError bad_argument when there is no such stream */
export function streamOf(device: OpenDevice, stream: StreamId) {
  const found = device.chain.state.streams.get(stream)
  if (found === undefined) throw new ClientError('bad_argument', 'stream')
  return found
}
