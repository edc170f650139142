import { expect, test } from 'vitest'
import { openPainter } from './painter.ts'

const recorded = () => {
  const writes: string[] = []
  return { writes, terminal: { write: (text: string) => writes.push(text) } }
}

test('only changed lines are sent, and leftovers are wiped', () => {
  const { writes, terminal } = recorded()
  const painter = openPainter(terminal)
  painter.paint(['one', 'two', 'three'])
  writes.length = 0
  painter.paint(['one', 'TWO'])
  expect(writes.join('')).toBe('\x1b[2;1HTWO\x1b[0m\x1b[K\x1b[3;1H\x1b[0m\x1b[K')
  writes.length = 0
  painter.paint(['one', 'TWO'])
  expect(writes).toEqual([])
})

test('after a resize everything is sent again', () => {
  const { writes, terminal } = recorded()
  const painter = openPainter(terminal)
  painter.paint(['one'])
  painter.clear()
  writes.length = 0
  painter.paint(['one'])
  expect(writes.join('')).toContain('one')
})

test('the terminal is given back once, and nothing is painted after that', () => {
  const { writes, terminal } = recorded()
  const painter = openPainter(terminal)
  painter.close()
  painter.close()
  painter.paint(['late'])
  expect(writes.filter(text => text.includes('\x1b[?1049l'))).toHaveLength(1)
  expect(writes.join('')).not.toContain('late')
})
