import { isGone } from '@hausrecht/chain/retention'
import type { ObjectRow } from '@hausrecht/contract/schemas'
import { openRange } from '@hausrecht/crypto/cobblestone'
import { parseObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { objectKey } from '@hausrecht/keytree/object-key'
import { buildFragment } from '@hausrecht/media/mp4/fragment'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { decodeHeader, objectLength } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { decodePayloadHead, type MediaPayload } from '@hausrecht/media/segment/payload'
import type { Accesses } from './accesses.ts'
import { ClientError } from './errors.ts'
import { streamOf } from './household.ts'
import { householdNow } from './household-clock.ts'
import { explain } from './open.ts'
import type { OpenDevice } from './open-device.ts'
import { VaultError } from './vault-error.ts'

/** So much of an object is fetched at first: header, fields and the key frame of a usual picture. */
export const FIRST_BYTES = 192 * 1024
/** How far back a segment may begin whose picture is still the one of a moment, ms. */
export const REACH_MS = 16_000
/** Tables of samples in front of the first picture are not larger than this. */
const TABLES_BYTES = 32 * 1024

/** A segment with its first picture only. */
export type KeyFrame = MediaPayload & { readonly leaf: number }

/**
 * The key frame at or before a moment, opened without fetching the rest of its segment: the seal's chunks are authenticated one by one.
 * @param rows what the vault lists around the moment; leaf order @returns null where nothing is recorded
 * @throws as reading a segment does
 */
export async function readKeyFrame(
  device: OpenDevice,
  stream: StreamId,
  at: number,
  rows: readonly ObjectRow[],
  accesses: Accesses,
  signal?: AbortSignal,
): Promise<KeyFrame | null> {
  const [least, most] = [leafOf(at - REACH_MS), leafOf(at)]
  const kind = streamOf(device, stream).kind === 'sub' ? KINDS.sub : KINDS.video
  const near = rows.filter(row => row.stream === stream && row.kind === kind && row.leaf >= least && row.leaf <= most)
  for (const row of near.toReversed()) {
    if (isGone(device.chain.state, stream, row.leaf, householdNow(device))) continue
    const found = await firstPicture(device, stream, row, kind, accesses, signal).catch(error => {
      throw explain(error)
    })
    // A part of a long group of pictures begins before it.
    if (found?.startsWithKey) return found.startTime + found.duration + REACH_MS < at ? null : found
  }
  return null
}

async function firstPicture(
  device: OpenDevice,
  stream: StreamId,
  row: ObjectRow,
  kind: typeof KINDS.video | typeof KINDS.sub,
  accesses: Accesses,
  signal?: AbortSignal,
): Promise<KeyFrame | null> {
  const { token } = await accesses.for(stream, { lo: row.leaf, hi: row.leaf }, signal)
  const object = parseObjectId(row.objectId)
  let bytes: Uint8Array
  const fetch = (from: number, to: number): Promise<Uint8Array> =>
    device.vault.getObject(object, token, { range: { from, to: Math.min(to, row.size) }, ...(signal && { signal }) })
  try {
    bytes = await fetch(0, FIRST_BYTES)
  } catch (error) {
    if (error instanceof VaultError && error.code === 'deleted_range') return null
    throw error
  }
  const { header, context } = decodeHeader(bytes)
  const asked = { household: device.household, stream, generation: row.generation, leaf: row.leaf, object, kind }
  for (const field of ['household', 'stream', 'generation', 'leaf', 'object', 'kind'] as const)
    if (header[field] !== asked[field]) throw new ClientError('object_mismatch', field)
  if (row.size !== objectLength(context.length, header.payloadLength)) throw new ClientError('damaged_header', 'length')
  const reader = {
    length: row.size - context.length,
    read: async (offset: number, length: number) => {
      const from = context.length + offset
      return from + length <= bytes.length ? bytes.subarray(from, from + length) : await fetch(from, from + length)
    },
  }
  using leafKey = device.keys.leafKey(asked, row.leaf)
  using key = objectKey(leafKey, kind, object)
  const open = (offset: number, length: number): Promise<Uint8Array> => openRange(key, context, reader, offset, length)
  const start = await open(0, 2 * TABLES_BYTES)
  const head = decodePayloadHead(kind, start)
  if (head === null) throw new ClientError('damaged_payload', 'fields')
  const { fragmentStart, fragmentLength, ...fields } = head
  // The tables tell how long the first picture is; what is not fetched stays zero and is not looked at.
  const fragment = new Uint8Array(fragmentLength)
  const known = start.subarray(fragmentStart, fragmentStart + fragmentLength)
  fragment.set(known)
  const { trackId, baseDecodeTime, sequence, ...tables } = parseFragment(fragment)
  const [first] = samplesOf({ trackId, baseDecodeTime, sequence, ...tables })
  if (first === undefined) return null
  const end = first.data.byteOffset - fragment.byteOffset + first.data.length
  if (end > known.length) fragment.set(await open(fragmentStart + known.length, end - known.length), known.length)
  const picture = buildFragment({ sequence, trackId, baseDecodeTime, samples: [first] })
  return { ...fields, fragment: picture, leaf: row.leaf }
}
