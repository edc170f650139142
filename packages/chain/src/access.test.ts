import { utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { deviceIdOf, type HouseholdId, householdIdOf, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Access, type AccessFields, decodeAccess, signAccess, verifyAccess } from './access.ts'
import { decodeSignedRequest, encodeSignedRequest, verifyAccessRequest } from './access-request.ts'
import { ChainError } from './errors.ts'
import { decodeLogLeaf } from './log-leaf.ts'
import { founder, home, make, me, nonce, order, phone, phoneId, vaultKey } from './test/household.ts'
import { signedRequest } from './test/request.ts'
import { LIMITS } from './types.ts'

const household = householdIdOf(founder.publicKey, nonce)
const stream = newStreamId()

type Asked = { household: HouseholdId; stream: StreamId; lo: number; hi: number }

async function accessBy(
  key: SigningKey,
  change: Partial<AccessFields> = {},
  asked: Partial<Asked> = {},
): Promise<Access> {
  const fields = {
    time: 5,
    reader: deviceIdOf(key.publicKey),
    stream,
    lo: 1,
    hi: 2,
    purpose: 'own' as const,
    tokenHash: new Uint8Array(32),
    expires: 9,
  }
  const request = await signedRequest({ household, stream, lo: 1, hi: 2, purpose: 'own', ...asked }, key)
  return signAccess({ ...fields, request, ...change }, vaultKey)
}

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    error => (error instanceof ChainError ? error.code : String(error)),
  )

describe('an access entry', () => {
  test('says who reads what, signed by the vault, and is told from a control entry', async () => {
    const access = await accessBy(phone)
    expect(decodeAccess(access.bytes)).toEqual(access)
    expect(decodeLogLeaf(access.bytes)).toEqual({ kind: 'access', access })
    const entry = await make(await home(), founder, order(1, 2))
    expect(decodeLogLeaf(entry.bytes)).toEqual({ kind: 'entry', entry })
    await verifyAccess(access, vaultKey.publicKey)
    expect(await code(verifyAccess(access, phone.publicKey))).toBe('bad_signature')
    expect(await code(verifyAccess({ ...access, signature: new Uint8Array(64) }, vaultKey.publicKey))).toBe(
      'bad_signature',
    )
  })

  test('with any bit changed is refused', async () => {
    const { bytes } = await accessBy(phone)
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      const outcome = await code(Promise.resolve().then(() => verifyAccess(decodeAccess(changed), vaultKey.publicKey)))
      expect(outcome, `byte ${at}`).toMatch(/^bad_(access|signature)$/)
    }
  })

  test.each<[string, (map: Map<number | string, CborValue>, fields: Map<number | string, CborValue>) => void]>([
    ['another version', map => map.set(1, 2)],
    ['another type', map => map.set(2, 'genesis')],
    ['a sequence', map => map.set(3, 0)],
    ['a payload', map => map.set(8, new Uint8Array(32))],
    ['no signature', map => map.delete(9)],
    ['a range backwards', (_, fields) => fields.set('lo', 3)],
    ['a leaf beyond the last', (_, fields) => fields.set('hi', 2 ** 32)],
    ['a purpose nobody knows', (_, fields) => fields.set('purpose', 'fun')],
    ['the token itself', (_, fields) => fields.set('token', 'x')],
    ['no request', (_, fields) => fields.delete('request')],
  ])('with %s is refused', async (_, change) => {
    const map = decode((await accessBy(phone)).bytes)
    const fields = map instanceof Map ? map.get(7) : undefined
    if (!(map instanceof Map) || !(fields instanceof Map)) throw new Error('not a map')
    change(map, fields)
    expect(() => decodeAccess(encode(map))).toThrow(expect.objectContaining({ code: 'bad_access' }))
  })

  test('any bytes are a leaf of the log or a ChainError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        expect(() => decodeLogLeaf(bytes)).toThrow(ChainError)
      }),
    )
    expect(() => decodeLogLeaf(new Uint8Array(LIMITS.entryBytes + 1))).toThrow(
      expect.objectContaining({ code: 'entry_too_large' }),
    )
  })
})

describe('the request in it', () => {
  test('is the reader’s own, for exactly what was logged', async () => {
    const check = async (access: Access, key: SigningKey = phone): Promise<string> =>
      code(verifyAccessRequest(access, household, key.publicKey))
    expect(await check(await accessBy(phone))).toBe('accepted')
    expect(await check(await accessBy(phone), founder)).toBe('bad_signature')
    // The vault uses the phone's request to say that the founder read, or that more was asked for, or of another home.
    const { request } = await accessBy(phone)
    expect(await check(await accessBy(founder, { request, reader: me }), founder)).toBe('bad_signature')
    expect(await check(await accessBy(phone, { hi: 3 }))).toBe('bad_access')
    expect(await check(await accessBy(phone, { stream: newStreamId() }))).toBe('bad_access')
    expect(await check(await accessBy(phone, {}, { household: householdIdOf(phone.publicKey, nonce) }))).toBe(
      'bad_access',
    )
    expect(await check(await accessBy(phone, { purpose: 'grant' }))).toBe('bad_access')
  })

  test('is not believed with another body or in another form', async () => {
    const access = await accessBy(phone)
    const asked = decodeSignedRequest(access.request)
    const withRequest = (request: Uint8Array): Promise<string> =>
      accessBy(phone, { request }).then(changed => code(verifyAccessRequest(changed, household, phone.publicKey)))
    expect(phoneId).toBe(access.reader)
    expect(await withRequest(encodeSignedRequest({ ...asked, body: utf8('{}') }))).toBe('bad_access')
    expect(await withRequest(encodeSignedRequest({ ...asked, base: `${asked.base} ` }))).toBe('bad_signature')
    expect(await withRequest(utf8('{}'))).toBe('bad_access')
    expect(await withRequest(encode([asked.base, asked.signature]))).toBe('bad_access')
    expect(await withRequest(encode([asked.base, asked.signature, asked.body, 1]))).toBe('bad_access')
  })
})
