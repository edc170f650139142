import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSenderReports, receiverReport, senderReport } from './rtcp.ts'

describe('RTCP', () => {
  test('a sender report is read as written, behind others too', () => {
    const now = Date.UTC(2026, 10, 23, 12, 0, 0, 250)
    const report = senderReport(7, now, 0xffff_fff0, 10, 1000)
    const [found] = parseSenderReports(Buffer.concat([receiverReport(1, 7, 3, 0), report]))
    expect(found).toMatchObject({ ssrc: 7, rtpTime: 0xffff_fff0 })
    expect(Math.abs((found?.ntpMs ?? 0) - now)).toBeLessThan(0.01)
  })

  test('a receiver report has the shape of RFC 3550 §6.4.2', () => {
    const bytes = receiverReport(0x0102_0304, 0x0506_0708, 0x0001_0002, 9)
    expect(bytes.toString('hex')).toBe('81c90007010203040506070800000009000100020000000000000000' + '00000000')
  })

  test('no bytes make it throw or hang', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void parseSenderReports(Buffer.from(bytes))))
    expect(parseSenderReports(senderReport(7, 0, 0, 0, 0).subarray(0, 27))).toEqual([])
    expect(parseSenderReports(Buffer.alloc(200, 0x80))).toEqual([])
  })
})
