import { generationOf } from '@hausrecht/chain/rights'
import type { OpenDevice } from '@hausrecht/client/device'
import type { StreamId } from '@hausrecht/crypto/ids'
import type { Logger } from 'pino'
import { FrameMemory } from './recorder/buffers.ts'
import type { Piece } from './recorder/cutter.ts'
import type { GapReason } from './recorder/gap-reasons.ts'
import type { RecordedGap } from './recorder/gap-tracker.ts'
import { type Gate, makeGate, type Seal, StreamTarget } from './recorder/target.ts'
import type { DroppedRange } from './spool/gaps.ts'
import type { Spool } from './spool/spool.ts'
import type { StreamState } from './spool/state.ts'

export type StreamsOptions = {
  readonly device: Pick<OpenDevice, 'chain'>
  readonly spool: Spool
  readonly seal: Seal
  readonly log: Logger
}

/** What a camera wants to hear of its pieces. */
export type PieceListener = {
  readonly onRecorded: (piece: Piece) => void
  readonly onLost: (piece: Piece, reason: GapReason) => void
  readonly onGap: (gap: RecordedGap) => void
}

/**
 * One target for each stream, for as long as the process lives: whoever writes to a stream, a camera that came back or a gap that
 * the spool tells of, takes leaves from the same hand.
 */
export class Streams {
  readonly #options: StreamsOptions
  /** Memory of all cameras' pictures. */
  readonly frames = new FrameMemory()
  readonly #targets = new Map<StreamId, StreamTarget>()
  readonly #gate: Gate
  readonly #listeners = new Map<StreamId, PieceListener>()

  constructor(options: StreamsOptions) {
    this.#options = options
    const gate = makeGate()
    // No more is sealed than the disk takes: what waits for it costs memory.
    this.#gate = work =>
      gate(async () => {
        await options.spool.room()
        return work()
      })
  }

  /** The stream's target; `listener` replaces the one before. */
  target(stream: StreamId, listener: PieceListener): StreamTarget {
    this.#listeners.set(stream, listener)
    return this.#target(stream)
  }

  /** Where the stream ended when it was last recorded, ms; null when it never was. */
  endOf(stream: StreamId): number | null {
    return (
      this.#statesOf(stream).reduce<StreamState | null>((a, b) => (a === null || b.gen > a.gen ? b : a), null)
        ?.lastEndMs ?? null
    )
  }

  /** The generation a leaf of a stream belongs to, as the chain says; null when nothing is to be recorded there. */
  generationOf(stream: StreamId, leaf: number): number | null {
    const found = this.#options.device.chain.known?.streams.get(stream)
    return found === undefined || found.stoppedAt !== null ? null : generationOf(found, leaf)
  }

  /** Seals gap objects for what the spool let go of; resolves when they are durable. */
  async record(gaps: readonly DroppedRange[]): Promise<void> {
    await Promise.all(
      gaps.map(gap => {
        this.#options.log.error({ stream: gap.stream, reason: gap.reason, lost: gap.lost }, 'segments were dropped')
        return this.#target(gap.stream).writeGap(gap)
      }),
    )
  }

  #statesOf(stream: StreamId) {
    return this.#options.spool.states.all().filter(state => state.stream === stream)
  }

  #target(stream: StreamId): StreamTarget {
    const known = this.#targets.get(stream)
    if (known !== undefined) return known
    const { device, spool, seal, log } = this.#options
    const target = new StreamTarget({
      stream,
      sub: device.chain.known?.streams.get(stream)?.kind === 'sub',
      generationOf: leaf => this.generationOf(stream, leaf),
      states: this.#statesOf(stream),
      seal,
      gate: this.#gate,
      append: (meta, parts) => spool.append(meta, parts),
      onRecorded: piece => this.#listeners.get(stream)?.onRecorded(piece),
      onLost: (piece, reason, error) => {
        log.error({ stream, reason, err: error }, 'a segment could not be kept')
        this.#listeners.get(stream)?.onLost(piece, reason)
      },
      onGap: gap => this.#listeners.get(stream)?.onGap(gap),
    })
    this.#targets.set(stream, target)
    return target
  }
}
