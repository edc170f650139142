import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decodeCover } from '@hausrecht/keytree/cover'
import { decodeHeader, type SegmentHeader } from '@hausrecht/media/segment/header'

/** What a thief of a disk has: every file below a folder. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile() === true)

export type Blob = Readonly<{ path: string; header: SegmentHeader; sealed: Uint8Array }>

/** Sealed objects on a vault's disk, with what their open header says. */
export const blobsIn = (folder: string): readonly Blob[] =>
  filesIn(folder).map(path => {
    const bytes = readFileSync(path)
    const { header, context } = decodeHeader(bytes)
    return { path, header, sealed: bytes.subarray(context.length) }
  })

/** Puts each of two files at the other's place. */
export function swap(a: string, b: string): void {
  renameSync(a, `${a}.swap`)
  renameSync(b, a)
  renameSync(`${a}.swap`, b)
}

/** Every secret of a device's folder: its own key, one-time keys, and each node of its key trees. */
export function secretsOf(home: string): readonly Buffer[] {
  const whole = filesIn(home).filter(path => /device\.key|\/prekeys\//.test(path))
  const trees = filesIn(home).filter(path => path.includes('/keys/'))
  const nodes = trees.flatMap(path =>
    decodeCover(new Uint8Array(readFileSync(path).subarray(32))).map(({ seed }) => Buffer.from(seed)),
  )
  return [...whole.map(path => readFileSync(path).subarray(0, 32)), ...nodes]
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

/**
 * What every MP4, H.264 or H.265 file has: a name, and another one that stands a fixed distance behind it. Two together are not made by
 * chance, however much noise there is.
 */
const STRUCTURES: readonly (readonly [first: Buffer, behind: number, then: Buffer])[] = [
  ...['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'dash', 'qt  '].map(
    brand => [ascii('ftyp'), 4, ascii(brand)] as const,
  ),
  [ascii('moov'), 8, ascii('mvhd')],
  [ascii('moof'), 8, ascii('mfhd')],
  [ascii('avcC'), 4, Buffer.of(1)],
  [ascii('hvcC'), 4, Buffer.of(1)],
  ...[0x42, 0x4d, 0x58, 0x64].map(profile => [Buffer.of(0, 0, 0, 1, 0x67), 5, Buffer.of(profile)] as const),
]

/** Which playable structure the bytes hold, or undefined. */
export function playable(bytes: Buffer): string | undefined {
  for (const [first, behind, then] of STRUCTURES) {
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
      if (bytes.subarray(at + behind, at + behind + then.length).equals(then))
        return `${first.toString('latin1')} at ${at}`
    }
  }
  return undefined
}

/** Shannon entropy in bits a byte: 8 is noise. Of `n` random bytes it is about 8 − 184/n. */
export function entropy(bytes: Uint8Array): number {
  const counts = new Float64Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  let sum = 0
  for (const count of counts) if (count > 0) sum -= (count / bytes.length) * Math.log2(count / bytes.length)
  return sum
}
