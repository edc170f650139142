import { RtspError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { parseHead, type RtspMessage } from './message.ts'

const DOLLAR = 0x24
const EMPTY = Buffer.alloc(0)

/**
 * Takes a TCP stream apart into interleaved frames (RFC 2326 §10.12) and messages. Frames are views into what was pushed and are good
 * only during the call: at twenty cameras nothing may be copied or allocated for each packet.
 */
export class WireReader {
  readonly #onFrame: (channel: number, payload: Buffer) => void
  readonly #onMessage: (message: RtspMessage) => void
  /** Bytes of a frame or message that is not complete yet. */
  #partial: Buffer = EMPTY

  constructor(onFrame: (channel: number, payload: Buffer) => void, onMessage: (message: RtspMessage) => void) {
    this.#onFrame = onFrame
    this.#onMessage = onMessage
  }

  /** @throws RtspError not_rtsp | protocol | too_large */
  push(chunk: Buffer): void {
    let rest = chunk
    // Complete what was begun with as few bytes as it needs, so that the large chunk itself is not copied.
    while (this.#partial.length > 0 && rest.length > 0) {
      const need = this.#need(this.#partial)
      const take = Math.min(need, rest.length)
      this.#partial = Buffer.concat([this.#partial, rest.subarray(0, take)])
      rest = rest.subarray(take)
      for (
        let used = this.#one(this.#partial);
        used > 0;
        used = this.#partial.length > 0 ? this.#one(this.#partial) : 0
      )
        this.#partial = this.#partial.subarray(used)
    }
    while (rest.length > 0) {
      const used = this.#one(rest)
      if (used === 0) break
      rest = rest.subarray(used)
    }
    if (rest.length > 0) this.#partial = Buffer.from(rest)
  }

  /** How many bytes more may be taken without running into what follows. */
  #need(partial: Buffer): number {
    if (partial[0] !== DOLLAR) return 1024
    return partial.length < 4 ? 4 - partial.length : 4 + partial.readUInt16BE(2) - partial.length
  }

  /** Handles one frame or message at the start; 0 when it is not complete. */
  #one(bytes: Buffer): number {
    if (bytes[0] === DOLLAR) {
      if (bytes.length < 4) return 0
      const end = 4 + bytes.readUInt16BE(2)
      if (bytes.length < end) return 0
      this.#onFrame(bytes[1] ?? 0, bytes.subarray(4, end))
      return end
    }
    // Stray line breaks between messages are skipped.
    if (bytes[0] === 0x0d || bytes[0] === 0x0a) return 1
    return this.#message(bytes)
  }

  #message(bytes: Buffer): number {
    let end = bytes.indexOf('\r\n\r\n')
    let gap = 4
    if (end < 0) {
      end = bytes.indexOf('\n\n')
      gap = 2
    }
    if (end < 0) {
      if (bytes.length > LIMITS.headBytes) throw new RtspError('too_large', 'head')
      const text = bytes.subarray(0, 16).toString('latin1')
      if (bytes.length >= 16 && !/^[A-Z_]+[ /]/.test(text)) throw new RtspError('not_rtsp')
      return 0
    }
    if (end > LIMITS.headBytes) throw new RtspError('too_large', 'head')
    const { start, headers } = parseHead(bytes.subarray(0, end).toString('utf8'))
    const length = Number(headers.get('content-length')?.[0] ?? 0)
    if (!Number.isInteger(length) || length < 0) throw new RtspError('protocol', 'content-length')
    if (length > LIMITS.bodyBytes) throw new RtspError('too_large', 'body')
    const from = end + gap
    if (bytes.length < from + length) return 0
    this.#onMessage({ start, headers, body: new Uint8Array(bytes.subarray(from, from + length)) })
    return from + length
  }
}

/** An interleaved frame. */
export function interleave(channel: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(4 + payload.length)
  out[0] = DOLLAR
  out[1] = channel
  out.writeUInt16BE(payload.length, 2)
  out.set(payload, 4)
  return out
}
