import { readFile } from 'node:fs/promises'
import { randomBytes } from '@hausrecht/crypto/random'
import { type SigningKey, signingKeyFromSeed } from '@hausrecht/crypto/signature'
import { writeDurably } from './durable.ts'
import { WitnessError } from './errors.ts'

const SEED_BYTES = 32

/**
 * The witness's key: the 32-byte seed in a file that only its user may read, made at the first start.
 * @throws WitnessError damaged_key
 */
export async function openKey(path: string): Promise<SigningKey> {
  const seed = (await readIfThere(path)) ?? (await create(path))
  if (seed.length !== SEED_BYTES) throw new WitnessError('damaged_key', path)
  const key = await signingKeyFromSeed({ use: fn => fn(seed) })
  seed.fill(0)
  return key
}

async function create(path: string): Promise<Uint8Array> {
  const seed = randomBytes(SEED_BYTES)
  await writeDurably(path, seed)
  return seed
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
