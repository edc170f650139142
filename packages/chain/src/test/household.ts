import { type DeviceId, deviceIdOf, householdIdOf, newOrderId, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { type SigningKey, signingKeyFromSeed } from '@hausrecht/crypto/signature'
import { type Applied, applyEntry, verifyEntry } from '../apply.ts'
import { type Draft, type Entry, isCommutative, NO_PREVIOUS, signEntry, type VerifiedEntry } from '../entry.ts'
import type { HouseholdState } from '../state.ts'
import type { AddDevice, AddStream, DeleteOrder, Genesis, Role } from '../types.ts'

/** A key whose seed is one byte repeated: the same in every run. */
export const testKey = (seed: number): Promise<SigningKey> =>
  signingKeyFromSeed({ use: fn => fn(new Uint8Array(32).fill(seed)) })

export const [founder, vaultKey, phone, laptop] = await Promise.all([testKey(1), testKey(2), testKey(3), testKey(4)])
export const me: DeviceId = deviceIdOf(founder.publicKey)
export const phoneId: DeviceId = deviceIdOf(phone.publicKey)
export const nonce: Uint8Array = new Uint8Array(32).fill(9)
export const logStream: StreamId = newStreamId()
export const camera: StreamId = newStreamId()

export const genesis = (change: Partial<Genesis> = {}): Genesis => ({
  type: 'genesis',
  household: householdIdOf(founder.publicKey, nonce),
  nonce,
  publicKey: founder.publicKey,
  vaultKey: vaultKey.publicKey,
  origin: 'vault.example',
  logStream,
  ...change,
})
export const addDevice = (
  key: SigningKey,
  roles: readonly Role[] = ['vault'],
  streams: 'all' | readonly StreamId[] = 'all',
): AddDevice => ({
  type: 'add_device',
  publicKey: key.publicKey,
  roles,
  entitlement: { from: 100, streams },
  prekeys: [],
})
export const addStream = (stream: StreamId, recorder: DeviceId = me): AddStream => ({
  type: 'add_stream',
  stream,
  kind: 'video',
  recorder,
  pair: null,
})
export const order = (lo: number, hi: number, stream: StreamId | null = camera, id = newOrderId()): DeleteOrder => ({
  type: 'delete_order',
  order: id,
  ranges: [{ stream, lo, hi }],
})

/** Signs a statement in its right place (or where `change` says). */
export async function sign(
  state: HouseholdState | null,
  key: SigningKey,
  statement: Draft['statement'],
  change: Partial<Draft> = {},
): Promise<Entry> {
  const actor = deviceIdOf(key.publicKey)
  const author = state?.devices.get(actor)
  const place = isCommutative(statement)
    ? { sequence: author?.written ?? 0, previous: author?.last ?? NO_PREVIOUS }
    : { sequence: state?.length ?? 0, previous: state?.head ?? NO_PREVIOUS }
  return signEntry({ time: 1000, actor, statement, commitment: null, ...place, ...change }, key)
}

/** Signs and verifies. */
export async function make(...args: Parameters<typeof sign>): Promise<VerifiedEntry> {
  return verifyEntry(args[0], await sign(...args))
}

export function accepted(applied: Applied): HouseholdState {
  if (!applied.ok) throw new Error(applied.code)
  return applied.state
}

/** Everything after the genesis by these authors, one after the other. */
export async function build(...steps: readonly (readonly [SigningKey, Draft['statement']])[]): Promise<HouseholdState> {
  return extend(accepted(applyEntry(null, await make(null, founder, genesis()))), ...steps)
}

export async function extend(
  start: HouseholdState,
  ...steps: readonly (readonly [SigningKey, Draft['statement']])[]
): Promise<HouseholdState> {
  let state = start
  for (const [key, statement] of steps) state = accepted(applyEntry(state, await make(state, key, statement)))
  return state
}

/** A founder's hub, a phone that holds history, one camera. */
export const home = (): Promise<HouseholdState> => build([founder, addDevice(phone)], [founder, addStream(camera)])
