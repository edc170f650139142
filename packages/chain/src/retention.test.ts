import { newStreamId } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptFrom, ruleFor } from './retention.ts'
import { addStream, camera, extend, founder, home, logStream } from './test/household.ts'
import type { RetentionRule } from './types.ts'

const DAY = 86_400_000
const sound = newStreamId()
const all: RetentionRule = { stream: null, kind: null, days: 30 }
const audio: RetentionRule = { stream: null, kind: 'audio', days: 7 }
const own: RetentionRule = { stream: sound, kind: null, days: 2 }
const kept = async (...rules: readonly RetentionRule[]) =>
  extend(await home(), [founder, { ...addStream(sound), kind: 'audio' }], [founder, { type: 'retention', rules }])

test('a stream’s own rule counts before that of its kind, and that before the one for all', async () => {
  expect(ruleFor(await kept(all, audio, own), sound)).toEqual(own)
  expect(ruleFor(await kept(all, audio), sound)).toEqual(audio)
  expect(ruleFor(await kept(all, audio), camera)).toEqual(all)
  expect(ruleFor(await kept(audio), camera)).toBeNull()
})

test('names are kept, whatever the rule for all says', async () => {
  const state = await kept(all)
  expect([ruleFor(state, logStream), keptFrom(state, logStream, 100 * DAY)]).toEqual([null, null])
})

test('the newest rules replace the ones before', async () => {
  const state = await extend(await kept(all, own), [founder, { type: 'retention', rules: [] }])
  expect(keptFrom(state, sound, 100 * DAY)).toBeNull()
})

test('nothing ends earlier than its days', async () => {
  const state = await kept(own)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 * DAY }), now => {
      expect(keptFrom(state, sound, now)).toBe(Math.max(0, now - 2 * DAY))
    }),
  )
})
