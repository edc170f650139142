import { toHex, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { type DeviceId, deviceIdOf, householdIdOf, newOrderId, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Applied, applyEntry, verifyEntry } from './apply.ts'
import { decodeEntry, type Draft, isCommutative, isForkProof, NO_PREVIOUS, signEntry, type VerifiedEntry } from './entry.ts'
import { ChainError, REJECTIONS, type Rejection } from './errors.ts'
import { canDelete, canRead, canRecord, generationOf, isDeleted, orderFor } from './rights.ts'
import type { HouseholdState } from './state.ts'
import { LIMITS, type Role, type Statement } from './types.ts'

let founder: SigningKey
let vault: SigningKey
let phone: SigningKey
let laptop: SigningKey
const nonce = new Uint8Array(32).fill(9)
const logStream = newStreamId()
const camera = newStreamId()

beforeAll(async () => {
  const keys = await Promise.all([1, 2, 3, 4].map(() => generateSigningKey()))
  ;[founder, vault, phone, laptop] = keys.map(pair => pair.key) as [SigningKey, SigningKey, SigningKey, SigningKey]
})

const genesis = (change: object = {}): Statement => ({
  type: 'genesis',
  household: householdIdOf(founder.publicKey, nonce),
  nonce,
  publicKey: founder.publicKey,
  vaultKey: vault.publicKey,
  origin: 'vault.example',
  logStream,
  ...change,
})
const addDevice = (key: SigningKey, roles: readonly Role[] = ['vault'], streams: 'all' | readonly StreamId[] = 'all'): Statement => ({
  type: 'add_device',
  publicKey: key.publicKey,
  roles,
  entitlement: { from: 100, streams },
  prekeys: [],
})
const addStream = (stream: StreamId, recorder: DeviceId): Statement => ({ type: 'add_stream', stream, kind: 'video', recorder, pair: null })
const order = (lo: number, hi: number, stream: StreamId | null = camera, id = newOrderId()): Statement => ({
  type: 'delete_order',
  order: id,
  ranges: [{ stream, lo, hi }],
})

/** Signs a statement in its right place (or where `change` says). */
async function make(state: HouseholdState | null, key: SigningKey, statement: Statement, change: Partial<Draft> = {}): Promise<VerifiedEntry> {
  const actor = deviceIdOf(key.publicKey)
  const author = state?.devices.get(actor)
  const place = isCommutative(statement)
    ? { sequence: author?.written ?? 0, previous: author?.last ?? NO_PREVIOUS }
    : { sequence: state?.length ?? 0, previous: state?.head ?? NO_PREVIOUS }
  const entry = await signEntry({ time: 1000, actor, statement, commitment: null, ...place, ...change }, key)
  return (await verifyEntry(state, entry).catch(() => entry)) as VerifiedEntry
}

function accepted(applied: Applied): HouseholdState {
  if (!applied.ok) throw new Error(applied.code)
  return applied.state
}
async function build(...steps: [SigningKey, Statement][]): Promise<HouseholdState> {
  let state = accepted(applyEntry(null, await make(null, founder, genesis())))
  for (const [key, statement] of steps) state = accepted(applyEntry(state, await make(state, key, statement)))
  return state
}
const home = (): Promise<HouseholdState> =>
  build([founder, addDevice(phone)], [founder, addStream(camera, deviceIdOf(founder.publicKey))])

describe('the rules of the chain', () => {
  test('a household begins, grows and says who may do what', async () => {
    const state = await home()
    const [me, other] = [deviceIdOf(founder.publicKey), deviceIdOf(phone.publicKey)]
    expect(state.length).toBe(3)
    expect([canRecord(state, me, camera), canRecord(state, other, camera)]).toEqual([true, false])
    expect([canRead(state, other, camera, 100), canRead(state, other, camera, 99)]).toEqual([true, false])
    expect([canDelete(state, me), canDelete(state, other)]).toEqual([true, false])
  })

  test('every rejection has an entry that meets it', async () => {
    const state = await home()
    const me = deviceIdOf(founder.publicKey)
    const removed = accepted(applyEntry(state, await make(state, founder, { type: 'remove_device', device: deviceIdOf(phone.publicKey) })))
    const ordered = accepted(applyEntry(state, await make(state, founder, order(1, 2))))
    const again = ordered.orders[0]?.id
    const started = accepted(applyEntry(state, await make(state, founder, { type: 'generation', stream: camera, generation: 0, fromLeaf: 5, reason: 'first' })))
    const stopped = accepted(applyEntry(state, await make(state, founder, { type: 'stop_stream', stream: camera })))
    const crowd: HouseholdState = {
      ...state,
      devices: new Map([...state.devices, ...Array.from({ length: LIMITS.devices }, (_, i) => [`d${i}` as DeviceId, { ...[...state.devices.values()][0], id: `d${i}` as DeviceId }] as const)]) as HouseholdState['devices'],
      streams: new Map([...state.streams, ...Array.from({ length: LIMITS.streams }, (_, i) => [`s${i}` as StreamId, [...state.streams.values()][0]] as const)]) as HouseholdState['streams'],
    }
    const badKey = new Uint8Array(32)
    badKey[0] = 1 // the neutral element: of small order
    const prekey = { id: 1, publicKey: new Uint8Array(LIMITS.prekeyBytes) }
    const tooMany = { type: 'prekeys', prekeys: Array.from({ length: 9 }, (_, id) => ({ ...prekey, id })) } as const
    const sign = await make(state, founder, { type: 'prekeys', prekeys: [] })
    const cases: Record<Rejection, Applied> = {
      genesis_expected: applyEntry(null, await make(state, founder, { type: 'policy', deleters: 'any' })),
      genesis_again: applyEntry(state, await make(null, founder, genesis())),
      bad_genesis: applyEntry(null, await make(null, founder, genesis({ nonce: new Uint8Array(32) }))),
      chain_conflict: applyEntry(state, await make(state, founder, { type: 'policy', deleters: 'any' }, { sequence: 1 })),
      author_conflict: applyEntry(state, await make(state, founder, order(1, 2), { sequence: 1 })),
      unknown_actor: applyEntry(state, await make(state, laptop, order(1, 2))),
      removed_actor: applyEntry(removed, await make(removed, phone, order(1, 2))),
      not_allowed: applyEntry(state, await make(state, phone, addDevice(laptop))),
      bad_key: applyEntry(state, await make(state, founder, { ...addDevice(laptop), publicKey: badKey } as Statement)),
      device_exists: applyEntry(removed, await make(removed, founder, addDevice(phone))),
      unknown_device: applyEntry(removed, await make(removed, founder, { type: 'remove_device', device: deviceIdOf(phone.publicKey) })),
      last_admin: applyEntry(state, await make(state, founder, { type: 'remove_device', device: me })),
      too_many_devices: applyEntry(crowd, await make(crowd, founder, addDevice(laptop))),
      too_many_prekeys: applyEntry(state, { ...sign, statement: tooMany }),
      stream_exists: applyEntry(state, await make(state, founder, addStream(camera, me))),
      unknown_stream: applyEntry(state, await make(state, founder, order(1, 2, newStreamId()))),
      stream_stopped: applyEntry(stopped, await make(stopped, founder, { type: 'stop_stream', stream: camera })),
      too_many_streams: applyEntry(crowd, await make(crowd, founder, addStream(newStreamId(), me))),
      bad_generation: applyEntry(started, await make(started, founder, { type: 'generation', stream: camera, generation: 1, fromLeaf: 5, reason: 'schedule' })),
      order_exists: applyEntry(ordered, await make(ordered, founder, order(3, 4, camera, again))),
    }
    expect(Object.keys(cases).sort()).toEqual(Object.keys(REJECTIONS).sort())
    for (const [code, applied] of Object.entries(cases)) expect(applied, code).toEqual({ ok: false, code })
  })

  test('delete orders of several devices give the same state in any order', async () => {
    const start = await build([founder, addDevice(phone)], [founder, addStream(camera, deviceIdOf(founder.publicKey))], [founder, { type: 'policy', deleters: 'any' }])
    const range = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 20 })).map(([lo, more]) => [lo, lo + more] as const)
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 4 }), fc.array(range, { maxLength: 4 }), async (mine, theirs) => {
        let own = start
        const a: VerifiedEntry[] = []
        for (const [lo, hi] of mine) {
          const entry = await make(own, founder, order(lo, hi))
          a.push(entry)
          own = accepted(applyEntry(own, entry))
        }
        let other = start
        const b: VerifiedEntry[] = []
        for (const [lo, hi] of theirs) {
          const entry = await make(other, phone, order(lo, hi, null))
          b.push(entry)
          other = accepted(applyEntry(other, entry))
        }
        const replay = (entries: VerifiedEntry[]) => entries.reduce((state, entry) => accepted(applyEntry(state, entry)), start)
        const one = replay([...a, ...b])
        const two = replay([...b, ...a])
        expect(two.deleted).toEqual(one.deleted)
        expect(two.devices).toEqual(one.devices)
        for (let leaf = 0; leaf <= 90; leaf++) {
          const gone = [...mine, ...theirs].some(([lo, hi]) => lo <= leaf && leaf <= hi)
          expect(isDeleted(one, camera, leaf)).toBe(gone)
          expect(orderFor(one, camera, leaf) !== null).toBe(gone)
        }
        const [first] = a
        if (first) expect(applyEntry(one, first)).toEqual({ ok: false, code: 'author_conflict' })
      }),
      { numRuns: 20 },
    )
  })

  test('applying is pure: the state before is as it was', async () => {
    const state = await home()
    const before = structuredClone(state)
    const entry = await make(state, founder, order(1, 5))
    expect(applyEntry(state, entry)).toEqual(applyEntry(state, entry))
    expect(state).toEqual(before)
  })

  test('generations name the leaves they begin at', async () => {
    const state = await build(
      [founder, addStream(camera, deviceIdOf(founder.publicKey))],
      [founder, { type: 'generation', stream: camera, generation: 0, fromLeaf: 10, reason: 'first' }],
      [founder, { type: 'generation', stream: camera, generation: 1, fromLeaf: 20, reason: 'removal' }],
    )
    const stream = state.streams.get(camera)
    if (!stream) throw new Error('no stream')
    expect([9, 10, 19, 20, 99].map(leaf => generationOf(stream, leaf))).toEqual([null, 0, 0, 1, 1])
  })

  test('ten thousand orders replay in under two seconds of work, checked by counting, not by the clock', async () => {
    let state = await home()
    const me = deviceIdOf(founder.publicKey)
    const base = await make(state, founder, order(0, 0))
    for (let i = 0; i < 10_000; i++) {
      const author = state.devices.get(me)
      if (!author) throw new Error('no author')
      const entry = { ...base, sequence: author.written, previous: author.last, hash: randomBytes(32), statement: order(i * 2, i * 2 + 1) }
      state = accepted(applyEntry(state, entry))
    }
    // Neighbouring ranges melt into one: look-ups stay cheap however many orders there were.
    expect(state.deleted.get(camera)).toEqual([{ lo: 0, hi: 19_999 }])
    expect(state.orders.length).toBe(10_000)
  })
})

