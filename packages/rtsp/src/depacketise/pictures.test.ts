import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RtspError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { packetiseH264, packetiseH265 } from '../packetise.ts'
import type { Arrived, ParameterSets, Unit } from '../unit.ts'
import { H264Depacketiser } from './h264.ts'
import { H265Depacketiser } from './h265.ts'

type Codec = 'h264' | 'h265'
type Packet = { payload: Buffer; time: number; marker: boolean; sequence: number }

const make = (codec: Codec, units: Omit<Unit, 'ntp'>[], sets: ParameterSets[] = []) =>
  codec === 'h264'
    ? new H264Depacketiser(
        unit => units.push(unit),
        found => sets.push(found),
      )
    : new H265Depacketiser(
        unit => units.push(unit),
        found => sets.push(found),
      )

const HEAD = {
  h264: { idr: [0x65], p: [0x41], sps: [0x67], pps: [0x68], aud: [0x09], sei: [0x06], vps: [] },
  h265: {
    idr: [0x26, 1],
    p: [0x02, 1],
    sps: [0x42, 1],
    pps: [0x44, 1],
    aud: [0x46, 1],
    sei: [0x4e, 1],
    vps: [0x40, 1],
  },
} as const

/** A slice: its header says whether it is the first of its picture; the rest names picture and slice. */
function slice(codec: Codec, kind: 'idr' | 'p', picture: number, index: number, size: number): Buffer {
  const body = Buffer.alloc(size, (picture * 16 + index) & 255)
  return Buffer.from([...HEAD[codec][kind], index === 0 ? 0x80 : 0x40, picture & 255, index, ...body])
}

const sample = (nals: readonly Buffer[]): Buffer =>
  Buffer.concat(nals.flatMap(nal => [Buffer.of(nal.length >> 24, nal.length >> 16, nal.length >> 8, nal.length), nal]))

/** Pictures of one or more slices, as packets. */
function film(
  codec: Codec,
  pictures: readonly (readonly number[])[],
  markers: boolean,
): { packets: Packet[]; samples: Buffer[] } {
  const packets: Packet[] = []
  const samples: Buffer[] = []
  for (const [i, sizes] of pictures.entries()) {
    const nals = sizes.map((size, index) => slice(codec, i % 5 === 0 ? 'idr' : 'p', i, index, size))
    samples.push(sample(nals))
    const payloads = nals.flatMap(nal => (codec === 'h264' ? packetiseH264 : packetiseH265)(sample([nal])))
    for (const [j, payload] of payloads.entries())
      packets.push({ payload, time: i * 3600, marker: markers && j === payloads.length - 1, sequence: packets.length })
  }
  return { packets, samples }
}

function play(codec: Codec, packets: readonly Packet[], units: Omit<Unit, 'ntp'>[], sets: ParameterSets[] = []): void {
  const depacketiser = make(codec, units, sets)
  let next = packets[0]?.sequence ?? 0
  for (const { payload, time, marker, sequence } of packets) {
    // The payload is a view that is good only during the call: it is overwritten afterwards, as the socket's buffer is.
    const view = Buffer.from(payload)
    depacketiser.push({ payload: view, time, marker, arrival: 0, lossBefore: sequence !== next })
    view.fill(0xee)
    next = sequence + 1
  }
}

const sizes = fc.array(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 12,
})

