import { readFileSync } from 'node:fs'
import { toHex } from '@hausrecht/crypto/bytes'
import { householdIdFrom } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinCommitment, sasDigits, type Transcript } from './sas.ts'

const bytes = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)
const prekeys = [{ id: 7, publicKey: bytes(8, 1216) }]
const commitment = joinCommitment(bytes(2), prekeys, bytes(4))
const transcript: Transcript = {
  household: householdIdFrom(bytes(1, 16)),
  joiner: { publicKey: bytes(2), nonce: bytes(4), commitment },
  approver: { publicKey: bytes(3), nonce: bytes(5) },
  chainHead: bytes(6),
}

describe('the six digits', () => {
  test('are those of docs/formats/join.md', () => {
    const page = readFileSync(new URL('../../../docs/formats/join.md', import.meta.url), 'utf8')
    expect(page).toContain(`| commitment | \`${toHex(commitment)}\` |`)
    expect(page).toContain(`| digits | \`${sasDigits(transcript)}\` |`)
  })

  test('are always six, and spread over all of them', () => {
    const firsts = new Set<string>()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), nonce => {
        const digits = sasDigits({ ...transcript, approver: { ...transcript.approver, nonce } })
        expect(digits).toMatch(/^\d{6}$/)
        firsts.add(digits.slice(0, 1))
      }),
      { numRuns: 300, examples: [] },
    )
    expect(firsts.size).toBe(10)
  })

  test('the commitment binds key, one-time keys and nonce', () => {
    const others = [
      joinCommitment(bytes(9), prekeys, bytes(4)),
      joinCommitment(bytes(2), [{ id: 8, publicKey: bytes(8, 1216) }], bytes(4)),
      joinCommitment(bytes(2), [...prekeys, ...prekeys], bytes(4)),
      joinCommitment(bytes(2), [], bytes(4)),
      joinCommitment(bytes(2), prekeys, bytes(9)),
    ]
    expect(new Set([commitment, ...others].map(toHex)).size).toBe(6)
  })
})
