import { newObjectId, type ObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import type { PayloadDraft } from '@hausrecht/media/segment/payload'
import type { ObjectMeta } from '../spool/record.ts'
import type { StreamState } from '../spool/state.ts'
import type { Outcome } from '../spool/writer.ts'
import type { Piece } from './cutter.ts'
import type { RecordedGap } from './gap-tracker.ts'
import { LeafAllocator } from './leaves.ts'
import { SEALING_MAX } from './limits.ts'

/** A sealed object; `release` is called when nobody needs its bytes any more. */
export type SealedObject = { readonly bytes: Uint8Array; readonly release: () => void }

/** Seals one object under its leaf's key; null when no key is held for that leaf. Zeroes the key itself. */
export type Seal = (object: {
  readonly kind: Exclude<Kind, 4>
  readonly stream: StreamId
  readonly gen: number
  readonly leaf: number
  readonly objectId: ObjectId
  readonly payload: PayloadDraft
}) => Promise<SealedObject | null>

/** Runs pieces of work one after the other. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function makeGate(): Gate {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}

export type TargetOptions = {
  readonly stream: StreamId
  /** The stream is a camera's small second picture. */
  readonly sub?: boolean
  /** The generation a leaf belongs to, as the chain says; null when the stream has none for it. */
  readonly generationOf: (leaf: number) => number | null
  /** How far each generation of the stream has come. */
  readonly states: readonly StreamState[]
  readonly seal: Seal
  /** Pieces that may wait for sealing. */
  readonly maxWaiting?: number
  /**
   * Seals one after the other over all streams: many cameras cut at one moment would otherwise have everything in memory three
   * times at once, as frames, as payloads and sealed.
   */
  readonly gate: Gate
  readonly append: (meta: ObjectMeta, parts: readonly Uint8Array[]) => Promise<Outcome>
  /** A piece is sealed and durable. */
  readonly onRecorded?: (piece: Piece) => void
  /** A gap object is durable. */
  readonly onGap?: (gap: RecordedGap) => void
  /** A piece was cut that could not be sealed or kept. */
  readonly onLost: (piece: Piece, reason: 'no_key' | 'hub_overloaded' | 'seal_failed', error?: unknown) => void
}

/** One stream of the household as the recorder sees it: gives leaf and sequence to what is cut, seals it, hands it to the spool. */
export class StreamTarget {
  readonly #options: TargetOptions
  readonly #leaves: LeafAllocator
  #work: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(options: TargetOptions) {
    this.#options = options
    this.#leaves = new LeafAllocator(options.states, options.generationOf)
  }

  get stream(): StreamId {
    return this.#options.stream
  }

  slotsAhead(beforeMs: number, atMs: number): number {
    return this.#leaves.aheadAfter(beforeMs, atMs)
  }

  write(piece: Piece): void {
    if (this.#waiting >= (this.#options.maxWaiting ?? SEALING_MAX)) {
      piece.release()
      this.#options.onLost(piece, 'hub_overloaded')
      return
    }
    const { startMs: startTime, durationMs: duration } = piece
    this.#enqueue(
      piece.kind === 'video' && this.#options.sub === true ? KINDS.sub : KINDS[piece.kind],
      startTime,
      duration,
      0,
      sequence => ({
        type: 'media',
        sequence,
        startTime,
        duration,
        startsWithKey: piece.startsWithKey,
        continues: piece.continues,
        discontinuity: piece.discontinuity,
        timescale: piece.timescale,
        init: piece.init,
        fragment: piece.fragment,
      }),
      piece,
    )
  }

  /** Seals the gap into the stream. Resolves when it is durable, or certain not to be. */
  writeGap(gap: RecordedGap): Promise<void> {
    const startTime = Math.max(0, Math.round(gap.fromMs))
    const duration = Math.max(0, Math.round(gap.toMs) - startTime)
    const { reason, lost } = gap
    const written = this.#enqueue(KINDS.gap, startTime, duration, lost, sequence => ({
      type: 'gap',
      sequence,
      startTime,
      duration,
      gap: { from: startTime, to: startTime + duration, reason, lost },
    }))
    return written.then(() => this.#options.onGap?.(gap))
  }

  /** Resolves when everything written so far is sealed and in the spool's hands. */
  idle(): Promise<void> {
    return this.#work
  }

  /** Leaf and sequence are given at once, in the order of cutting; sealing and appending follow in that order. */
  #enqueue(
    kind: Exclude<Kind, 4>,
    startMs: number,
    durationMs: number,
    lost: number,
    payload: (sequence: number) => PayloadDraft,
    piece?: Piece,
  ): Promise<void> {
    const { stream } = this.#options
    const place = this.#leaves.next(startMs)
    if (place === null) {
      piece?.release()
      if (piece !== undefined) this.#options.onLost(piece, 'no_key')
      return Promise.resolve()
    }
    const { leaf, gen, sequence } = place
    const objectId = newObjectId()
    const meta: ObjectMeta = { stream, gen, leaf, objectId, kind, sequence, startMs, durationMs, lost }
    this.#waiting += 1
    const sealed = this.#options.gate(async () => {
      const object = await this.#options
        .seal({ kind, stream, gen, leaf, objectId, payload: payload(sequence) })
        .finally(() => piece?.release())
      if (object === null) {
        if (piece !== undefined) this.#options.onLost(piece, 'no_key')
        return null
      }
      const outcome = this.#options.append(meta, [object.bytes]).finally(object.release)
      if (piece !== undefined) void outcome.then(what => what === 'durable' && this.#options.onRecorded?.(piece))
      return { outcome }
    })
    this.#work = sealed
      .catch(error => {
        if (piece !== undefined) this.#options.onLost(piece, 'seal_failed', error)
      })
      .then(() => {
        this.#waiting -= 1
      })
    return sealed.then(
      async result => {
        await result?.outcome
      },
      () => {},
    )
  }
}