describe.each(['h264', 'h265'] as const)('%s', codec => {
  test('pictures of any size and number of slices come out as they went in', () => {
    fc.assert(
      fc.property(sizes, pictures => {
        const { packets, samples } = film(codec, pictures, true)
        const units: Omit<Unit, 'ntp'>[] = []
        play(codec, packets, units)
        expect(units.map(unit => Buffer.from(unit.data))).toEqual(samples)
        expect(units.map(unit => unit.rtpTime)).toEqual(samples.map((_, i) => i * 3600))
        expect(units.map(unit => unit.key)).toEqual(samples.map((_, i) => i % 5 === 0))
        expect(units.some(unit => unit.lossBefore)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  test('whatever is lost, each picture that comes out is a whole one, and every hole is told', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.infiniteStream(fc.integer({ min: 0, max: 9 })), (pictures, markers, dice) => {
        const { packets, samples } = film(codec, pictures, markers)
        const kept = packets.filter(() => dice.next().value !== 0)
        const units: Omit<Unit, 'ntp'>[] = []
        play(codec, kept, units)
        let last = -1
        const silent: number[] = []
        for (const unit of units) {
          const number = unit.rtpTime / 3600
          expect(Buffer.from(unit.data)).toEqual(samples[number])
          expect(number).toBeGreaterThan(last)
          // Before the first packet that came, nothing is known of a loss.
          if (last >= 0 && number > last + 1 && !unit.lossBefore) silent.push(number)
          last = number
        }
        expect(silent).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('any bytes, in any order, throw nothing but our own refusal', () => {
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
      time: fc.integer({ min: 0, max: 4 }),
      marker: fc.boolean(),
      arrival: fc.constant(0),
      lossBefore: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 40 }), packets => {
        const units: Omit<Unit, 'ntp'>[] = []
        const depacketiser = make(codec, units)
        for (const one of packets) depacketiser.push(one as Arrived)
        // What comes out is well-formed, whatever went in.
        for (const { data } of units) {
          const view = new DataView(data.buffer, data.byteOffset, data.length)
          let at = 0
          while (at < data.length) at += 4 + view.getUint32(at)
          expect(at).toBe(data.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a marker on each slice splits the first picture only', () => {
    const { packets, samples } = film(codec, [[10, 10], [10, 10], [10, 10], [10]], true)
    const units: Omit<Unit, 'ntp'>[] = []
    play(
      codec,
      packets.map(packet => ({ ...packet, marker: true })),
      units,
    )
    expect(units.slice(1).map(unit => Buffer.from(unit.data))).toEqual(samples.slice(1, 3))
  })

  test('a wrong marker that is missing costs a frame of delay, no picture', () => {
    const { packets, samples } = film(codec, [[3000], [10], [10, 20]], false)
    const units: Omit<Unit, 'ntp'>[] = []
    play(codec, packets, units)
    expect(units.map(unit => Buffer.from(unit.data))).toEqual(samples.slice(0, 2))
  })

  test('parameter sets, delimiters and SEI stay out of samples; changed sets are told before the picture they are for', () => {
    const head = HEAD[codec]
    const nal = (kind: 'sps' | 'pps' | 'vps' | 'aud' | 'sei', ...rest: number[]): Buffer =>
      Buffer.from([...head[kind], ...rest])
    const units: Omit<Unit, 'ntp'>[] = []
    const told: [number, ParameterSets][] = []
    const depacketiser =
      codec === 'h264'
        ? new H264Depacketiser(
            unit => units.push(unit),
            sets => told.push([units.length, sets]),
          )
        : new H265Depacketiser(
            unit => units.push(unit),
            sets => told.push([units.length, sets]),
          )
    const push = (time: number, ...nals: Buffer[]): void => {
      for (const [i, payload] of nals.entries())
        depacketiser.push({ payload, time, marker: i === nals.length - 1, arrival: 0, lossBefore: false })
    }
    const vps = codec === 'h265' ? [nal('vps', 1)] : []
    const key = (picture: number): Buffer => slice(codec, 'idr', picture, 0, 5)
    push(0, nal('aud', 0x10), ...vps, nal('sps', 1, 1, 1), nal('pps', 1), nal('sei', 1, 0, 0), key(0))
    push(1, slice(codec, 'p', 1, 0, 5))
    push(2, ...vps, nal('sps', 1, 1, 1), nal('pps', 1), key(2))
    push(3, ...vps, nal('sps', 2, 2, 2), nal('pps', 1), key(3))
    push(4, nal('pps', 2), key(4))
    expect(units.map(unit => Buffer.from(unit.data))).toEqual([
      sample([key(0)]),
      sample([slice(codec, 'p', 1, 0, 5)]),
      ...[2, 3, 4].map(i => sample([key(i)])),
    ])
    expect(told.map(([at]) => at)).toEqual([0, 3, 4])
    const hex = (sets: ParameterSets | undefined) => sets?.sps.map(set => Buffer.from(set).toString('hex'))
    expect(hex(told[1]?.[1])).toEqual([nal('sps', 2, 2, 2).toString('hex')])
    expect(told[2]?.[1].pps).toHaveLength(2)
    expect(told[2]?.[1].vps).toHaveLength(vps.length)
  })

  test(`a picture of more than ${LIMITS.pictureBytes} bytes, or parameter sets without end, are refused or forgotten`, () => {
    const depacketiser = make(codec, [])
    const payload = slice(codec, 'p', 0, 0, 1_000_000)
    const push = () => depacketiser.push({ payload, time: 0, marker: false, arrival: 0, lossBefore: false })
    expect(() => {
      for (let i = 0; i <= LIMITS.pictureBytes / 1_000_000; i++) push()
    }).toThrow(RtspError)
    const many = make(codec, [])
    for (let i = 0; i < 200; i++) {
      const pps = Buffer.from([...HEAD[codec].pps, i, i])
      many.push({ payload: pps, time: 0, marker: false, arrival: 0, lossBefore: false })
    }
    expect(many.parameters.sets.pps.length).toBeLessThanOrEqual(LIMITS.parameterSets)
    const huge = Buffer.alloc(LIMITS.parameterSetBytes + 1, 1)
    Buffer.from(HEAD[codec].sps).copy(huge)
    many.push({ payload: huge, time: 0, marker: false, arrival: 0, lossBefore: false })
    expect(many.parameters.sets.sps).toEqual([])
  })
})

describe('packets that hold several units', () => {
  const push = (codec: Codec, payload: Buffer, units: Omit<Unit, 'ntp'>[]): void =>
    make(codec, units).push({ payload, time: 0, marker: true, arrival: 0, lossBefore: false })
  const lengths = (nals: readonly Buffer[]): Buffer =>
    Buffer.concat(nals.flatMap(nal => [Buffer.of(nal.length >> 8, nal.length & 255), nal]))

  test.each(['h264', 'h265'] as const)('%s', codec => {
    const nals = [slice(codec, 'idr', 0, 0, 20), slice(codec, 'idr', 0, 1, 30)]
    const head = codec === 'h264' ? Buffer.of(0x78) : Buffer.of(48 << 1, 1)
    const units: Omit<Unit, 'ntp'>[] = []
    push(codec, Buffer.concat([head, lengths(nals)]), units)
    expect(units.map(unit => [Buffer.from(unit.data), unit.key])).toEqual([[sample(nals), true]])
    // One whose last unit is cut off is not shown.
    const cut: Omit<Unit, 'ntp'>[] = []
    push(codec, Buffer.concat([head, lengths(nals)]).subarray(0, -1), cut)
    expect(cut).toEqual([])
  })

  test('kinds of packets that need reordering (STAP-B, MTAP, FU-B, PACI) are not taken for pictures', () => {
    for (const type of [25, 26, 27, 29, 30, 31, 0]) {
      const units: Omit<Unit, 'ntp'>[] = []
      push('h264', Buffer.of(0x60 | type, 0x80, 1, 2, 3), units)
      expect(units).toEqual([])
    }
    for (const type of [50, 51, 63, 41]) {
      const units: Omit<Unit, 'ntp'>[] = []
      push('h265', Buffer.of(type << 1, 1, 0x80, 2, 3), units)
      expect(units).toEqual([])
    }
  })

  test('a recovery point makes a key picture of one without IDR, also behind another message', () => {
    const units: Omit<Unit, 'ntp'>[] = []
    const depacketiser = make('h264', units)
    const at = (time: number, ...nals: Buffer[]): void => {
      for (const payload of nals)
        depacketiser.push({ payload, time, marker: payload === nals.at(-1), arrival: 0, lossBefore: false })
    }
    const picture = (i: number): Buffer => slice('h264', 'p', i, 0, 5)
    at(0, Buffer.of(6, 1, 2, 9, 9, 6, 1, 0x84, 0x80), picture(0))
    at(1, Buffer.of(6, 6, 1, 0x24, 0x80), picture(1))
    at(2, Buffer.of(6, 5, 1, 6, 0x80), picture(2))
    expect(units.map(unit => unit.key)).toEqual([true, false, false])
  })
})
