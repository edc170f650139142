import { idBytes, type StreamId, streamIdFrom } from '@hausrecht/crypto/ids'
import type { ObjectMeta } from './record.ts'

/** How far one generation of one stream has come. */
export type StreamState = {
  readonly stream: StreamId
  readonly gen: number
  /** The newest leaf that an object was sealed under. */
  readonly lastLeaf: number
  readonly nextSequence: number
  /** Wall clock where the newest object ends, ms. */
  readonly lastEndMs: number
}

const ENTRY_BYTES = 40

/**
 * The last used leaf and sequence of every stream and generation. It outlives the records it was learnt from, because
 * every log file begins with a snapshot of it: a leaf is never used twice, whatever was deleted in between.
 */
export class StreamStates {
  readonly #states = new Map<string, StreamState>()

  get(stream: StreamId, gen: number): StreamState | undefined {
    return this.#states.get(`${stream}/${gen}`)
  }

  all(): readonly StreamState[] {
    return [...this.#states.values()]
  }

  note(meta: ObjectMeta): void {
    this.merge({
      stream: meta.stream,
      gen: meta.gen,
      lastLeaf: meta.leaf,
      nextSequence: meta.sequence + 1,
      lastEndMs: meta.startMs + meta.durationMs,
    })
  }

  /** Leaf and sequence only ever grow; the end is the newest one heard of (a clock may have been set back). */
  merge(next: StreamState): void {
    const key = `${next.stream}/${next.gen}`
    const old = this.#states.get(key)
    const newer = old === undefined || next.nextSequence >= old.nextSequence
    this.#states.set(key, {
      stream: next.stream,
      gen: next.gen,
      lastLeaf: Math.max(old?.lastLeaf ?? 0, next.lastLeaf),
      nextSequence: Math.max(old?.nextSequence ?? 0, next.nextSequence),
      lastEndMs: newer ? next.lastEndMs : old.lastEndMs,
    })
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#states.size * ENTRY_BYTES)
    const view = new DataView(bytes.buffer)
    let at = 0
    for (const state of this.#states.values()) {
      bytes.set(idBytes(state.stream), at)
      view.setUint32(at + 16, state.gen)
      view.setUint32(at + 20, state.lastLeaf)
      view.setBigUint64(at + 24, BigInt(state.nextSequence))
      view.setFloat64(at + 32, state.lastEndMs)
      at += ENTRY_BYTES
    }
    return bytes
  }

  mergeEncoded(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      this.merge({
        stream: streamIdFrom(bytes.slice(at, at + 16)),
        gen: view.getUint32(at + 16),
        lastLeaf: view.getUint32(at + 20),
        nextSequence: Number(view.getBigUint64(at + 24)),
        lastEndMs: view.getFloat64(at + 32),
      })
    }
  }
}
