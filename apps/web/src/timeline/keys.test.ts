import { expect, test } from 'vitest'
import { keyOf } from './keys.ts'

const press = (
  key: string,
  more: { shiftKey?: boolean; ctrlKey?: boolean; altKey?: boolean; metaKey?: boolean } = {},
) => keyOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more })

test('arrows go ten seconds, with shift a minute', () => {
  expect(press('ArrowRight')).toEqual({ type: 'by', ms: 10_000 })
  expect(press('ArrowLeft')).toEqual({ type: 'by', ms: -10_000 })
  expect(press('ArrowUp', { shiftKey: true })).toEqual({ type: 'by', ms: 60_000 })
  expect(press('ArrowDown', { shiftKey: true })).toEqual({ type: 'by', ms: -60_000 })
})

test('pages, ends and zoom', () => {
  expect(press('PageUp')).toEqual({ type: 'page', screens: 1 })
  expect(press('PageDown')).toEqual({ type: 'page', screens: -1 })
  expect(press('Home')).toEqual({ type: 'first' })
  expect(press('End')).toEqual({ type: 'now' })
  const [larger, smaller] = [press('+'), press('-')]
  expect(larger?.type === 'zoom' && smaller?.type === 'zoom' && larger.factor * smaller.factor).toBeCloseTo(1)
})

test('what belongs to the browser or the page stays theirs', () => {
  for (const key of ['Tab', 'Enter', ' ', 'a', 'Escape']) expect(press(key)).toBeNull()
  expect(press('ArrowLeft', { altKey: true })).toBeNull()
  expect(press('+', { ctrlKey: true })).toBeNull()
  expect(press('ArrowRight', { metaKey: true })).toBeNull()
})
