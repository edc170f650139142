import { concat, equal, fromHex, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { idBytes, newOrderId, newStreamId } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyEntry } from './apply.ts'
import { decodeEntry, type Entry, payloadCommitment, signEntry } from './entry.ts'
import { ChainError } from './errors.ts'
import { findFork, isForkProof, placeOf } from './fork.ts'
import { STATEMENT_TYPES } from './statement.ts'
import {
  addDevice,
  addStream,
  camera,
  founder,
  genesis,
  home,
  make,
  me,
  order,
  phone,
  phoneId,
  sign,
} from './test/household.ts'
import { LIMITS, ROLES, type Statement } from './types.ts'

const state = await home()
const prekey = (id: number) => ({ id, publicKey: new Uint8Array(LIMITS.prekeyBytes).fill(id) })
const range = { stream: camera, lo: 1, hi: 2 }

/** One of each type, with optional fields and without. */
const STATEMENTS: readonly Statement[] = [
  genesis(),
  addDevice(phone),
  { ...addDevice(phone, ['admin', 'vault'], [camera]), prekeys: [prekey(1), prekey(2)] },
  { type: 'remove_device', device: phoneId },
  { type: 'prekeys', prekeys: [prekey(3)] },
  { type: 'prekeys', prekeys: [] },
  addStream(camera),
  { ...addStream(newStreamId()), kind: 'audio', pair: camera },
  { type: 'stop_stream', stream: camera },
  { type: 'generation', stream: camera, generation: 0xffff_ffff, fromLeaf: 0xffff_ffff, reason: 'compromise' },
  { type: 'policy', deleters: 'admins' },
  { type: 'delete_order', order: newOrderId(), ranges: [range, { stream: null, lo: 0, hi: 0xffff_ffff }] },
  { type: 'lease', minutes: LIMITS.leaseMinutes },
  { type: 'retention', rules: [] },
  {
    type: 'retention',
    rules: [
      { stream: camera, kind: null, days: 1 },
      { stream: null, kind: 'audio', days: LIMITS.retentionDays },
      { stream: null, kind: null, days: 30 },
    ],
  },
  {
    type: 'erase_receipt',
    applied: 3,
    frontier: new Uint8Array(32).fill(1),
    until: 1_795_000_000_000,
    cell: 'ram',
    cover: new Uint8Array(32).fill(2),
  },
  { type: 'lease_cut', device: phoneId, applied: 1 },
  { type: 'delete_complete', order: newOrderId() },
  { type: 'manifest', hour: 497_000, objects: LIMITS.manifestObjects, root: new Uint8Array(32).fill(3) },
]

const refused = async (bytes: Uint8Array): Promise<string> => {
  try {
    await verifyEntry(state, decodeEntry(bytes))
    return 'accepted'
  } catch (error) {
    return error instanceof ChainError ? 'refused' : String(error)
  }
}

/** The entry's map with one change, signed by nobody: what reads it must refuse it before it looks at signatures. */
function changed(
  entry: Entry,
  change: (map: Map<number | string, CborValue>, fields: Map<number | string, CborValue>) => void,
) {
  const map = decode(entry.bytes)
  if (!(map instanceof Map)) throw new Error('not a map')
  const fields = map.get(7)
  if (!(fields instanceof Map)) throw new Error('no fields')
  change(map, fields)
  return encode(map)
}

