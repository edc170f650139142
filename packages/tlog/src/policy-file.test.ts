import { generateSigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { formatVkey, type NoteKey, noteKey, TYPE_COSIGNATURE, TYPE_ED25519 } from './note.ts'
import { meetsQuorum, parsePolicy } from './policy.ts'
import { formatPolicy, policyOf, thresholdOf } from './policy-file.ts'

let log: NoteKey
let witnesses: readonly NoteKey[]
beforeAll(async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => generateSigningKey()))
  const [own, ...others] = keys.map(({ key }) => key.publicKey)
  log = noteKey('vault.example/hh/abc', TYPE_ED25519, own ?? new Uint8Array(0))
  witnesses = others.map((publicKey, i) => noteKey(`w${i}.example`, TYPE_COSIGNATURE, publicKey))
})

test('what is written is read as the same, and asks for as many', () => {
  fc.assert(
    fc.property(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.subarray([0, 1, 2, 3]), (count, least, cosigned) => {
      const asked = { witnesses: witnesses.slice(0, count), quorum: Math.min(least, count) }
      const read = parsePolicy(formatPolicy(log, asked))
      expect(read.logs.map(({ key }) => formatVkey(key))).toEqual([formatVkey(log)])
      expect(thresholdOf(read)).toEqual(asked.quorum === 0 ? { witnesses: [], quorum: 0 } : asked)
      const enough = (policy: typeof read): boolean =>
        meetsQuorum(
          policy.quorum,
          new Set(
            policy.witnesses.map(({ key }) => key).filter(key => cosigned.some(i => key.name === `w${i}.example`)),
          ),
        )
      const found = cosigned.filter(i => i < count).length
      expect([enough(read), enough(policyOf(asked))]).toEqual([found >= asked.quorum, found >= asked.quorum])
    }),
  )
})

test('one witness is a number, a group of groups is none', () => {
  const [a, b] = witnesses.map(formatVkey)
  const lines = `witness a ${a}\nwitness b ${b}\n`
  expect(thresholdOf(parsePolicy(`${lines}quorum b\n`))).toEqual({ witnesses: witnesses.slice(1, 2), quorum: 1 })
  const nested = parsePolicy(`${lines}group g 1 a\ngroup all 2 g b\nquorum all\n`)
  expect(() => thresholdOf(nested)).toThrow(expect.objectContaining({ code: 'bad_policy' }))
})
