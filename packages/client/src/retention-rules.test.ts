import type { RetentionRule } from '@hausrecht/chain/types'
import { newStreamId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { rulesWith } from './retention-rules.ts'

const [door, sound, hall] = [newStreamId(), newStreamId(), newStreamId()]
const all: RetentionRule = { stream: null, kind: null, days: 30 }
const audio: RetentionRule = { stream: null, kind: 'audio', days: 7 }
const own: RetentionRule = { stream: hall, kind: null, days: 2 }

test('a rule for all replaces the one for all, and leaves rules of kinds and cameras alone', () => {
  expect(rulesWith([all, audio, own], null, 14)).toEqual([audio, own, { ...all, days: 14 }])
  expect(rulesWith([all, audio, own], null, null)).toEqual([audio, own])
})

test('a rule for a camera is one for each of its streams, in place of theirs', () => {
  const rules = rulesWith([all, own], [door, sound], 5)
  expect(rules).toEqual([all, own, { stream: door, kind: null, days: 5 }, { stream: sound, kind: null, days: 5 }])
  expect(rulesWith(rules, [door, sound], null)).toEqual([all, own])
})
