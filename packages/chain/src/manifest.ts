import { concat } from '@hausrecht/crypto/bytes'
import { ID_BYTES, idBytes, type ObjectId, objectIdFrom, type StreamId, streamIdFrom } from '@hausrecht/crypto/ids'
import { appendLeaves, leafHash } from '@hausrecht/tlog/tree'
import { ChainError } from './errors.ts'
import { LIMITS } from './types.ts'

/** A manifest's hours follow the leaves: 24 a day, each of 1800 slots. */
const HOURS_A_DAY = 24
const SLOTS_AN_HOUR = 1800
const LEAVES_A_DAY = 65_536
export const MAX_HOUR = 0xffff * HOURS_A_DAY + HOURS_A_DAY - 1

/** leaf u32, object id, SHA-256 of the sealed bytes, their length u32. */
export const RECORD_BYTES = 4 + ID_BYTES + 32 + 4
/** stream id, count u32, root of its records. */
const SUMMARY_BYTES = ID_BYTES + 4 + 32

/** A sealed object as a manifest lists it. docs/formats/chain.md §Manifests */
export type ManifestRecord = {
  readonly leaf: number
  readonly object: ObjectId
  readonly sha256: Uint8Array
  readonly length: number
}
/** One stream's part of an hour. */
export type StreamSummary = { readonly stream: StreamId; readonly objects: number; readonly root: Uint8Array }

/** Which hour a leaf belongs to. Leaves behind the last slot of a day belong to its last hour. */
export const hourOfLeaf = (leaf: number): number =>
  Math.floor(leaf / LEAVES_A_DAY) * HOURS_A_DAY +
  Math.min(HOURS_A_DAY - 1, Math.floor((leaf % LEAVES_A_DAY) / SLOTS_AN_HOUR))

/** The leaves of an hour, both ends inclusive. */
export function hourLeaves(hour: number): { readonly lo: number; readonly hi: number } {
  const day = Math.floor(hour / HOURS_A_DAY) * LEAVES_A_DAY
  const lo = day + (hour % HOURS_A_DAY) * SLOTS_AN_HOUR
  const isLast = hour % HOURS_A_DAY === HOURS_A_DAY - 1
  return { lo, hi: isLast ? day + LEAVES_A_DAY - 1 : lo + SLOTS_AN_HOUR - 1 }
}

/** The first moment after an hour, ms since 1970. */
export const hourEnd = (hour: number): number => (hour + 1) * 3_600_000

/** Records in the one order that counts: ascending as bytes, which is by leaf and then by object. */
export function encodeList(records: readonly ManifestRecord[]): Uint8Array {
  const list = new Uint8Array(records.length * RECORD_BYTES)
  for (const [place, record] of records.map(encodeRecord).sort(compareBytes).entries())
    list.set(record, place * RECORD_BYTES)
  return list
}

function encodeRecord({ leaf, object, sha256, length }: ManifestRecord): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES)
  const view = new DataView(record.buffer)
  view.setUint32(0, leaf)
  record.set(idBytes(object), 4)
  record.set(sha256, 4 + ID_BYTES)
  view.setUint32(RECORD_BYTES - 4, length)
  return record
}

/** @throws ChainError bad_manifest when it is not a sorted list of records, each once */
export function decodeList(list: Uint8Array): readonly ManifestRecord[] {
  if (list.length % RECORD_BYTES !== 0) throw new ChainError('bad_manifest', 'length')
  const records: ManifestRecord[] = []
  let before: Uint8Array | null = null
  for (let at = 0; at < list.length; at += RECORD_BYTES) {
    const record = list.subarray(at, at + RECORD_BYTES)
    if (before !== null && compareBytes(before, record) >= 0) throw new ChainError('bad_manifest', 'order')
    before = record
    const view = new DataView(record.buffer, record.byteOffset, RECORD_BYTES)
    records.push({
      leaf: view.getUint32(0),
      object: objectIdFrom(record.slice(4, 4 + ID_BYTES)),
      sha256: record.slice(4 + ID_BYTES, RECORD_BYTES - 4),
      length: view.getUint32(RECORD_BYTES - 4),
    })
  }
  return records
}

/** How many objects a list has, and its root (RFC 6962 §2.1), a leaf for each record. */
export function summaryOf(stream: StreamId, list: Uint8Array): StreamSummary {
  const hashes: Uint8Array[] = []
  for (let at = 0; at < list.length; at += RECORD_BYTES) hashes.push(leafHash(list.subarray(at, at + RECORD_BYTES)))
  return { stream, objects: hashes.length, root: appendLeaves(0, [], hashes).root }
}

/** What a manifest says of its hour: the root over its streams in the order of their ids, and how many objects they have together. */
export function manifestOf(streams: readonly StreamSummary[]): { readonly objects: number; readonly root: Uint8Array } {
  const leaves = streams.map(encodeSummary).sort(compareBytes)
  return {
    objects: streams.reduce((sum, { objects }) => sum + objects, 0),
    root: appendLeaves(0, [], leaves.map(leafHash)).root,
  }
}

export const encodeSummaries = (streams: readonly StreamSummary[]): Uint8Array =>
  concat(...streams.map(encodeSummary).sort(compareBytes))

/** @throws ChainError bad_manifest */
export function decodeSummaries(bytes: Uint8Array): readonly StreamSummary[] {
  if (bytes.length % SUMMARY_BYTES !== 0 || bytes.length > LIMITS.streams * SUMMARY_BYTES)
    throw new ChainError('bad_manifest', 'streams')
  const streams: StreamSummary[] = []
  for (let at = 0; at < bytes.length; at += SUMMARY_BYTES) {
    const summary = bytes.slice(at, at + SUMMARY_BYTES)
    const objects = new DataView(summary.buffer).getUint32(ID_BYTES)
    streams.push({ stream: streamIdFrom(summary.slice(0, ID_BYTES)), objects, root: summary.slice(ID_BYTES + 4) })
  }
  if (new Set(streams.map(({ stream }) => stream)).size !== streams.length)
    throw new ChainError('bad_manifest', 'stream twice')
  return streams
}

function encodeSummary({ stream, objects, root }: StreamSummary): Uint8Array {
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, objects)
  return concat(idBytes(stream), count, root)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
