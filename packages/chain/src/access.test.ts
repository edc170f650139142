import { deviceIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { expect, test } from 'vitest'
import { decodeAccess, signAccess, verifyAccess } from './access.ts'
import { ChainError } from './errors.ts'
import { decodeLogLeaf } from './log-leaf.ts'

test('an access entry says who reads what, signed by the vault, and is told from a control entry', async () => {
  const { key } = await generateSigningKey()
  const other = (await generateSigningKey()).key
  const access = await signAccess(
    {
      time: 5,
      reader: deviceIdOf(other.publicKey),
      stream: newStreamId(),
      lo: 1,
      hi: 2,
      purpose: 'own',
      tokenHash: new Uint8Array(32),
      expires: 9,
      request: new Uint8Array(3),
    },
    key,
  )
  expect(decodeAccess(access.bytes)).toEqual(access)
  expect(decodeLogLeaf(access.bytes)).toEqual({ kind: 'access', access })
  await verifyAccess(access, key.publicKey)
  await expect(verifyAccess(access, other.publicKey)).rejects.toThrow(ChainError)
  await expect(verifyAccess({ ...access, hi: 3 }, key.publicKey)).rejects.toThrow(ChainError)
  expect(() => decodeAccess(access.bytes.subarray(1))).toThrow(ChainError)
})
