import { concat, u32be } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { crc32 } from '#crc32'
import type { AudioCodec, AudioConfig, CodecConfig, VideoConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'

/**
 * What an unfinished export has written so far, so that it can go on after an interruption. A file of records `u32 length ‖ u32 CRC-32 ‖
 * CBOR`, each after the bytes it speaks of. It is private to the writer: no other program reads it, and a newer version may start over.
 */
const VERSION = 1

export type Kind = CodecConfig['kind']

export type JournalHead = { readonly type: 'head'; readonly label: string }

/** A new sample description of a track, in order of their indices. */
export type JournalConfig = { readonly type: 'config'; readonly timescale: number; readonly config: CodecConfig }

/** Samples that were written, and where. */
export type JournalRun = {
  readonly type: 'run'
  readonly kind: Kind
  readonly description: number
  readonly timescale: number
  readonly startTimeMs: number
  readonly mark: string
  /** Samples a channel coded as FLAC, or 0. */
  readonly coded: number
  readonly sizes: Uint32Array
  readonly durations: Uint32Array
  readonly compositionOffsets: Int32Array
  readonly sync: Uint8Array
  readonly offset: number
  readonly length: number
  readonly crc: number
}

export type JournalEntry = JournalHead | JournalConfig | JournalRun

export function encodeEntry(entry: JournalEntry): Uint8Array {
  const body = encode(fieldsOf(entry))
  return concat(u32be(body.length), u32be(crc32(body)), body)
}

/** An entry, and where its record ends. */
export type ReadEntry = { readonly entry: JournalEntry; readonly end: number }

/** The entries of a journal, up to the first record that is cut off or damaged. */
export function readEntries(journal: Uint8Array): ReadEntry[] {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength)
  const entries: ReadEntry[] = []
  let at = 0
  while (journal.length - at >= 8) {
    const end = at + 8 + view.getUint32(at)
    if (end > journal.length) break
    const body = journal.subarray(at + 8, end)
    if (crc32(body) !== view.getUint32(at + 4)) break
    const entry = parseEntry(body)
    if (entry === null) break
    entries.push({ entry, end })
    at = end
  }
  return entries
}

function fieldsOf(entry: JournalEntry): CborValue {
  switch (entry.type) {
    case 'head':
      return [0, VERSION, entry.label]
    case 'config': {
      const { config, timescale } = entry
      const size = config.kind === 'video' ? [config.width, config.height] : [config.sampleRate, config.channels]
      return [1, timescale, config.kind, config.codec, ...size, config.record]
    }
    case 'run':
      return [
        2,
        entry.kind,
        entry.description,
        entry.timescale,
        Math.round(entry.startTimeMs),
        entry.mark,
        entry.coded,
        bytesOf(entry.sizes),
        bytesOf(entry.durations),
        bytesOf(entry.compositionOffsets),
        entry.sync,
        entry.offset,
        entry.length,
        entry.crc,
      ]
  }
}

const bytesOf = (table: Uint32Array | Int32Array): Uint8Array =>
  new Uint8Array(table.buffer, table.byteOffset, table.byteLength)

/** Copies, because the journal's bytes need not be aligned. */
const wordsOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

function parseEntry(body: Uint8Array): JournalEntry | null {
  let fields: CborValue
  try {
    fields = decode(body)
  } catch {
    return null
  }
  if (!Array.isArray(fields)) return null
  const reader = new FieldReader(fields)
  try {
    switch (reader.number()) {
      case 0:
        return reader.number() === VERSION ? { type: 'head', label: reader.text() } : null
      case 1:
        return { type: 'config', timescale: reader.number(), config: readConfig(reader) }
      case 2:
        return readRun(reader)
      default:
        return null
    }
  } catch (error) {
    if (error instanceof Mp4Error) return null
    throw error
  }
}

function readConfig(reader: FieldReader): CodecConfig {
  const kind = reader.kind()
  const codec = reader.text()
  const [a, b] = [reader.number(), reader.number()]
  const record = reader.bytes()
  if (kind === 'video' && isVideo(codec)) return { kind, codec, width: a, height: b, record }
  if (kind === 'audio' && isAudio(codec)) return { kind, codec, sampleRate: a, channels: b, record }
  throw new Mp4Error('not_resumable')
}

const isVideo = (codec: string): codec is VideoConfig['codec'] => codec === 'h264' || codec === 'h265'
const AUDIO: readonly string[] = ['aac', 'opus', 'pcma', 'pcmu', 'flac'] satisfies AudioCodec[]
const isAudio = (codec: string): codec is AudioConfig['codec'] => AUDIO.includes(codec)

function readRun(reader: FieldReader): JournalRun {
  return {
    type: 'run',
    kind: reader.kind(),
    description: reader.number(),
    timescale: reader.number(),
    startTimeMs: reader.number(),
    mark: reader.text(),
    coded: reader.number(),
    sizes: new Uint32Array(wordsOf(reader.words())),
    durations: new Uint32Array(wordsOf(reader.words())),
    compositionOffsets: new Int32Array(wordsOf(reader.words())),
    sync: Uint8Array.from(reader.bytes()),
    offset: reader.number(),
    length: reader.number(),
    crc: reader.number(),
  }
}

class FieldReader {
  readonly #fields: readonly CborValue[]
  #at = 0

  constructor(fields: readonly CborValue[]) {
    this.#fields = fields
  }

  number(): number {
    const value = this.#fields[this.#at++]
    if (typeof value !== 'number') throw new Mp4Error('not_resumable')
    return value
  }

  text(): string {
    const value = this.#fields[this.#at++]
    if (typeof value !== 'string') throw new Mp4Error('not_resumable')
    return value
  }

  bytes(): Uint8Array {
    const value = this.#fields[this.#at++]
    if (!(value instanceof Uint8Array)) throw new Mp4Error('not_resumable')
    return value
  }

  words(): Uint8Array {
    const value = this.bytes()
    if (value.length % 4 !== 0) throw new Mp4Error('not_resumable')
    return value
  }

  kind(): Kind {
    const value = this.text()
    if (value !== 'video' && value !== 'audio') throw new Mp4Error('not_resumable')
    return value
  }
}
