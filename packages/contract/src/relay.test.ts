import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from './errors.ts'
import { LIMITS } from './limits.ts'
import {
  decodeLive,
  encodeLive,
  RELAY_TEXT_BYTES,
  readFromVault,
  readHello,
  readToVault,
  relayCloseCode,
} from './relay.ts'

const id = 'a'.repeat(26)

describe('live parts', () => {
  test('decode ∘ encode is identity', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 100 }), (startsWithKey, object) => {
        expect(decodeLive(encodeLive({ startsWithKey, object }))).toEqual({ startsWithKey, object })
      }),
    )
  })

  test('version 1 and the key flag are the first two bytes', () => {
    expect([...encodeLive({ startsWithKey: true, object: Uint8Array.of(9) })]).toEqual([1, 1, 9])
    expect([...encodeLive({ startsWithKey: false, object: Uint8Array.of(9) })]).toEqual([1, 0, 9])
  })

  test.each([
    ['nothing', []],
    ['no object', [1, 0]],
    ['another version', [2, 0, 9]],
    ['an unknown flag', [1, 2, 9]],
    ['an unknown flag beside the known one', [1, 3, 9]],
  ])('%s is refused', (_, bytes) => {
    expect(decodeLive(Uint8Array.from(bytes))).toBeNull()
  })

  test('the longest part passes, a byte more does not', () => {
    const longest = encodeLive({ startsWithKey: true, object: new Uint8Array(LIMITS.livePartBytes) })
    expect(longest.length).toBe(LIMITS.livePartBytes + 2)
    expect(decodeLive(longest)?.object.length).toBe(LIMITS.livePartBytes)
    expect(decodeLive(new Uint8Array([...longest, 0]))).toBeNull()
  })
})

const text = (value: unknown): string => JSON.stringify(value)

describe('messages', () => {
  test('a body of the longest length fits, one group more does not', () => {
    const body = Buffer.alloc(LIMITS.relayMessageBytes).toString('base64')
    const send = { type: 'send', to: id, body }
    expect(readToVault(text(send))).toEqual(send)
    expect(text(send).length).toBeLessThanOrEqual(RELAY_TEXT_BYTES)
    expect(readToVault(text({ ...send, body: `AAAA${body}` }))).toBeNull()
  })

  test('unknown types, fields, codes and ids are refused', () => {
    const unwatch = { type: 'unwatch', stream: id }
    expect(readToVault(text(unwatch))).toEqual(unwatch)
    expect(readToVault(text({ ...unwatch, more: 1 }))).toBeNull()
    expect(readToVault(text({ ...unwatch, stream: 'A' }))).toBeNull()
    expect(readToVault(text({ type: 'ready', online: [] }))).toBeNull()
    const refused = { type: 'refused', stream: id, code: 'token_invalid' }
    expect(readFromVault(text(refused))).toEqual(refused)
    expect(readFromVault(text({ ...refused, code: 'tea' }))).toBeNull()
    expect(readHello(text({ 'signature-input': 'a', signature: 'b' }))).not.toBeNull()
    expect(readHello(text({ 'signature-input': 'a', signature: 'b', more: 'c' }))).toBeNull()
  })

  test('whatever is no JSON is no message', () => {
    fc.assert(
      fc.property(fc.string(), noise => {
        expect([readHello(noise), readToVault(noise), readFromVault(noise)]).toEqual([null, null, null])
      }),
    )
  })
})

test('every error closes with a code that applications may use, and a reason that fits', () => {
  for (const code of ERROR_CODES) {
    expect(relayCloseCode(code)).toBeGreaterThanOrEqual(4400)
    expect(relayCloseCode(code)).toBeLessThan(5000)
    expect(new TextEncoder().encode(code).length).toBeLessThanOrEqual(123)
  }
  expect(relayCloseCode('removed_device')).toBe(4403)
})
