import { concat, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { idBytes, newObjectId, newStreamId, type ObjectId, type StreamId } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leafAt } from './leaf.ts'
import {
  decodeList,
  decodeSummaries,
  encodeList,
  encodeSummaries,
  hourEnd,
  hourLeaves,
  hourOfLeaf,
  MAX_HOUR,
  type ManifestRecord,
  manifestOf,
  RECORD_BYTES,
  summaryOf,
} from './manifest.ts'

const record = (leaf: number, object: ObjectId = newObjectId()): ManifestRecord => ({
  leaf,
  object,
  sha256: sha256(utf8(`${leaf}`)),
  length: leaf + 7,
})

describe('the hours of leaves', () => {
  test('follow the clock, and meet without a hole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2148, 0) }), time => {
        const hour = hourOfLeaf(leafAt(time))
        expect(hour).toBe(Math.floor(time / 3_600_000))
        expect(hourEnd(hour)).toBeGreaterThan(time)
        const { lo, hi } = hourLeaves(hour)
        expect([hourOfLeaf(lo), hourOfLeaf(hi), hourOfLeaf(hi + 1)]).toEqual([hour, hour, hour + 1])
        expect(hourLeaves(hour + 1).lo).toBe(hi + 1)
      }),
    )
  })

  test('end where leaves end', () => {
    expect(hourOfLeaf(0xffff_ffff)).toBe(MAX_HOUR)
    expect(hourLeaves(MAX_HOUR).hi).toBe(0xffff_ffff)
  })
})

describe('a list', () => {
  const records = fc
    .uniqueArray(fc.integer({ min: 0, max: 0xffff_0000 }), { maxLength: 40 })
    .map(all => all.map(leaf => record(leaf)))

  test('comes back from its bytes, whatever order it was made in', () => {
    fc.assert(
      fc.property(records, fc.integer(), (all, seed) => {
        const shuffled = all.toSorted((a, b) => ((a.leaf ^ seed) >>> 0) - ((b.leaf ^ seed) >>> 0))
        expect(toHex(encodeList(shuffled))).toBe(toHex(encodeList(all)))
        expect(decodeList(encodeList(all))).toEqual(all.toSorted((a, b) => a.leaf - b.leaf))
      }),
    )
  })

  test('is none with a record twice, out of order or cut off', () => {
    const [a, b] = [encodeList([record(1)]), encodeList([record(2)])]
    for (const bad of [concat(a, a), concat(b, a), a.subarray(1)]) expect(() => decodeList(bad)).toThrow('list')
    expect(decodeList(concat(a, b))).toHaveLength(2)
  })

  test('one changed byte changes what the manifest says', () => {
    const stream = newStreamId()
    const list = encodeList([record(1), record(2), record(3)])
    const said = toHex(manifestOf([summaryOf(stream, list)]).root)
    for (let at = 0; at < list.length; at++) {
      const changed = new Uint8Array(list)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(toHex(manifestOf([summaryOf(stream, changed)]).root)).not.toBe(said)
    }
    expect(toHex(manifestOf([summaryOf(stream, list.subarray(RECORD_BYTES))]).root)).not.toBe(said)
    expect(toHex(manifestOf([summaryOf(newStreamId(), list)]).root)).not.toBe(said)
  })
})

describe('an hour', () => {
  const summary = (stream: StreamId, ...leaves: readonly number[]) =>
    summaryOf(stream, encodeList(leaves.map(leaf => record(leaf))))

  test('does not depend on the order of its streams, and counts all objects', () => {
    const streams = [summary(newStreamId(), 1, 2), summary(newStreamId(), 3), summary(newStreamId(), 4, 5, 6)]
    const said = manifestOf(streams)
    expect(said.objects).toBe(6)
    expect(manifestOf(streams.toReversed())).toEqual(said)
    expect(manifestOf(decodeSummaries(encodeSummaries(streams)))).toEqual(said)
  })

  test('summaries that are cut off, or name a stream twice, are none', () => {
    const one = encodeSummaries([summary(newStreamId(), 1)])
    expect(() => decodeSummaries(one.subarray(1))).toThrow('streams')
    expect(() => decodeSummaries(concat(one, one))).toThrow('twice')
  })

  test('of one record: the tree that RFC 6962 says', () => {
    const stream = newStreamId()
    const only = record(5)
    const bytes = concat(Uint8Array.of(0, 0, 0, 5), idBytes(only.object), only.sha256, Uint8Array.of(0, 0, 0, 12))
    const root = sha256(Uint8Array.of(0), bytes)
    expect(encodeList([only])).toEqual(bytes)
    expect(manifestOf([summaryOf(stream, bytes)]).root).toEqual(
      sha256(Uint8Array.of(0), idBytes(stream), Uint8Array.of(0, 0, 0, 1), root),
    )
  })
})
