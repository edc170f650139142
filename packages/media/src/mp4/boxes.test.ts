import { concat, utf8 } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { BOXES_MAX, findBox, needBox, needPath, readBoxes, readFull } from './boxes.ts'
import { Cursor } from './cursor.ts'
import { box, fullBox, i64, range, u8, u16, u32, u64 } from './write.ts'

describe('boxes', () => {
  test('what is written is read, level by level', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a-z]{4}$/), fc.uint8Array({ maxLength: 30 }))), list => {
        const bytes = concat(...list.map(([type, body]) => box(type, body)))
        expect(readBoxes(bytes).map(found => [found.type, found.body])).toEqual(list)
      }),
    )
    const inner = box('mdia', box('minf', box('stbl', fullBox('stsz', 1, 2, u32(3)))))
    const stsz = readFull(needBox(needPath(readBoxes(inner), 'mdia', 'minf', 'stbl'), 'stsz'))
    expect([stsz.version, stsz.flags, stsz.cursor.u32()]).toEqual([1, 2, 3])
  })

  test('64-bit sizes, and a size of 0 for the last box', () => {
    const long = concat(u32(1), utf8('mdat'), u64(19), Uint8Array.of(1, 2, 3))
    expect(readBoxes(concat(long, box('free')))).toMatchObject([
      { type: 'mdat', bodyStart: 16 },
      { type: 'free', start: 19 },
    ])
    const open = concat(box('free'), u32(0), utf8('mdat'), Uint8Array.of(7))
    expect(readBoxes(open)[1]?.body).toEqual(Uint8Array.of(7))
  })

  test('impossible boxes are refused', () => {
    expect(codeOf(() => readBoxes(concat(u32(7), utf8('free'))))).toBe('bad_box')
    expect(codeOf(() => readBoxes(concat(u32(9), utf8('free'))))).toBe('truncated')
    expect(codeOf(() => readBoxes(Uint8Array.of(0, 0, 0)))).toBe('truncated')
    expect(codeOf(() => readBoxes(concat(u32(1), utf8('mdat'), u32(0))))).toBe('truncated')
    expect(codeOf(() => readBoxes(concat(u32(1), utf8('mdat'), u64(8))))).toBe('bad_box')
    expect(codeOf(() => readBoxes(concat(u32(1, 0x6d646174, 0xffff_ffff, 0xffff_ffff))))).toBe('truncated')
    expect(codeOf(() => needBox([], 'moov'))).toBe('missing_box')
    expect(findBox([], 'moov')).toBeUndefined()
    const flood = new Uint8Array((BOXES_MAX + 1) * 8)
    for (let at = 0; at < flood.length; at += 8) flood[at + 3] = 8
    expect(codeOf(() => readBoxes(flood))).toBe('too_many')
  })
})

describe('cursor', () => {
  test('numbers of all widths, and never past the end', () => {
    const cursor = new Cursor(
      concat(u8(1), u16(2), u32(3), u64(4), i64(-5), utf8('abcd'), u16(0xfffe), u32(0xffff_fffd)),
    )
    const { u8: a, u16: b } = { u8: cursor.u8(), u16: cursor.u16() }
    expect([a, b, cursor.u32(), cursor.u64(), cursor.i64(), cursor.type()]).toEqual([1, 2, 3, 4, -5, 'abcd'])
    expect([cursor.i16(), cursor.i32(), cursor.left]).toEqual([-2, -3, 0])
    expect(codeOf(() => cursor.u8())).toBe('truncated')
    expect(codeOf(() => cursor.skip(-1))).toBe('truncated')
    expect(codeOf(() => new Cursor(u32(0xffff_ffff, 0)).u64())).toBe('bad_box')
    expect(codeOf(() => new Cursor(u32(0x8000_0000, 0)).i64())).toBe('bad_box')
  })

  test('what does not fit its field is not written', () => {
    expect(codeOf(() => u8(256))).toBe('bad_value')
    expect(codeOf(() => u16(-1))).toBe('bad_value')
    expect(codeOf(() => u32(2 ** 32))).toBe('bad_value')
    expect(codeOf(() => u32(0.5))).toBe('bad_value')
    expect(codeOf(() => u64(2 ** 53))).toBe('bad_value')
    expect(codeOf(() => range(Number.NaN, 0, 1))).toBe('bad_value')
  })
})
