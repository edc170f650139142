import { Mp4Error } from '../errors.ts'
import { Cursor } from './cursor.ts'

/** The most boxes read on one level; real files have a few dozen. */
export const BOXES_MAX = 100_000

/** A box (ISO/IEC 14496-12 §4.2). */
export type Box = {
  readonly type: string
  /** Where the box starts, in the bytes that were given. */
  readonly start: number
  /** Where its body starts. */
  readonly bodyStart: number
  /** A view of what is between the box's header and its end. */
  readonly body: Uint8Array
}

/**
 * The boxes of one level. A size of 0 (to the end) is accepted for the last one, `largesize` too.
 * @throws Mp4Error `truncated`, `bad_box`, `too_many`
 */
export function readBoxes(bytes: Uint8Array): Box[] {
  const boxes: Box[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let start = 0
  while (start < bytes.length) {
    if (bytes.length - start < 8) throw new Mp4Error('truncated')
    if (boxes.length === BOXES_MAX) throw new Mp4Error('too_many', 'boxes')
    let size = view.getUint32(start)
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8))
    let header = 8
    if (size === 1) {
      if (bytes.length - start < 16) throw new Mp4Error('truncated', type)
      size = Number(view.getBigUint64(start + 8))
      header = 16
    } else if (size === 0) {
      size = bytes.length - start
    }
    if (size < header) throw new Mp4Error('bad_box', 'smaller than its header')
    if (size > bytes.length - start) throw new Mp4Error('truncated', printable(type))
    boxes.push({ type, start, bodyStart: start + header, body: bytes.subarray(start + header, start + size) })
    start += size
  }
  return boxes
}

/** The first box of a type. */
export const findBox = (boxes: readonly Box[], type: string): Box | undefined => boxes.find(box => box.type === type)

/** @throws Mp4Error `missing_box` */
export function needBox(boxes: readonly Box[], type: string): Box {
  const box = findBox(boxes, type)
  if (box === undefined) throw new Mp4Error('missing_box', type)
  return box
}

/** Follows a path of containers, like `needPath(boxes, 'mdia', 'minf')`, and gives the boxes inside the last one. */
export function needPath(boxes: readonly Box[], ...path: readonly string[]): Box[] {
  let level: readonly Box[] = boxes
  let inside: Box[] = []
  for (const type of path) {
    inside = readBoxes(needBox(level, type).body)
    level = inside
  }
  return inside
}

/** A full box's version and flags, and what follows. */
export function readFull(box: Box): { readonly version: number; readonly flags: number; readonly cursor: Cursor } {
  const cursor = new Cursor(box.body)
  const word = cursor.u32()
  return { version: word >>> 24, flags: word & 0xff_ffff, cursor }
}

const printable = (type: string): string => type.replace(/[^ -~]/g, '?')
