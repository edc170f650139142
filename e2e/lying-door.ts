import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeAccess, signAccess } from '@hausrecht/chain/access'
import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type SigningKey, signingKeyFromSeed } from '@hausrecht/crypto/signature'
import { decodeHeader, type SegmentHeader } from '@hausrecht/media/segment/header'
import { changeBytes, type Lie, LyingVault } from '@hausrecht/testkit/lying-vault'
import { parseCheckpoint, signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { parseNote } from '@hausrecht/tlog/note'
import type { Browser } from 'playwright-core'
import { launch } from './app-browser.ts'
import type { Product } from './product.ts'

/**
 * A vault that lies to one browser. It stands where that browser believes the vault: same address, same origin, since the browser itself
 * is told to go elsewhere for it. What it says is the honest vault's until it is told to lie. It has all that an operator has: the log's
 * key, the blobs, and the witness that runs beside the vault.
 */
export class LyingDoor {
  readonly vault: LyingVault
  readonly browser: Browser

  private constructor(vault: LyingVault, browser: Browser) {
    this.vault = vault
    this.browser = browser
  }

  static async open({ port }: Product): Promise<LyingDoor> {
    const vault = await LyingVault.start(`http://127.0.0.1:${port}`)
    const { host } = new URL(vault.url)
    return new LyingDoor(vault, await launch(`--host-resolver-rules=MAP localhost:${port} ${host}`))
  }

  /** The truth again. */
  honest(): void {
    this.vault.tell()
    this.vault.relay.tell()
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.vault.close()
  }
}

const seedIn = (path: string): Promise<SigningKey> => {
  const seed = new Uint8Array(readFileSync(path))
  return signingKeyFromSeed({ use: work => work(seed) })
}

export type Note = { readonly size: number; readonly root: Uint8Array; readonly witnessedAt: number }

const CHECKPOINT = /^GET .*\/log\/checkpoint$/
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Changes what a checkpoint says, and signs it again with the log's key. Cosigned by the witness only if that lies as well. */
export async function forgeCheckpoint(
  data: string,
  change: (note: Note) => Note,
  { witness }: { readonly witness: boolean },
): Promise<Lie> {
  const logKey = await seedIn(join(data, 'vault', 'log-key'))
  const witnessKey = await seedIn(join(data, 'witness', 'witness.key'))
  return async (asked, honest) => {
    if (!CHECKPOINT.test(`${asked.method} ${asked.path}`)) return null
    const answer = await honest()
    const { text, signatures } = parseNote(decoder.decode(answer.body))
    const { origin, size, root } = parseCheckpoint(text)
    const forged = change({ size, root, witnessedAt: Date.now() })
    const note = await signCheckpoint({ ...forged, origin }, logKey)
    const name = signatures[1]?.name ?? ''
    const line = witness ? await cosign(name, witnessKey, parseNote(note).text, forged.witnessedAt) : ''
    return { ...answer, body: encoder.encode(note + line) }
  }
}

/** Leaves the lines of witnesses out. */
export const withoutWitnesses: Lie = changeBytes(CHECKPOINT, body => {
  const note = decoder.decode(body)
  return encoder.encode(note.slice(0, note.indexOf('\n', note.indexOf('\n\n') + 2) + 1))
})

export const CHECKPOINTS = CHECKPOINT
export const OBJECTS = /^GET .*\/objects\/[a-z2-7]{26}$/

/** Hands out an access that is signed and right in every word, but is not the entry that stands in the log. */
export async function unlogged(data: string): Promise<Lie> {
  const logKey = await seedIn(join(data, 'vault', 'log-key'))
  return async (asked, honest) => {
    if (asked.method !== 'POST' || !asked.path.endsWith('/access')) return null
    const answer = await honest()
    const grant = JSON.parse(decoder.decode(answer.body))
    const access = decodeAccess(fromBase64(grant.entry))
    const { bytes } = await signAccess({ ...access, time: access.time + 1 }, logKey)
    return { ...answer, body: encoder.encode(JSON.stringify({ ...grant, entry: toBase64(bytes) })) }
  }
}

/** Everything that lies in the vault's folder, with its header. */
export function blobs(data: string): readonly { readonly header: SegmentHeader; readonly bytes: Uint8Array }[] {
  const folder = join(data, 'vault', 'blobs')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /^[a-z2-7]{26}$/.test(entry.name))
    .map(entry => {
      const bytes = new Uint8Array(readFileSync(join(entry.parentPath, entry.name)))
      return { header: decodeHeader(bytes).header, bytes }
    })
}

/** The same bytes with one bit turned. */
export function flip(bytes: Uint8Array, place: number): Uint8Array {
  const out = bytes.slice()
  out[place] = (out[place] ?? 0) ^ 1
  return out
}
