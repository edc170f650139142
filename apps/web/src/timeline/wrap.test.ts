import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitting, wrapped } from './wrap.ts'

const width = (text: string): number => text.length

test('lines fit, and together are the text', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 }), (list, room, most) => {
      const text = list.join(' ')
      const lines = wrapped(text, width, room, most)
      // Only what has no room on one line may have none at all.
      expect(lines !== null || text.length > room).toBe(true)
      const made = lines ?? [text]
      expect(made.length).toBeLessThanOrEqual(most)
      expect((lines ?? []).filter(line => line.length > room)).toEqual([])
      expect(made.join(' ')).toBe(text)
    }),
  )
})

test('what has no room on one line takes two, then the next text is tried', () => {
  const texts = ['the hub was stopped, 24 min', '24 min']
  expect(fitting(texts, width, 30, 2)).toEqual(['the hub was stopped, 24 min'])
  expect(fitting(texts, width, 20, 2)).toEqual(['the hub was stopped,', '24 min'])
  expect(fitting(texts, width, 20, 1)).toEqual(['24 min'])
  expect(fitting(texts, width, 3, 1)).toEqual([])
})
