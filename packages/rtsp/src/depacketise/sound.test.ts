import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { packetiseAac } from '../packetise.ts'
import type { Arrived, Unit } from '../unit.ts'
import { LatmSound, parseLatmConfig } from './latm.ts'
import { AacSound, aacFrameTicks, PlainSound } from './sound.ts'

const arrived = (payload: Uint8Array, more: Partial<Arrived> = {}): Arrived => ({
  payload: Buffer.from(payload),
  time: 0,
  marker: true,
  arrival: 0,
  lossBefore: false,
  ...more,
})

const HBR = new Map([
  ['mode', 'AAC-hbr'],
  ['sizelength', '13'],
  ['indexlength', '3'],
  ['indexdeltalength', '3'],
])

function aac(fmtp: ReadonlyMap<string, string> = HBR, ticks = 1024) {
  const units: Omit<Unit, 'ntp'>[] = []
  return { units, sound: new AacSound(unit => units.push(unit), fmtp, ticks) }
}

/** AU headers of 16 bits before the frames (RFC 3640 §3.3.6). */
function packed(frames: readonly Uint8Array[]): Buffer {
  const headers = frames.map(frame => Buffer.of((frame.length << 3) >> 8, (frame.length << 3) & 255))
  const bitCount = frames.length * 16
  return Buffer.concat([Buffer.of(bitCount >> 8, bitCount & 255), ...headers, ...frames])
}

