import { crc32 } from 'node:zlib'
import type { SpoolFile } from './fs.ts'
import { decodeHead, findMagic, HEAD_BYTES, type RecordHead } from './record.ts'

/** What stands at a place of a log file. */
export type Scanned =
  | { readonly type: 'record'; readonly at: number; readonly next: number; readonly head: RecordHead }
  /** Bytes that are no record, up to where one begins again. */
  | { readonly type: 'damage'; readonly at: number; readonly next: number }
  /** Nothing whole begins at or after `at`. */
  | { readonly type: 'end'; readonly at: number }

const SEARCH_BYTES = 256 * 1024

/** The record at `at`, or the damage up to the next one. `limit` = bytes of the file that count. */
export async function scanAt(file: SpoolFile, at: number, limit: number): Promise<Scanned> {
  const head = await headAt(file, at, limit)
  if (head !== null) return { type: 'record', at, next: at + HEAD_BYTES + head.blobLength, head }
  // Behind damage: look for the next head. The overlap lets a magic number lie across two reads.
  const buffer = new Uint8Array(SEARCH_BYTES)
  for (let from = at + 1; from + HEAD_BYTES <= limit; from += SEARCH_BYTES - 3) {
    const length = await file.read(buffer.subarray(0, Math.min(SEARCH_BYTES, limit - from)), from)
    const window = buffer.subarray(0, length)
    for (let hit = findMagic(window, 0); hit !== -1; hit = findMagic(window, hit + 1)) {
      if ((await headAt(file, from + hit, limit)) !== null) return { type: 'damage', at, next: from + hit }
    }
  }
  return { type: 'end', at }
}

async function headAt(file: SpoolFile, at: number, limit: number): Promise<RecordHead | null> {
  if (at + HEAD_BYTES > limit) return null
  const bytes = new Uint8Array(HEAD_BYTES)
  if ((await file.read(bytes, at)) < HEAD_BYTES) return null
  const head = decodeHead(bytes)
  // A record that reaches beyond the file was torn off while it was written.
  return head !== null && at + HEAD_BYTES + head.blobLength <= limit ? head : null
}

/** The sealed object of a record; null when it does not match its checksum. */
export async function readBlob(file: SpoolFile, at: number, head: RecordHead): Promise<Uint8Array | null> {
  const blob = new Uint8Array(head.blobLength)
  if ((await file.read(blob, at + HEAD_BYTES)) < head.blobLength) return null
  return crc32(blob) === head.blobCrc ? blob : null
}
