import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import { TlogError } from './errors.ts'
import { noteKey, TYPE_ED25519 } from './note.ts'
import { formatProofFile, PROOF_FILE_MAX_LENGTH, parseProofFile, verifyProofFile } from './proof-file.ts'
import { MAX_PROOF_HASHES } from './proofs.ts'
import { leafHash, nodeHash } from './tree.ts'

/** Shaped like the example of c2sp.org/tlog-proof, whose signatures are left out there. */
const EXAMPLE = `c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMQ==
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog AAAAAAA=
`
const hash = toBase64(new Uint8Array(32))

test('the form of the specification is read and written the same', () => {
  const file = parseProofFile(EXAMPLE)
  expect([file.index, file.proof.length, file.extra]).toEqual([73894, 2, utf8('age-v1.2.1')])
  expect(file.checkpoint.startsWith('example.com/fancylog\n109482\n')).toBe(true)
  expect(formatProofFile(file)).toBe(EXAMPLE)
  expect(parseProofFile(EXAMPLE.replace(/extra.*\n/, '')).extra).toBeNull()
})

test.each([
  ['nothing', ''],
  ['another version', EXAMPLE.replace('@v1', '@v2')],
  ['no index', EXAMPLE.replace(/index.*\n/, '')],
  ['index before extra', EXAMPLE.replace(/(extra.*\n)(index.*\n)/, '$2$1')],
  ['a leading zero', EXAMPLE.replace('73894', '073894')],
  ['a negative index', EXAMPLE.replace('73894', '-1')],
  ['an index that numbers cannot hold', EXAMPLE.replace('73894', '9007199254740992')],
  ['a short hash', EXAMPLE.replace(/gSKy.*\n/, 'gSKyXg==\n')],
  ['a hash that is no base64', EXAMPLE.replace('gSKy', '*SKy')],
  ['extra that is no base64', EXAMPLE.replace('YWdl', '*Wdl')],
  ['too many hashes', EXAMPLE.replace(/gSKy.*\n/, `${hash}\n`.repeat(MAX_PROOF_HASHES))],
  ['too long', EXAMPLE + ' '.repeat(PROOF_FILE_MAX_LENGTH)],
])('%s is refused', (_, text) => {
  expect(() => parseProofFile(text)).toThrow(expect.objectContaining({ code: 'bad_proof' }))
})

test('the longest proof is read', () => {
  const text = EXAMPLE.replace(/gSKy.*\n/, `${hash}\n`.repeat(MAX_PROOF_HASHES - 1))
  expect(parseProofFile(text).proof).toHaveLength(MAX_PROOF_HASHES)
})

test('a file proves its own leaf in its own place, and no changed file proves anything', async () => {
  const { key } = await generateSigningKey()
  const [left, right] = [leafHash(utf8('a')), leafHash(utf8('b'))]
  const policy = { log: noteKey('o', TYPE_ED25519, key.publicKey), witnesses: [], quorum: 0 }
  const checkpoint = await signCheckpoint({ origin: 'o', size: 2, root: nodeHash(left, right) }, key)
  const file = formatProofFile({ index: 1, proof: [left], checkpoint })
  expect((await verifyProofFile(file, right, policy)).size).toBe(2)
  await expect(verifyProofFile(file, left, policy)).rejects.toThrow(TlogError)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.string({ maxLength: 2 }), async (at, put) => {
      const changed = file.slice(0, at) + put + file.slice(at + 1)
      fc.pre(changed !== file)
      await expect(verifyProofFile(changed, right, policy)).rejects.toThrow(TlogError)
    }),
    { numRuns: 200 },
  )
})
