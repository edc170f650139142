import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import type { Logger } from 'pino'
import type { FrameTap } from '../recorder/tap.ts'
import type { Seal } from '../recorder/target.ts'
import type { FrameHolds } from './kept.ts'
import { type LiveLine, PartSender } from './sender.ts'
import { LiveTap } from './tap.ts'

export type LiveOptions = {
  readonly now: () => number
  readonly seal: Seal
  /** The generation of a stream that a leaf belongs to. */
  readonly generationOf: (stream: StreamId, leaf: number) => number | null
  readonly holds: FrameHolds
  readonly line: LiveLine
  readonly log: Logger
}

type Watched = { readonly tap: LiveTap; readonly sender: PartSender; viewers: readonly DeviceId[] }

/** The live side of all streams recorded here: one tap each, for as long as the process lives, and who watches it. */
export class Live {
  readonly #options: LiveOptions
  readonly #streams = new Map<StreamId, Watched>()

  constructor(options: LiveOptions) {
    this.#options = options
  }

  /** Where a recorder of this stream gives its frames. */
  tap(stream: StreamId, kind: 'video' | 'audio'): FrameTap {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known.tap
    const { now, seal, generationOf, holds, line, log } = this.#options
    const sender = new PartSender({
      stream,
      kind,
      now,
      generationOf: leaf => generationOf(stream, leaf),
      seal,
      line,
      onLeftOut: (reason, error) => log.warn({ stream, reason, err: error }, 'live parts were left out'),
    })
    const tap = new LiveTap(kind, holds, part => sender.send(part))
    this.#streams.set(stream, { tap, sender, viewers: [] })
    return tap
  }

  /** Who watches a stream now, as the vault says. Streams that are not recorded here are none of ours. */
  watched(stream: StreamId, viewers: readonly DeviceId[]): void {
    const found = this.#streams.get(stream)
    if (found === undefined) return
    found.viewers = viewers
    found.tap.watch(viewers.length > 0)
  }

  viewers(stream: StreamId): readonly DeviceId[] {
    return this.#streams.get(stream)?.viewers ?? []
  }

  /** The line to the vault is down: nobody watches. */
  gone(): void {
    for (const stream of this.#streams.keys()) this.watched(stream, [])
  }

  /** Resolves when everything so far is sent or left out. */
  async idle(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(({ sender }) => sender.idle()))
  }
}
