import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REORDER_MS, REORDER_PACKETS, Reorder } from './reorder.ts'
import type { RtpPacket } from './rtp.ts'

const packet = (sequence: number): RtpPacket => ({
  payloadType: 96,
  marker: false,
  sequence: sequence & 0xffff,
  timestamp: 0,
  ssrc: 1,
  payload: Buffer.of(sequence & 255),
})

function run(steps: readonly (readonly [sequence: number, arrival: number])[]): number[] {
  const out: number[] = []
  const reorder = new Reorder(({ sequence, payload }) => {
    expect(payload[0]).toBe(sequence & 255)
    out.push(sequence)
  })
  for (const [sequence, arrival] of steps) {
    const one = packet(sequence)
    reorder.push(one, arrival)
    one.payload.fill(0xee)
  }
  return out
}

describe('packets over UDP', () => {
  test('small disorder, duplicates and wrapping numbers come out in order, once', () => {
    const shift = fc.integer({ min: 0, max: 8 })
    fc.assert(
      fc.property(fc.nat(0xffff), fc.array(shift, { minLength: 2, maxLength: 200 }), (start, shifts) => {
        // Each packet is late by at most eight places; the first one comes first.
        const order = shifts
          .map((late, i) => ({ i, at: i === 0 ? -1 : i + late }))
          .sort((a, b) => a.at - b.at || a.i - b.i)
          .flatMap(({ i }) => (i % 7 === 0 ? [i, i] : [i]))
        expect(run(order.map(i => [start + i, 0]))).toEqual(shifts.map((_, i) => (start + i) & 0xffff))
      }),
    )
  })

  test('a hole is given up after a time, or after many packets', () => {
    expect(
      run([
        [0, 0],
        [2, 10],
        [3, 20],
      ]),
    ).toEqual([0])
    expect(
      run([
        [0, 0],
        [2, 10],
        [3, 11 + REORDER_MS],
      ]),
    ).toEqual([0, 2, 3])
    const many = Array.from({ length: REORDER_PACKETS + 1 }, (_, i) => [i + 2, 0] as const)
    expect(run([[0, 0], ...many])).toEqual([0, ...many.map(([sequence]) => sequence)])
  })

  test('what comes after its hole was given up is dropped', () => {
    expect(
      run([
        [0, 0],
        [2, 0],
        [3, REORDER_MS + 1],
        [1, REORDER_MS + 2],
        [4, REORDER_MS + 3],
      ]),
    ).toEqual([0, 2, 3, 4])
  })

  test('a sender that begins again elsewhere is followed', () => {
    expect(
      run([
        [10, 0],
        [11, 0],
        [40_000, 1],
        [40_001, 2],
      ]),
    ).toEqual([10, 11, 40_000, 40_001])
    const back = run([[40_000, 0], ...Array.from({ length: 400 }, (_, i) => [39_900 + i, 1] as const)])
    expect(back.at(-1)).toBe(40_299)
  })
})
