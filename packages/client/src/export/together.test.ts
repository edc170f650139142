import { newObjectId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import type { RangeItem, Segment } from '../read.ts'
import { together } from './together.ts'

const segment = (startTime: number): Segment => ({
  type: 'media',
  object: newObjectId(),
  generation: 0,
  leaf: 0,
  sequence: 0,
  startTime,
  duration: 1,
  startsWithKey: true,
  continues: false,
  discontinuity: false,
  timescale: 1000,
  init: new Uint8Array(0),
  fragment: new Uint8Array(0),
})
const closed: string[] = []
async function* reader(name: string, times: readonly number[]): AsyncGenerator<RangeItem, void> {
  try {
    for (const time of times) yield { type: 'segment', segment: segment(time) }
    yield { type: 'finding', finding: { type: 'gap', from: 0, to: 1, reason: 'hub_stopped', lost: 0 } }
  } finally {
    closed.push(name)
  }
}

test('picture and sound come in the order of their times, findings as they are found', async () => {
  const seen: string[] = []
  for await (const piece of together(reader('v', [0, 20, 40]), reader('a', [5, 15, 25]))) {
    seen.push(
      piece.type === 'segment' ? `${piece.track} ${piece.segment.startTime}` : `${piece.track} ${piece.finding.type}`,
    )
  }
  expect(seen).toEqual(['video 0', 'audio 5', 'audio 15', 'video 20', 'audio 25', 'audio gap', 'video 40', 'video gap'])
})

test('who stops early closes both readers', async () => {
  closed.length = 0
  for await (const _ of together(reader('v', [0, 1]), reader('a', [0, 1]))) break
  expect(closed.sort()).toEqual(['a', 'v'])
})