describe('AAC', () => {
  test('several frames in a packet, each with its time', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 }), frames => {
        const { units, sound } = aac()
        sound.push(arrived(packed(frames), { time: 5000 }))
        expect(units.map(unit => unit.data)).toEqual(frames)
        expect(units.map(unit => unit.rtpTime)).toEqual(frames.map((_, i) => 5000 + i * 1024))
      }),
    )
  })

  test('what our server packs, it reads', () => {
    const { units, sound } = aac()
    const frame = new Uint8Array(700).fill(7)
    for (const payload of packetiseAac(frame)) sound.push(arrived(payload))
    expect(units.map(unit => unit.data)).toEqual([frame])
  })

  test('a frame over several packets; a lost part costs this frame only', () => {
    const frame = Buffer.alloc(3000, 5)
    const head = Buffer.of(0, 16, (3000 << 3) >> 8, (3000 << 3) & 255)
    const parts = [frame.subarray(0, 1400), frame.subarray(1400, 2800), frame.subarray(2800)].map(part =>
      Buffer.concat([head, part]),
    )
    const { units, sound } = aac()
    for (const part of parts) sound.push(arrived(part, { time: 1 }))
    sound.push(arrived(parts[0] ?? head, { time: 2 }))
    sound.push(arrived(parts[2] ?? head, { time: 2, lossBefore: true }))
    sound.push(arrived(packed([Buffer.of(9)]), { time: 3 }))
    expect(units.map(unit => [unit.data.length, unit.rtpTime, unit.lossBefore])).toEqual([
      [3000, 1, false],
      [1, 3, true],
    ])
  })

  test('low bit rate: headers of 8 bits (RFC 3640 §3.3.5), and no headers at all', () => {
    const low = aac(new Map([['mode', 'AAC-lbr']]))
    low.sound.push(arrived(Buffer.of(0, 16, 2 << 2, 1 << 2, 1, 2, 3)))
    expect(low.units.map(unit => [...unit.data])).toEqual([[1, 2], [3]])
    const bare = aac(
      new Map([
        ['sizelength', '0'],
        ['indexlength', '0'],
        ['indexdeltalength', '0'],
      ]),
    )
    bare.sound.push(arrived(Buffer.of(1, 2, 3)))
    expect(bare.units.map(unit => [...unit.data])).toEqual([[1, 2, 3]])
  })

  test('SBR doubles the length of a frame at the rate it is played with', () => {
    expect(aacFrameTicks(Uint8Array.of(0x14, 0x08))).toBe(1024)
    expect(aacFrameTicks(Uint8Array.of(0x2b, 0x92, 0x08, 0))).toBe(2048)
    expect(aacFrameTicks(new Uint8Array(0))).toBe(1024)
  })

  test('any bytes under any parameters end, without an exception and without empty frames', () => {
    const number = fc.constantFrom('0', '1', '6', '13', '16', '99', '-1', 'x')
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 80 }),
      time: fc.integer({ min: 0, max: 2 }),
      lossBefore: fc.boolean(),
    })
    fc.assert(
      fc.property(number, number, number, fc.array(packet, { maxLength: 20 }), (size, index, delta, packets) => {
        const { units, sound } = aac(
          new Map([
            ['sizelength', size],
            ['indexlength', index],
            ['indexdeltalength', delta],
          ]),
        )
        for (const { payload, ...more } of packets) sound.push(arrived(payload, more))
        expect(units.every(unit => unit.data.length > 0)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test(`frames of more than ${LIMITS.soundBytes} bytes are refused`, () => {
    // 16 bits can say 65 535 at most, one less than the limit: a wider field is not read as one.
    const wide = aac(
      new Map([
        ['sizelength', '16'],
        ['indexlength', '0'],
      ]),
    )
    wide.sound.push(arrived(Buffer.of(0, 16, 255, 255, 1, 2)))
    expect(wide.units).toEqual([])
    expect(LIMITS.soundBytes).toBeGreaterThan(0xffff)
  })
})

describe('AAC in LATM', () => {
  /** 16 kHz mono AAC-LC, one frame a packet: the example of RFC 6416 §7.3 has the same shape with 24 kHz. */
  const MUX = Uint8Array.of(0x40, 0x00, 0x28, 0x10, 0x3f, 0xc0)

  test('the configuration in front of the sound', () => {
    expect(parseLatmConfig(MUX)).toEqual({ audioConfig: Uint8Array.of(0x14, 0x08), frames: 1, sampleRate: 16_000 })
    // RFC 6416 §7.3.2: AAC-LC at 24 kHz, stereo.
    expect(parseLatmConfig(Buffer.from('400026203fc0', 'hex'))).toMatchObject({ frames: 1, sampleRate: 24_000 })
    // As GStreamer writes it, with the word about SBR behind it.
    expect(parseLatmConfig(Buffer.from('40002810adca00', 'hex'))).toEqual(parseLatmConfig(MUX))
    for (const wrong of ['', 'c0', '000028103fc0', '401028103fc0', '400228103fc0', '40ff28103fc0'])
      expect(parseLatmConfig(Buffer.from(wrong, 'hex')), wrong).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20 }), bytes => void parseLatmConfig(bytes)))
  })

  function latm(frames = 1) {
    const units: Omit<Unit, 'ntp'>[] = []
    const config = { audioConfig: Uint8Array.of(0x14, 0x08), frames, sampleRate: 16_000 }
    return { units, sound: new LatmSound(unit => units.push(unit), config, 5760) }
  }
  const element = (...frames: Uint8Array[]): Buffer =>
    Buffer.concat(
      frames.flatMap(frame => [
        Buffer.alloc(Math.floor(frame.length / 255), 255),
        Buffer.of(frame.length % 255),
        frame,
      ]),
    )

  test('frames of any length, whole or in parts, several in a packet', () => {
    const frame = fc.uint8Array({ minLength: 1, maxLength: 800 })
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 900 }), (frames, size) => {
        const { units, sound } = latm(frames.length)
        const bytes = element(...frames)
        for (let at = 0; at < bytes.length; at += size)
          sound.push(arrived(bytes.subarray(at, at + size), { time: 7, marker: at + size >= bytes.length }))
        expect(units.map(unit => unit.data)).toEqual(frames)
        expect(units.map(unit => unit.rtpTime)).toEqual(frames.map((_, i) => 7 + i * 5760))
      }),
    )
  })

  test('a lost part costs its frame only, and is told', () => {
    const { units, sound } = latm()
    const bytes = element(new Uint8Array(600).fill(9))
    sound.push(arrived(bytes.subarray(0, 300), { time: 1, marker: false }))
    sound.push(arrived(element(Uint8Array.of(1)), { time: 2, lossBefore: true }))
    sound.push(arrived(bytes.subarray(300), { time: 3, lossBefore: true }))
    sound.push(arrived(element(Uint8Array.of(2)), { time: 4 }))
    expect(units.map(unit => [...unit.data, unit.rtpTime, unit.lossBefore])).toEqual([
      [1, 2, true],
      [2, 4, true],
    ])
  })

  test(`elements of more than ${LIMITS.soundBytes} bytes are refused`, () => {
    const { sound } = latm()
    const push = () => sound.push(arrived(Buffer.alloc(60_000), { marker: false }))
    push()
    expect(push).toThrow(expect.objectContaining({ code: 'too_large' }))
  })
})

describe('Opus and G.711', () => {
  test('a packet is a frame; an empty one is none', () => {
    const units: Omit<Unit, 'ntp'>[] = []
    const sound = new PlainSound(unit => units.push(unit))
    sound.push(arrived(Buffer.of(1, 2), { time: 7, lossBefore: true, arrival: 3 }))
    sound.push(arrived(Buffer.alloc(0)))
    expect(units).toEqual([{ data: Uint8Array.of(1, 2), rtpTime: 7, arrival: 3, key: true, lossBefore: true }])
  })
})
