import { LIMITS } from '@hausrecht/contract/limits'
import { newObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { KINDS } from '@hausrecht/media/segment/kinds'
import type { Seal } from '../recorder/target.ts'
import { LINE_BYTES, SEALING_BYTES } from './limits.ts'
import type { LivePart } from './live-cutter.ts'

/** Where sealed live parts go. */
export type LiveLine = {
  /** The bytes are the caller's again when it returns. */
  publish(stream: StreamId, startsWithKey: boolean, object: Uint8Array): void
  /** Bytes that wait to be sent. */
  waiting(): number
}

export type LeftOut = 'no_key' | 'too_large' | 'seal_failed' | 'slow'

export type SenderOptions = {
  readonly stream: StreamId
  readonly kind: 'video' | 'audio'
  readonly now: () => number
  /** The generation a leaf belongs to, as the chain says; null when the stream has none for it. */
  readonly generationOf: (leaf: number) => number | null
  readonly seal: Seal
  readonly line: LiveLine
  /** A part was left out, and why. */
  readonly onLeftOut: (reason: LeftOut, error?: unknown) => void
}

/**
 * Seals the live parts of one stream under the leaf of now and sends them, in order. What is too slow is left out up to the next key
 * frame; the numbers of the parts show it.
 */
export class PartSender {
  readonly #options: SenderOptions
  #sequence: number
  #waiting = 0
  #skipping = false
  /** A part before did not go out: what continues it is of no use. */
  #broken = false
  #work: Promise<void> = Promise.resolve()

  constructor(options: SenderOptions) {
    this.#options = options
    // So that numbers go on rising when the hub is started again while somebody watches.
    this.#sequence = Math.floor(options.now())
  }

  send(part: LivePart): void {
    const sequence = this.#sequence++
    if (this.#leaveOut(part)) {
      part.release()
      return
    }
    this.#waiting += part.bytes
    this.#work = this.#work
      .then(() => this.#send(part, sequence))
      .catch(error => this.#leftOut('seal_failed', error))
      .finally(() => {
        this.#waiting -= part.bytes
        part.release()
      })
  }

  /** Resolves when everything so far is sent or left out. */
  idle(): Promise<void> {
    return this.#work
  }

  #leaveOut({ bytes, startsWithKey }: LivePart): boolean {
    const line = this.#options.line.waiting()
    if (this.#waiting + bytes > SEALING_BYTES || line > LINE_BYTES) {
      if (!this.#skipping) this.#options.onLeftOut('slow')
      this.#skipping = true
    } else if (this.#skipping && startsWithKey && line <= LINE_BYTES / 2) this.#skipping = false
    return this.#skipping
  }

  #leftOut(reason: LeftOut, error?: unknown): void {
    if (!this.#broken) this.#options.onLeftOut(reason, error)
    this.#broken = true
  }

  async #send(part: LivePart, sequence: number): Promise<void> {
    const { stream, kind, now, generationOf, seal, line } = this.#options
    if (this.#broken && !part.startsWithKey) return
    const leaf = leafOf(now())
    const gen = generationOf(leaf)
    const sealed =
      gen === null
        ? null
        : await seal({
            kind: kind === 'audio' ? KINDS.liveAudio : KINDS.liveVideo,
            stream,
            gen,
            leaf,
            objectId: newObjectId(),
            payload: {
              type: 'media',
              sequence,
              startTime: part.startMs,
              duration: part.durationMs,
              startsWithKey: part.startsWithKey,
              continues: part.continues,
              discontinuity: part.discontinuity,
              timescale: part.timescale,
              init: part.init,
              fragment: part.fragment,
            },
          })
    if (sealed === null) return this.#leftOut('no_key')
    try {
      if (sealed.bytes.length > LIMITS.livePartBytes) return this.#leftOut('too_large')
      line.publish(stream, part.startsWithKey, sealed.bytes)
      this.#broken = false
    } finally {
      sealed.release()
    }
  }
}