describe('entries', () => {
  test('of every type come back from their bytes, with the hash of the bytes', async () => {
    expect(new Set(STATEMENTS.map(({ type }) => type))).toEqual(new Set(STATEMENT_TYPES))
    for (const statement of STATEMENTS)
      for (const commitment of [null, payloadCommitment(new Uint8Array(32), utf8('name'))]) {
        const entry = await sign(state, founder, statement, { commitment })
        expect(decodeEntry(entry.bytes)).toEqual(entry)
        expect([entry.statement, entry.commitment]).toEqual([statement, commitment])
        expect(equal((await verifyEntry(state, entry)).bytes, entry.bytes)).toBe(true)
      }
  })

  test('any set of roles is one, except that a session is nothing else than an admin', async () => {
    const entry = await sign(state, founder, addDevice(phone))
    for (let bits = 1; bits < 1 << ROLES.length; bits++) {
      const roles = ROLES.filter((_, place) => (bits & (1 << place)) !== 0)
      const bytes = changed(entry, (_, fields) => fields.set('roles', [...roles]))
      const clear = !roles.includes('session') || (!roles.includes('recorder') && !roles.includes('vault'))
      const code = { code: 'bad_entry' }
      const read = (): object => {
        try {
          return decodeEntry(bytes).statement
        } catch (error) {
          return Object(error)
        }
      }
      expect(read(), roles.join()).toMatchObject(clear ? { roles } : code)
    }
  })

  test('a changed bit anywhere, another’s signature and a foreign key are refused', async () => {
    const entry = await make(state, founder, order(1, 2))
    for (let at = 0; at < entry.bytes.length; at++) {
      const bytes = entry.bytes.slice()
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
      expect(await refused(bytes), `byte ${at}`).toBe('refused')
    }
    await expect(signEntry({ ...entry, actor: phoneId }, founder)).rejects.toThrow(ChainError)
    const asPhone = changed(entry, map => map.set(5, idBytes(phoneId)))
    expect(await refused(asPhone)).toBe('refused')
  })

  test('what is verified is what the bytes say, not what the object says', async () => {
    const entry = await sign(state, founder, order(1, 2))
    const verified = await verifyEntry(state, { ...entry, sequence: 7, statement: order(5, 6) })
    expect([verified.sequence, verified.statement]).toEqual([entry.sequence, entry.statement])
  })

  test.each<[string, (map: Map<number | string, CborValue>, fields: Map<number | string, CborValue>) => void]>([
    ['another version', map => map.set(1, 2)],
    ['an unknown type', map => map.set(2, 'grant')],
    ['a reserved type', map => map.set(2, 'log_key')],
    ['the type of an access', map => map.set(2, 'access')],
    ['no sequence', map => map.delete(3)],
    ['a negative sequence', map => map.set(3, -1)],
    ['a sequence that numbers cannot hold', map => map.set(3, 2n ** 53n)],
    ['a time with a fraction', map => map.set(4, 1.5)],
    ['a time in text', map => map.set(4, '1000')],
    ['a short actor', map => map.set(5, new Uint8Array(15))],
    ['a short previous', map => map.set(6, new Uint8Array(31))],
    ['no fields', map => map.delete(7)],
    ['fields in a list', map => map.set(7, [])],
    ['a short commitment', map => map.set(8, new Uint8Array(31))],
    ['a commitment of null', map => map.set(8, null)],
    ['a short signature', map => map.set(9, new Uint8Array(63))],
    ['a tenth field', map => map.set(10, 1)],
    ['a field in text', map => map.set('1', 1)],
    ['an unknown public field', (_, fields) => fields.set('note', 'x')],
    ['a number for a public field', (_, fields) => fields.set(1, 1)],
    ['a missing public field', (_, fields) => fields.delete('order')],
    ['no ranges', (_, fields) => fields.set('ranges', [])],
    ['a range backwards', (_, fields) => fields.set('ranges', [[null, 2, 1]])],
    ['a range of two', (_, fields) => fields.set('ranges', [[null, 2]])],
    ['a range beyond the last leaf', (_, fields) => fields.set('ranges', [[null, 0, 2 ** 32]])],
    ['a range of a short stream', (_, fields) => fields.set('ranges', [[new Uint8Array(15), 0, 1]])],
  ])('with %s are no entries', async (_, change) => {
    const entry = await make(state, founder, order(1, 2))
    expect(() => decodeEntry(changed(entry, change))).toThrow(expect.objectContaining({ code: 'bad_entry' }))
  })

  test.each<[string, Statement, (fields: Map<number | string, CborValue>) => void]>([
    ['a session that records', addDevice(phone), fields => fields.set('roles', ['session', 'recorder'])],
    ['no role', addDevice(phone), fields => fields.set('roles', [])],
    ['a role twice', addDevice(phone), fields => fields.set('roles', ['vault', 'vault'])],
    ['a role nobody knows', addDevice(phone), fields => fields.set('roles', ['god'])],
    ['a stream given twice', addDevice(phone), fields => fields.set('streams', [idBytes(camera), idBytes(camera)])],
    [
      'a prekey id twice',
      addDevice(phone),
      fields =>
        fields.set(
          'prekeys',
          [1, 1].map(id => [id, prekey(1).publicKey]),
        ),
    ],
    ['a short prekey', addDevice(phone), fields => fields.set('prekeys', [[1, new Uint8Array(32)]])],
    ['a second log stream', addStream(camera), fields => fields.set('kind', 'log')],
    ['an empty origin', genesis(), fields => fields.set('origin', '')],
    ['an origin with a space', genesis(), fields => fields.set('origin', 'vault example')],
    ['an origin with a newline', genesis(), fields => fields.set('origin', 'vault\nexample')],
    [
      'a reason nobody knows',
      { type: 'generation', stream: camera, generation: 0, fromLeaf: 0, reason: 'first' },
      fields => fields.set('reason', ''),
    ],
    ['a policy nobody knows', { type: 'policy', deleters: 'any' }, fields => fields.set('deleters', 'nobody')],
  ])('with %s are no entries', async (_, statement, change) => {
    const entry = await sign(state, founder, statement)
    const bytes = changed(entry, (_map, fields) => change(fields))
    expect(() => decodeEntry(bytes)).toThrow(expect.objectContaining({ code: 'bad_entry' }))
  })

  test('limits: the largest is an entry, one more is not', async () => {
    const over = async (statement: Statement): Promise<string> =>
      sign(state, founder, statement).then(
        () => 'signed',
        error => (error instanceof ChainError ? error.code : String(error)),
      )
    const ranges = (count: number): Statement =>
      ({ ...order(0, 0), ranges: Array.from({ length: count }, () => range) }) as Statement
    const prekeys = (count: number): Statement => ({
      type: 'prekeys',
      prekeys: Array.from({ length: count }, (_, id) => prekey(id)),
    })
    const streams = (count: number): Statement =>
      addDevice(phone, ['vault'], Array.from({ length: count }, newStreamId))
    const origin = (length: number): Statement => genesis({ origin: 'v'.repeat(length) })
    for (const [make, limit] of [
      [ranges, LIMITS.rangesPerOrder],
      [prekeys, LIMITS.prekeys],
      [streams, LIMITS.streams],
      [origin, LIMITS.originLength],
    ] as const)
      expect([await over(make(limit)), await over(make(limit + 1))]).toEqual(['signed', 'bad_entry'])
    expect(() => decodeEntry(new Uint8Array(LIMITS.entryBytes + 1))).toThrow(
      expect.objectContaining({ code: 'entry_too_large' }),
    )
    expect(() => decodeEntry(new Uint8Array(LIMITS.entryBytes))).toThrow(expect.objectContaining({ code: 'bad_entry' }))
  })

  test('every encoding but the deterministic one is refused', async () => {
    const { bytes } = await make(state, founder, { type: 'policy', deleters: 'any' })
    // a8: a map of eight; 01 01: version 1.
    expect([...bytes.subarray(0, 3)]).toEqual([0xa8, 1, 1])
    const rest = bytes.subarray(3)
    for (const [name, other] of Object.entries({
      'a longer integer': concat(fromHex('a8011801'), rest),
      'a longer key': concat(fromHex('a8180101'), rest),
      'a longer map head': concat(fromHex('b8080101'), rest),
      'an indefinite map': concat(fromHex('bf0101'), rest, fromHex('ff')),
      'a float': concat(fromHex('a801f93c00'), rest),
      'a tag': concat(fromHex('c0'), bytes),
      'something behind': concat(bytes, fromHex('00')),
      'a field twice': concat(fromHex('a901010101'), rest),
      'fields out of order': concat(fromHex('a8'), rest, fromHex('0101')),
      'the end missing': bytes.subarray(0, -1),
    }))
      expect(await refused(other), name).toBe('refused')
    expect(await refused(bytes)).toBe('accepted')
  })

  test('any bytes are an entry or a ChainError', async () => {
    const { bytes } = await make(state, founder, order(1, 2))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: bytes.length }), (junk, at) => {
        for (const candidate of [junk, concat(bytes.subarray(0, at), junk, bytes.subarray(at))])
          try {
            expect(equal(decodeEntry(candidate).bytes, bytes)).toBe(true)
          } catch (error) {
            if (!(error instanceof ChainError)) throw error
          }
      }),
    )
  })
})

test('an entry does not change with the buffer it came in', async () => {
  const { bytes } = await sign(state, founder, order(1, 2))
  const buffer = Buffer.from(bytes)
  const entry = decodeEntry(buffer)
  buffer.fill(0)
  expect(entry).toEqual(decodeEntry(bytes))
})

describe('forks', () => {
  test('two entries of one author at one place prove a fork; races of two authors and repetitions do not', async () => {
    const one = await make(state, founder, { type: 'policy', deleters: 'any' })
    const two = await make(state, founder, { type: 'policy', deleters: 'admins' })
    const by = await make(state, phone, { type: 'remove_device', device: phoneId })
    const own = await make(state, founder, order(1, 2), { sequence: one.sequence })
    expect(isForkProof(one, two)).toBe(true)
    expect([isForkProof(one, one), isForkProof(one, by), isForkProof(one, own)]).toEqual([false, false, false])
    expect(findFork([one, by, own, one])).toBeNull()
    expect(findFork([by, one, own, two])).toEqual([one, two])
    expect(placeOf(own)).toBe(`own/${me}/${one.sequence}`)
  })
})
