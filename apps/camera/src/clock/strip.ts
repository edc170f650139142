import { BLACK, type Block, WHITE } from './slice.ts'

/**
 * What the strip at the foot of the picture shows: a row of black and white squares that say the frame's number to machines, and
 * below it date and time for people.
 */
export const STRIP_ROWS = 4
/** Squares: a white and a black one to begin with, then 24 bits of number and 8 of check, highest first, in columns 2… */
export const COUNTER_BITS = 24
export const CHECK_BITS = 8
const MARK = [1, 0]
const FIRST_COLUMN = 2
const CLOCK_COLUMN = 2
const GLYPH_WIDTH = 32
const GLYPH_HEIGHT = 48

/** The check is the number's three bytes, mixed so that neighbours differ in it. */
export const checkOf = (number: number): number => (((number >> 16) ^ (number >> 8) ^ number) * 181 + 77) & 255

/** Seven segments by digit: top, top right, bottom right, bottom, bottom left, top left, middle. */
const SEGMENTS: Readonly<Record<string, string>> = {
  '0': 'abcdef',
  '1': 'bc',
  '2': 'abged',
  '3': 'abgcd',
  '4': 'fgbc',
  '5': 'afgcd',
  '6': 'afgedc',
  '7': 'abc',
  '8': 'abcdefg',
  '9': 'gfabcd',
  '-': 'g',
}
const BARS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  a: [7, 6, 23, 10],
  b: [21, 8, 25, 23],
  c: [21, 25, 25, 40],
  d: [7, 38, 23, 42],
  e: [5, 25, 9, 40],
  f: [5, 8, 9, 23],
  g: [7, 22, 23, 26],
}
const COLON: readonly (readonly [number, number, number, number])[] = [
  [13, 15, 18, 20],
  [13, 29, 18, 34],
]

const glyphs = new Map<string, readonly Block[]>()

/** A character as 2 × 3 macroblocks, row by row; a blank one is flat. */
function glyph(character: string): readonly Block[] {
  const known = glyphs.get(character)
  if (known) return known
  const pixels = new Uint8Array(GLYPH_WIDTH * GLYPH_HEIGHT).fill(BLACK)
  const bars = character === ':' ? COLON : [...(SEGMENTS[character] ?? '')].map(name => BARS[name] ?? [0, 0, 0, 0])
  for (const [x0, y0, x1, y1] of bars)
    for (let y = y0; y < y1; y++) pixels.fill(WHITE, y * GLYPH_WIDTH + x0, y * GLYPH_WIDTH + x1)
  const blocks: Block[] = []
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 2; column++) {
      const part = new Uint8Array(256)
      for (let y = 0; y < 16; y++) {
        const from = (row * 16 + y) * GLYPH_WIDTH + column * 16
        part.set(pixels.subarray(from, from + 16), y * 16)
      }
      blocks.push(bars.length === 0 ? { flat: BLACK } : { pixels: part, key: `${character}${row}${column}` })
    }
  glyphs.set(character, blocks)
  return blocks
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Local date and time, as a person at the camera would read it. */
export function clockText(timeMs: number): string {
  const t = new Date(timeMs)
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`
}

/** The strip's macroblocks, row by row. */
export function stripBlocks(mbWidth: number, frameNumber: number, timeMs: number): Block[] {
  const blocks: Block[] = Array.from({ length: mbWidth * STRIP_ROWS }, () => ({ flat: BLACK }))
  const number = frameNumber % 2 ** COUNTER_BITS
  const bits = [...MARK]
  for (let i = COUNTER_BITS - 1; i >= 0; i--) bits.push((number >>> i) & 1)
  for (let i = CHECK_BITS - 1; i >= 0; i--) bits.push((checkOf(number) >>> i) & 1)
  for (const [i, bit] of bits.entries()) blocks[FIRST_COLUMN + i] = { flat: bit ? WHITE : BLACK }
  for (const [i, character] of [...clockText(timeMs)].entries()) {
    for (const [j, block] of glyph(character).entries()) {
      const column = CLOCK_COLUMN + i * 2 + (j % 2)
      if (column < mbWidth) blocks[(1 + Math.floor(j / 2)) * mbWidth + column] = block
    }
  }
  return blocks
}

/** Reads the number back from a picture's brightness; null when the squares do not agree with their check. */
export function readFrameNumber(luma: Uint8Array, width: number, height: number): number | null {
  const y = height - STRIP_ROWS * 16 + 8
  const bit = (index: number): number => ((luma[y * width + (FIRST_COLUMN + index) * 16 + 8] ?? 0) > 125 ? 1 : 0)
  if (bit(0) !== MARK[0] || bit(1) !== MARK[1]) return null
  let number = 0
  for (let i = 0; i < COUNTER_BITS; i++) number = number * 2 + bit(2 + i)
  let check = 0
  for (let i = 0; i < CHECK_BITS; i++) check = check * 2 + bit(2 + COUNTER_BITS + i)
  return check === checkOf(number) ? number : null
}
