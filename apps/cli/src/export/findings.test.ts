import { WINDOW_MS, windows } from '@hausrecht/client/export/windows'
import type { Finding } from '@hausrecht/client/sequence'
import { deviceIdOf, newOrderId } from '@hausrecht/crypto/ids'
import { pairs } from '@hausrecht/testkit/pairs'
import { describe, expect, test } from 'vitest'
import { merge, toTell } from './findings.ts'

const order = newOrderId()
const by = deviceIdOf(new Uint8Array(32))
const gap = (from: number, to: number, reason = 'hub_stopped'): Finding => ({ type: 'gap', from, to, reason, lost: 0 })
const deleted = (from: number, to: number): Finding => ({ type: 'deleted', from, to, order, at: 1, by })

describe('what is told about a range', () => {
  test('what two windows saw of one gap is one gap', () => {
    expect(merge([gap(100, 200), gap(0, 100)])).toEqual([gap(0, 200)])
    expect(merge([gap(0, 100), gap(100, 200, 'disk_full')])).toHaveLength(2)
    expect(merge([gap(0, 100), gap(150, 200)])).toHaveLength(2)
    expect(merge([deleted(50, 100), deleted(0, 50)])).toEqual([deleted(0, 100)])
  })

  test('missing segments are counted together', () => {
    const missing = (from: number, to: number): Finding => ({ type: 'missing', from, to, count: 2 })
    expect(merge([missing(0, 10), missing(10, 20)])).toEqual([{ type: 'missing', from: 0, to: 20, count: 4 }])
  })

  test('sound is told only where the picture does not say it already', () => {
    const told = toTell([gap(10_000, 20_000)], [gap(9000, 21_000), gap(90_000, 95_000, 'frames_missing')])
    expect(told.map(({ track, finding }) => [track, finding.type === 'gap' ? finding.reason : ''])).toEqual([
      ['picture', 'hub_stopped'],
      ['sound', 'frames_missing'],
    ])
  })
})

describe('windows', () => {
  test('follow each other without a hole and end with a leaf', () => {
    const [from, to] = [1_000_001, 1_000_001 + 3.5 * WINDOW_MS]
    const pieces = windows(from, to)
    expect(pieces).toHaveLength(4)
    expect([pieces[0]?.from, pieces.at(-1)?.to]).toEqual([from, to])
    for (const piece of pieces) expect(piece.to).toBeGreaterThan(piece.from)
    for (const [piece, next] of pairs(pieces)) {
      expect(next.from).toBe(piece.to)
      expect(piece.to % 2000).toBe(0)
    }
  })

  test('a short range is one window', () => {
    expect(windows(5, 6)).toEqual([{ from: 5, to: 6 }])
  })
})
