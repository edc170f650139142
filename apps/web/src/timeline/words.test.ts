import { expect, test } from 'vitest'
import { RIBBON_WORDS } from './words.ts'

test('both languages fill the same places', () => {
  const places = (text: string): readonly string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort()
  const { en, de } = RIBBON_WORDS
  const german = new Map(Object.entries(de))
  for (const [key, text] of Object.entries(en)) expect(places(german.get(key) ?? '?'), key).toEqual(places(text))
})
