import { readFile, writeFile } from 'node:fs/promises'
import { equal, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { randomBytes } from '@hausrecht/crypto/random'

/** The operator's token lies in a file of the vault's folder, made at the first start. */
export async function operatorToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    const token = toHex(randomBytes(32))
    await writeFile(path, `${token}\n`, { mode: 0o600 })
    return token
  }
}

/** Compares an Authorization header in constant time. */
export const isOperator = (header: string | undefined, token: string): boolean =>
  equal(sha256(utf8(header ?? '')), sha256(utf8(`Bearer ${token}`)))