describe('entries', () => {
  test('come back from their bytes, with the hash of the bytes', async () => {
    const state = await home()
    const entry = await make(state, founder, order(1, 2))
    expect(decodeEntry(entry.bytes)).toEqual(entry)
  })

  test('another’s signature, a changed byte and a foreign key are refused', async () => {
    const state = await home()
    const entry = await make(state, founder, order(1, 2))
    for (let at = 0; at < entry.bytes.length; at += 3) {
      const bytes = entry.bytes.slice()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      const outcome = await Promise.resolve()
        .then(() => verifyEntry(state, decodeEntry(bytes)))
        .then(() => 'accepted', error => (error instanceof ChainError ? 'refused' : String(error)))
      expect(outcome, `byte ${at}`).toBe('refused')
    }
    await expect(signEntry({ ...entry, actor: deviceIdOf(phone.publicKey) }, founder)).rejects.toThrow(ChainError)
  })

  test('unknown fields, versions, types and lengths are no entries', async () => {
    const state = await home()
    const { bytes } = await make(state, founder, order(1, 2))
    expect(() => decodeEntry(new Uint8Array(LIMITS.entryBytes + 1))).toThrow(/64 KiB/)
    expect(() => decodeEntry(encode(new Map([[1, 1]])))).toThrow(ChainError)
    expect(() => decodeEntry(utf8('hello'))).toThrow(ChainError)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: bytes.length - 1 }), (junk, at) => {
        const put = new Uint8Array([...bytes.subarray(0, at), ...junk, ...bytes.subarray(at)])
        for (const candidate of [junk, put]) {
          try {
            decodeEntry(candidate)
            expect(toHex(candidate)).toBe(toHex(bytes))
          } catch (error) {
            if (!(error instanceof ChainError)) throw error
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('two histories of one author are proof of a fork', async () => {
    const state = await home()
    const one = await make(state, founder, { type: 'policy', deleters: 'any' })
    const two = await make(state, founder, { type: 'policy', deleters: 'admins' })
    expect(isForkProof(one, two)).toBe(true)
    expect(isForkProof(one, one)).toBe(false)
  })
})
