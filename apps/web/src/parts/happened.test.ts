import type { DeviceId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import type { DeletionView, DeviceView, Span } from '../engine/api.ts'
import { GAP_TOLD_MS, happened } from './happened.ts'

const [DOOR, GARDEN] = ['door' as StreamId, 'garden' as StreamId]
const gap = (from: number, to: number, reason = 'camera_unreachable'): Span => ({ type: 'gap', from, to, reason })
const device = (over: Partial<DeviceView>): DeviceView => ({
  id: 'd' as DeviceId,
  name: 'Maria’s phone',
  roles: ['session'],
  addedAt: 0,
  removedAt: null,
  self: false,
  online: false,
  from: 0,
  ...over,
})
const [SINCE, NOW] = [1_000_000, 5_000_000]
const tell = (spans: readonly Span[], other: readonly Span[] = []) =>
  happened(
    { devices: [] },
    [
      { camera: DOOR, spans },
      { camera: GARDEN, spans: other },
    ],
    [],
    SINCE,
    NOW,
  )

describe('happened', () => {
  test('tells gaps that are long enough, newest first', () => {
    const told = tell([
      gap(1_100_000, 1_100_000 + GAP_TOLD_MS - 1),
      gap(1_200_000, 1_300_000),
      gap(2_000_000, 2_400_000),
    ])
    expect(told.map(item => item.at)).toEqual([2_000_000, 1_200_000])
  })

  test('tells what all cameras missed at once, once', () => {
    const told = tell([gap(2_000_000, 2_400_000, 'hub_stopped')], [gap(2_001_000, 2_402_000, 'hub_stopped')])
    expect(told).toMatchObject([{ type: 'gap', at: 2_000_000, cameras: [DOOR, GARDEN] }])
  })

  test('keeps gaps of different reasons apart', () => {
    expect(
      tell([gap(2_000_000, 2_400_000, 'hub_stopped')], [gap(2_000_000, 2_400_000, 'wrong_password')]),
    ).toHaveLength(2)
  })

  test('joins a gap that is written in pieces', () => {
    expect(tell([gap(2_000_000, 2_400_000), gap(2_400_500, 2_900_000)])).toMatchObject([
      { at: 2_000_000, to: 2_900_000 },
    ])
  })

  test('says of a gap that reaches now that it goes on', () => {
    expect(tell([gap(4_000_000, NOW - 3000)])).toMatchObject([{ open: true }])
    expect(tell([gap(4_000_000, 4_500_000)])).toMatchObject([{ open: false }])
  })

  test('is silent about a camera that was just added, and about what was seen before', () => {
    expect(tell([gap(2_000_000, 2_400_000, 'camera_added'), gap(100, 900_000)])).toEqual([])
  })

  test('tells devices of others, and deletions', () => {
    const deletion: DeletionView = {
      order: 'o' as OrderId,
      at: 3_000_000,
      by: 'd' as DeviceId,
      ranges: [],
      holders: [],
      complete: false,
      removed: null,
    }
    const devices = [
      device({ addedAt: 2_000_000 }),
      device({ addedAt: 10, removedAt: 4_000_000 }),
      device({ addedAt: 2_500_000, self: true }),
      device({ addedAt: 10 }),
    ]
    const told = happened({ devices }, [], [deletion], SINCE, NOW)
    expect(told.map(item => [item.type, item.at])).toEqual([
      ['removed', 4_000_000],
      ['deletion', 3_000_000],
      ['added', 2_000_000],
    ])
  })
})
