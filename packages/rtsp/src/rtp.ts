/** RTP (RFC 3550 §5.1), read in place. */
export type RtpPacket = {
  payloadType: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
  payload: Buffer
}

/** Null for what is not an RTP packet. */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  if (bytes.length < 12) return null
  const first = bytes[0] ?? 0
  const second = bytes[1] ?? 0
  if (first >> 6 !== 2) return null
  let from = 12 + (first & 15) * 4
  if (first & 0x10) {
    if (bytes.length < from + 4) return null
    from += 4 + bytes.readUInt16BE(from + 2) * 4
  }
  let end = bytes.length
  if (first & 0x20) end -= bytes[end - 1] ?? 0
  if (from > end) return null
  return {
    payloadType: second & 0x7f,
    marker: second >> 7 === 1,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(from, end),
  }
}

export function formatRtp(packet: RtpPacket): Buffer {
  const out = Buffer.allocUnsafe(12 + packet.payload.length)
  out[0] = 0x80
  out[1] = (packet.marker ? 0x80 : 0) | packet.payloadType
  out.writeUInt16BE(packet.sequence & 0xffff, 2)
  out.writeUInt32BE(packet.timestamp >>> 0, 4)
  out.writeUInt32BE(packet.ssrc >>> 0, 8)
  packet.payload.copy(out, 12)
  return out
}

/** Makes timestamps of 32 bits into numbers that never wrap; small steps back are steps back. */
export class Unwrapper {
  #last: number | null = null

  /** The newest result; 0 before the first. */
  get last(): number {
    return this.#last ?? 0
  }

  next(timestamp: number): number {
    if (this.#last === null) this.#last = timestamp
    else {
      const difference = (timestamp - (this.#last % 2 ** 32)) | 0
      this.#last += difference
      if (this.#last < 0) this.#last += 2 ** 32
    }
    return this.#last
  }
}
