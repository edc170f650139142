import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { LIMITS } from '@hausrecht/contract/limits'
import { fromHex, toHex } from '@hausrecht/crypto/bytes'
import type { Logger } from 'pino'
import type { Clock } from '../config.ts'
import { errnoOf, VaultRefusal } from '../errors.ts'

/** A signature is good from `clockSkewSeconds` before to as long after its time; so long its nonce is remembered. */
const WINDOW_SECONDS = LIMITS.clockSkewSeconds * 2
const NONCES_MAX = 1_000_000
/** In the file: seconds (4 B) ‖ nonce (16 B). */
const RECORD_BYTES = 20
/** The file is written anew when it holds this many more than are remembered. */
const STALE_MAX = 50_000
/** A file that could not be written is tried again after this. */
const RETRY_SECONDS = 30

/**
 * Nonces seen within the window of clock skew, so that a recorded request is good for nothing. Each is in a file before its
 * request is answered, without fsync: it outlives the process, and a machine that loses power is away for longer than it takes
 * anybody to replay what a lost second held.
 */
export class Nonces {
  readonly #path: string
  readonly #log: Logger
  readonly #max: number
  readonly #bySecond = new Map<number, Set<string>>()
  #count = 0
  #file: number | null = null
  #written = 0
  #retryAt = 0

  private constructor(path: string, log: Logger, max: number) {
    this.#path = path
    this.#log = log
    this.#max = max
  }

  /** With what an earlier process left in the file. */
  static open(path: string, log: Logger, clock: Clock, max = NONCES_MAX): Nonces {
    const nonces = new Nonces(path, log, max)
    let bytes: Uint8Array = new Uint8Array(0)
    try {
      bytes = readFileSync(path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    // What a kill left half written at the end is not a record.
    for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES)
      nonces.#remember(view.getUint32(at), toHex(bytes.subarray(at + 4, at + RECORD_BYTES)))
    const now = Math.floor(clock.now() / 1000)
    nonces.#drop(now)
    nonces.#keep(now, () => nonces.#rewrite())
    return nonces
  }

  /**
   * Uses a nonce up. `created` and `now` are seconds; the caller has checked that they are close.
   * @throws VaultRefusal signature_replayed | busy
   */
  use(created: number, nonce: string, now: number): void {
    this.#drop(now)
    // Full: refusing is safe, forgetting would let a replay through.
    if (this.#count >= this.#max) throw new VaultRefusal('busy', { retryAfter: 5 })
    if (!this.#remember(created, nonce)) throw new VaultRefusal('signature_replayed')
    this.#write(created, nonce, now)
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #remember(created: number, nonce: string): boolean {
    const seen = this.#bySecond.get(created) ?? new Set()
    if (seen.has(nonce)) return false
    seen.add(nonce)
    this.#bySecond.set(created, seen)
    this.#count++
    return true
  }

  #drop(now: number): void {
    for (const [second, seen] of this.#bySecond) {
      if (second >= now - WINDOW_SECONDS) continue
      this.#count -= seen.size
      this.#bySecond.delete(second)
    }
  }

  #write(created: number, nonce: string, now: number): void {
    const file = this.#file
    if (file === null && now < this.#retryAt) return
    this.#keep(now, () => {
      if (file === null || this.#written - this.#count > STALE_MAX) return this.#rewrite()
      writeSync(file, record(created, nonce))
      this.#written++
    })
  }

  /** A full disk must not keep anybody from reading: memory is enough until the vault starts again, and there may be room before. */
  #keep(now: number, write: () => unknown): void {
    try {
      write()
    } catch (error) {
      this.#log.warn({ reason: errnoOf(error) ?? 'unknown' }, 'nonces are kept in memory only')
      this.close()
      this.#retryAt = now + RETRY_SECONDS
    }
  }

  #rewrite(): void {
    this.close()
    const records = [...this.#bySecond].flatMap(([created, seen]) => [...seen].map(nonce => record(created, nonce)))
    writeFileSync(`${this.#path}.new`, Buffer.concat(records), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
    this.#file = openSync(this.#path, 'a', 0o600)
    this.#written = records.length
  }
}

function record(created: number, nonce: string): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES)
  new DataView(bytes.buffer).setUint32(0, created)
  bytes.set(fromHex(nonce), 4)
  return bytes
}
