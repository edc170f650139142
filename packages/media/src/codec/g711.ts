import { CodecError } from '../errors.ts'
import type { AudioConfig } from './config.ts'

/** ITU-T G.711: one byte a sample. */
export type G711 = 'pcma' | 'pcmu'

/** @throws CodecError `unsupported` */
export function g711Config(codec: G711, sampleRate = 8000, channels = 1): AudioConfig {
  if (sampleRate < 1 || sampleRate > 65_535 || channels < 1 || channels > 2) {
    throw new CodecError('unsupported', `${channels} channels of G.711 at ${sampleRate} Hz`)
  }
  return { kind: 'audio', codec, sampleRate, channels, record: new Uint8Array(0) }
}

/** A-law (G.711 table 1a): even bits are inverted; 13-bit values, here scaled to 16. */
function expandA(code: number): number {
  const value = code ^ 0x55
  const segment = (value >> 4) & 7
  const low = (value & 0xf) << 4
  const magnitude = segment === 0 ? low + 8 : (low + 0x108) << (segment - 1)
  return (value & 0x80) === 0 ? -magnitude : magnitude
}

/** µ-law (G.711 table 2a): all bits are inverted; 14-bit values, here scaled to 16. */
function expandMu(code: number): number {
  const value = ~code & 0xff
  const magnitude = ((((value & 0xf) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84
  return (value & 0x80) === 0 ? magnitude : -magnitude
}

const TABLES: Readonly<Record<G711, Int16Array>> = {
  pcma: Int16Array.from({ length: 256 }, (_, code) => expandA(code)),
  pcmu: Int16Array.from({ length: 256 }, (_, code) => expandMu(code)),
}

/** The 16-bit samples that G.711 bytes stand for. */
export function expandG711(codec: G711, bytes: Uint8Array): Int16Array {
  const table = TABLES[codec]
  const samples = new Int16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) samples[i] = table[bytes[i] ?? 0] ?? 0
  return samples
}
