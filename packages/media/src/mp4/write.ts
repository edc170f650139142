import { concat } from '@hausrecht/crypto/bytes'
import { Mp4Error } from '../errors.ts'

/** Bytes of a number or text, big-endian, for building small boxes. Anything with many samples writes into a DataView instead. */
export type Part = Uint8Array

const U32_MAX = 0xffff_ffff

export const u8 = (value: number): Part => Uint8Array.of(range(value, 0, 0xff))

export function u16(...values: readonly number[]): Part {
  const view = new DataView(new ArrayBuffer(values.length * 2))
  values.forEach((value, i) => {
    view.setUint16(i * 2, range(value, 0, 0xffff))
  })
  return new Uint8Array(view.buffer)
}

export function u32(...values: readonly number[]): Part {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, i) => {
    view.setUint32(i * 4, range(value, 0, U32_MAX))
  })
  return new Uint8Array(view.buffer)
}

export function u64(value: number): Part {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(range(value, 0, Number.MAX_SAFE_INTEGER)))
  return new Uint8Array(view.buffer)
}

export function i64(value: number): Part {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigInt64(0, BigInt(range(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)))
  return new Uint8Array(view.buffer)
}

/** Latin-1 text without an end mark. */
export const text = (value: string): Part => Uint8Array.from(value, char => char.charCodeAt(0) & 0xff)

export const zeros = (length: number): Part => new Uint8Array(length)

/** ISO/IEC 14496-12 §4.2, 32-bit size. */
export function box(type: string, ...parts: readonly Part[]): Uint8Array {
  let size = 8
  for (const part of parts) size += part.length
  return concat(u32(size), text(type), ...parts)
}

export const fullBox = (type: string, version: number, flags: number, ...parts: readonly Part[]): Uint8Array =>
  box(type, u32(version * 2 ** 24 + flags), ...parts)

/** The unity matrix of `mvhd` and `tkhd`. */
export const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)

/** @throws Mp4Error `bad_value` */
export function range(value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) throw new Mp4Error('bad_value', String(value))
  return value
}
