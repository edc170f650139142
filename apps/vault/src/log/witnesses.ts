import { toBase64 } from '@hausrecht/crypto/bytes'
import { parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { verifyCosignature } from '@hausrecht/tlog/cosignature'
import { type NoteKey, parseNote, parseSignatureLines, parseVkey, signatureLine, signedBy } from '@hausrecht/tlog/note'
import { consistencyProof } from '@hausrecht/tlog/proofs'
import type { HashReader } from '@hausrecht/tlog/tree'
import type { Logger } from 'pino'
import type { Clock, WitnessConfig } from '../config.ts'

/** A witness that does not answer in this time is left out of the round; the checkpoint is served without its line. */
export const WITNESS_TIMEOUT_MS = 3000
const ANSWER_MAX = 64 * 1024
/** Vault processes on one database race for a witness: each conflict means that one of them came further. More than so many are nobody's race. */
const CONFLICTS_MAX = 16

export type WitnessState = {
  readonly name: string
  readonly vkey: string
  readonly cosignedAt: number | null
  readonly error: string | null
}

type Peer = {
  readonly url: string
  readonly key: NoteKey
  readonly vkey: string
  readonly sizes: Map<string, number>
  /** The newest time that it has signed, ms by its clock. */
  time: number
}

/** So far may this machine's clock be ahead of the witnesses' before it is not believed, ms: what ends too early is lost. */
export const AHEAD_MOST_MS = 86_400_000

/** Asks witnesses to cosign checkpoints (c2sp.org/tlog-witness). */
export class Witnesses {
  readonly #peers: readonly Peer[]
  /** By verifier key: two witnesses may have chosen one name. */
  readonly #states = new Map<string, WitnessState>()
  readonly #clock: Clock
  readonly #log: Logger

  constructor(configs: readonly WitnessConfig[], clock: Clock, log: Logger) {
    this.#peers = configs.map(({ url, vkey }) => ({
      url: url.replace(/\/+$/, ''),
      vkey,
      key: parseVkey(vkey),
      sizes: new Map(),
      time: 0,
    }))
    this.#clock = clock
    this.#log = log
    for (const { key, vkey } of this.#peers)
      this.#states.set(vkey, { name: key.name, vkey, cosignedAt: null, error: null })
  }

  get states(): readonly WitnessState[] {
    return [...this.#states.values()]
  }

  /** What time it is for what households keep, ms: by this machine's clock, within what witnesses have signed; 0 before they have. */
  now(): number {
    if (this.#peers.length === 0) return this.#clock.now()
    const newest = Math.max(...this.#peers.map(({ time }) => time))
    return newest === 0 ? 0 : Math.min(this.#clock.now(), newest + AHEAD_MOST_MS)
  }

  /** Whether a checkpoint lacks the line of a witness. */
  isMissingOn(note: string): boolean {
    const { signatures } = parseNote(note)
    return this.#peers.some(({ key }) => !signatures.some(signature => signedBy(key, signature)))
  }

  /** The checkpoint with the line of every witness that cosigned it in time. */
  async cosign(note: string, reader: HashReader): Promise<string> {
    const lines = await Promise.all(this.#peers.map(peer => this.#ask(peer, note, reader)))
    return note + lines.filter(line => line !== null).join('')
  }

  async #ask(peer: Peer, note: string, reader: HashReader): Promise<string | null> {
    try {
      const line = await this.#submit(peer, note, reader, AbortSignal.timeout(WITNESS_TIMEOUT_MS))
      this.#states.set(peer.vkey, {
        name: peer.key.name,
        vkey: peer.vkey,
        cosignedAt: this.#clock.now(),
        error: null,
      })
      return line
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      const before = this.#states.get(peer.vkey)
      if (before?.error !== text) this.#log.warn({ witness: peer.key.name, reason: text }, 'a witness did not cosign')
      this.#states.set(peer.vkey, {
        name: peer.key.name,
        vkey: peer.vkey,
        cosignedAt: before?.cosignedAt ?? null,
        error: text,
      })
      return null
    }
  }

  /** @param told the sizes that the witness has answered with so far */
  async #submit(
    peer: Peer,
    note: string,
    reader: HashReader,
    signal: AbortSignal,
    told: readonly number[] = [],
  ): Promise<string> {
    const { text } = parseNote(note)
    const { origin, size } = parseCheckpoint(text)
    const old = Math.min(peer.sizes.get(origin) ?? 0, size)
    const proof = await consistencyProof(old, size, reader)
    const body = `old ${old}\n${proof.map(hash => `${toBase64(hash)}\n`).join('')}\n${note}`
    const response = await fetch(`${peer.url}/add-checkpoint`, {
      method: 'POST',
      body,
      signal,
      redirect: 'error',
    })
    const answer = (await response.text()).slice(0, ANSWER_MAX)
    const before = told.at(-1) ?? -1
    if (response.status === 409 && told.length < CONFLICTS_MAX) {
      const known = sizeIn(answer)
      if (known === null) throw new Error('witness answered nonsense')
      // The witness saw a later tree than this log has: the log was rolled back. Never paper over it.
      if (known > size) throw new Error(`the witness has seen ${known} entries, this log has ${size}`)
      peer.sizes.set(origin, known)
      if (known > before) return this.#submit(peer, note, reader, signal, [...told, known])
    }
    if (response.status !== 200) throw new Error(`witness answered ${response.status}`)
    for (const signature of parseSignatureLines(answer)) {
      if (!signedBy(peer.key, signature)) continue
      peer.time = Math.max(peer.time, await verifyCosignature(peer.key, text, signature))
      peer.sizes.set(origin, size)
      return signatureLine(peer.key, signature.bytes)
    }
    throw new Error('witness sent no cosignature of its own')
  }
}

/** The body of a 409 (`text/x.tlog.size`): the size that the witness cosigned last, and a newline. */
function sizeIn(answer: string): number | null {
  const size = Number(/^(0|[1-9][0-9]{0,15})\n?$/.exec(answer)?.[1] ?? Number.NaN)
  return Number.isSafeInteger(size) ? size : null
}
