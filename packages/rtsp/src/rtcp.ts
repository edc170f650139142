/** RTCP (RFC 3550 §6): what a sender says of its clock, and what we say of what arrived. */
export type SenderReport = { readonly ssrc: number; readonly ntpMs: number; readonly rtpTime: number }

const NTP_1970_SECONDS = 2_208_988_800
const SENDER_REPORT = 200
const RECEIVER_REPORT = 201

/** Whether a packet is RTCP and not RTP (RFC 5761 §4): payload types 64 to 95 are not used by RTP. */
export const isRtcp = (bytes: Buffer): boolean => ((bytes[1] ?? 0) & 0x7f) >= 64 && ((bytes[1] ?? 0) & 0x7f) <= 95

/** The sender reports in a compound packet; nonsense is skipped. */
export function parseSenderReports(bytes: Buffer): SenderReport[] {
  const reports: SenderReport[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = (bytes.readUInt16BE(at + 2) + 1) * 4
    if ((bytes[at] ?? 0) >> 6 !== 2) break
    if (bytes[at + 1] === SENDER_REPORT && at + 28 <= bytes.length) {
      const seconds = bytes.readUInt32BE(at + 8) - NTP_1970_SECONDS
      const fraction = bytes.readUInt32BE(at + 12) / 2 ** 32
      reports.push({
        ssrc: bytes.readUInt32BE(at + 4),
        ntpMs: (seconds + fraction) * 1000,
        rtpTime: bytes.readUInt32BE(at + 16),
      })
    }
    at += length
  }
  return reports
}

/** A sender report of our own server. */
export function senderReport(ssrc: number, nowMs: number, rtpTime: number, packets: number, octets: number): Buffer {
  const out = Buffer.alloc(28)
  out[0] = 0x80
  out[1] = SENDER_REPORT
  out.writeUInt16BE(6, 2)
  out.writeUInt32BE(ssrc >>> 0, 4)
  out.writeUInt32BE((Math.floor(nowMs / 1000) + NTP_1970_SECONDS) >>> 0, 8)
  out.writeUInt32BE(Math.floor(((nowMs % 1000) / 1000) * 2 ** 32) >>> 0, 12)
  out.writeUInt32BE(rtpTime >>> 0, 16)
  out.writeUInt32BE(packets >>> 0, 20)
  out.writeUInt32BE(octets >>> 0, 24)
  return out
}

/** A receiver report with one block: some cameras stop sending to who never reports. */
export function receiverReport(own: number, source: number, highest: number, lost: number): Buffer {
  const out = Buffer.alloc(32)
  out[0] = 0x81
  out[1] = RECEIVER_REPORT
  out.writeUInt16BE(7, 2)
  out.writeUInt32BE(own >>> 0, 4)
  out.writeUInt32BE(source >>> 0, 8)
  out.writeUInt32BE(Math.min(lost, 0x7f_ffff), 12)
  out.writeUInt32BE(highest >>> 0, 16)
  return out
}
