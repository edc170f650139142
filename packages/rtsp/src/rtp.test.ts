import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRtp, parseRtp, Unwrapper } from './rtp.ts'

const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })

describe('RTP packets', () => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(
        fc.record({
          payloadType: fc.integer({ min: 0, max: 127 }),
          marker: fc.boolean(),
          sequence: u16,
          timestamp: u32,
          ssrc: u32,
          payload: fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes)),
        }),
        packet => {
          expect(parseRtp(formatRtp(packet))).toEqual(packet)
        },
      ),
    )
  })

  test('contributing sources, an extension and padding are taken off', () => {
    const head = [0xb2, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    const sources = [1, 1, 1, 1, 2, 2, 2, 2]
    const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9]
    const packet = parseRtp(Buffer.from([...head, ...sources, ...extension, 7, 8, 0, 0, 3]))
    expect(packet?.payload).toEqual(Buffer.from([7, 8]))
  })

  test.for([
    ['too short', [0x80, 96, 0, 0]],
    ['another version', [0x40, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1]],
    ['sources beyond the end', [0x8f, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1]],
    ['an extension cut off', [0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1]],
    ['an extension beyond the end', [0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 9]],
    ['more padding than packet', [0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 200]],
  ] as const)('not a packet: %s', ([, bytes]) => {
    expect(parseRtp(Buffer.from(bytes))).toBeNull()
  })

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), bytes => void parseRtp(Buffer.from(bytes))))
  })
})

describe('timestamps', () => {
  test('follow any walk of small steps over any number of wraps', () => {
    const step = fc.integer({ min: -90_000, max: 2 ** 30 })
    fc.assert(
      fc.property(u32, fc.array(step, { maxLength: 50 }), (start, steps) => {
        const unwrap = new Unwrapper()
        const first = unwrap.next(start)
        let walked = 0
        for (const one of steps) {
          // Nothing lies before the beginning: a step that would lead there is not made.
          walked += start + walked + one < 0 ? 0 : one
          expect(unwrap.next((start + walked) % 2 ** 32) - first).toBe(walked)
        }
      }),
    )
  })
})
