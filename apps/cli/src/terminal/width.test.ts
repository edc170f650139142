import { describe, expect, test } from 'vitest'
import { styleFor } from './style.ts'
import { cutTo, harmless, padTo, widthOf, withoutStyle, wrapTo } from './width.ts'

const style = styleFor(true, { TERM: 'xterm-256color' })

describe('columns', () => {
  test('styles take none, wide characters take two, combined ones take one', () => {
    expect(widthOf(style.yours('Haustür'))).toBe(7)
    expect(widthOf('玄関')).toBe(4)
    expect(widthOf('u\u0308')).toBe(1)
  })

  test('a link takes none beside its text, and is ended when it is cut', () => {
    const linked = style.link('Sample camera', 'http://localhost:8420/#claim=x')
    expect(widthOf(linked)).toBe(13)
    const cut = cutTo(linked, 8)
    expect(withoutStyle(cut)).toBe('Sample …')
    expect(cut.endsWith('\x1b]8;;\x1b\\')).toBe(true)
  })

  test('padding counts columns', () => {
    expect(withoutStyle(padTo(style.danger('ab'), 5))).toBe('ab   ')
    expect(padTo('abcdef', 3)).toBe('abcdef')
  })

  test('cutting keeps the width and closes styles', () => {
    expect(cutTo('Sample camera', 8)).toBe('Sample …')
    const cut = cutTo(style.yours('Sample camera'), 8)
    expect(withoutStyle(cut)).toBe('Sample …')
    expect(cut.endsWith('\x1b[0m')).toBe(true)
    expect(widthOf(cutTo('玄関カメラ', 5))).toBeLessThanOrEqual(5)
    expect(cutTo('abc', 0)).toBe('')
  })

  test('breaking at spaces', () => {
    expect(wrapTo('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapTo('unbreakable', 4)).toEqual(['unbreakable'])
  })

  test('what comes from outside cannot steer the terminal', () => {
    expect(harmless('Door\x1b[2J\r\n\u202e')).toBe('Door[2J')
  })
})

describe('colour', () => {
  test('NO_COLOR, dumb terminals and pipes get none', () => {
    for (const quiet of [
      styleFor(false, { TERM: 'xterm' }),
      styleFor(true, { TERM: 'xterm', NO_COLOR: '1' }),
      styleFor(true, { TERM: 'dumb' }),
    ]) {
      expect(quiet.danger('x')).toBe('x')
    }
    expect(styleFor(true, { TERM: 'xterm', NO_COLOR: '' }).danger('x')).toBe('\x1b[31mx\x1b[39m')
  })
})
