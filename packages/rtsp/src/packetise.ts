/** RTP payloads of one frame, in order; the last one carries the marker. */
const PAYLOAD_MAX = 1400

function* nals(sample: Uint8Array): Generator<Buffer> {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength)
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    yield bytes.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
}

/** H.264 (RFC 6184): single NAL units and FU-A. `sample` has 4-byte lengths. */
export function packetiseH264(sample: Uint8Array): Buffer[] {
  const out: Buffer[] = []
  for (const nal of nals(sample)) {
    if (nal.length <= PAYLOAD_MAX) {
      out.push(nal)
      continue
    }
    const head = nal[0] ?? 0
    for (let at = 1; at < nal.length; at += PAYLOAD_MAX) {
      const end = Math.min(nal.length, at + PAYLOAD_MAX)
      const flags = (at === 1 ? 0x80 : 0) | (end === nal.length ? 0x40 : 0)
      out.push(Buffer.concat([Buffer.of((head & 0xe0) | 28, flags | (head & 31)), nal.subarray(at, end)]))
    }
  }
  return out
}

/** H.265 (RFC 7798): single NAL units and fragmentation units. */
export function packetiseH265(sample: Uint8Array): Buffer[] {
  const out: Buffer[] = []
  for (const nal of nals(sample)) {
    if (nal.length <= PAYLOAD_MAX) {
      out.push(nal)
      continue
    }
    const [first = 0, second = 0] = nal
    for (let at = 2; at < nal.length; at += PAYLOAD_MAX) {
      const end = Math.min(nal.length, at + PAYLOAD_MAX)
      const flags = (at === 2 ? 0x80 : 0) | (end === nal.length ? 0x40 : 0)
      out.push(
        Buffer.concat([
          Buffer.of((first & 0x81) | (49 << 1), second, flags | ((first >> 1) & 63)),
          nal.subarray(at, end),
        ]),
      )
    }
  }
  return out
}

/** AAC as mpeg4-generic, AAC-hbr (RFC 3640 §3.3.6): one frame a packet. */
export function packetiseAac(frame: Uint8Array): Buffer[] {
  return [Buffer.concat([Buffer.of(0, 16, (frame.length >> 5) & 255, (frame.length & 31) << 3), frame])]
}

export const packetisePlain = (frame: Uint8Array): Buffer[] => [Buffer.from(frame)]
