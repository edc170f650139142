import { readFileSync } from 'node:fs'
import { toHex } from '@hausrecht/crypto/bytes'
import { seal } from '@hausrecht/crypto/cobblestone'
import { sha256 } from '@hausrecht/crypto/hash'
import { objectIdFrom } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'
import { expect, test } from 'vitest'
import { objectKey } from './object-key.ts'
import { KeyTree } from './tree.ts'

const page = readFileSync(new URL('../../../docs/formats/keys.md', import.meta.url), 'utf8')
const zeros = (length: number): Uint8Array => new Uint8Array(length)

test('docs/formats/keys.md has the answers that the code gives', async () => {
  const leaf = KeyTree.fromRoot(Secret.from(zeros(32))).leafKey(1_361_850_425)
  expect(page).toContain(`leaf 1361850425 → \`${leaf?.use(toHex)}\``)
  const object = objectKey(Secret.from(zeros(32)), 1, objectIdFrom(zeros(16)))
  expect(page).toContain(`object id of 16 zero bytes → \`${object.use(toHex)}\``)
  const key = Secret.from(Uint8Array.from({ length: 32 }, (_, i) => i))
  const salt = Uint8Array.from({ length: 24 }, (_, i) => 0x64 + i)
  for (const length of [0, 16_384, 40_000]) {
    const sealed = await seal(key, new TextEncoder().encode('hh-test'), zeros(length).fill(0x61), { salt })
    expect(page).toContain(`| ${length} | \`${toHex(sha256(sealed))}\` |`)
  }
})
