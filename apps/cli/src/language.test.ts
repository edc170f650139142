import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { LANGUAGES, languageFlag, languageOf } from './language.ts'

describe('which language', () => {
  test('the flag wins, then LC_ALL, LC_MESSAGES, LANG', () => {
    expect(languageOf('de', { LANG: 'en_GB.UTF-8' })).toBe('de')
    expect(languageOf(undefined, { LC_ALL: 'de_AT.UTF-8', LANG: 'en_GB.UTF-8' })).toBe('de')
    expect(languageOf(undefined, { LC_ALL: '', LANG: 'de_DE' })).toBe('de')
    expect(languageOf(undefined, { LANG: 'fr_FR.UTF-8' })).toBe('en')
    expect(languageOf(undefined, {})).toBe('en')
  })

  test('the flag is found in both spellings', () => {
    expect(languageFlag(['status', '--lang', 'de'])).toBe('de')
    expect(languageFlag(['--lang=de', 'status'])).toBe('de')
    expect(languageFlag(['status'])).toBeUndefined()
  })
})

type Leaf = Readonly<{ path: string; value: unknown }>
const leavesOf = (value: unknown, path = ''): readonly Leaf[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`))
    : [{ path, value }]

describe('every catalogue', async () => {
  const src = dirname(fileURLToPath(import.meta.url))
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => /words\.ts$/.test(file))
  const catalogues = await Promise.all(
    files.map(async file => ({ file, words: (await import(join(src, file))).words as Record<string, object> })),
  )

  test('there are some', () => {
    expect(catalogues.length).toBeGreaterThan(5)
  })

  test.each(catalogues)('$file says the same things in each language', ({ words }) => {
    const [first, ...others] = LANGUAGES.map(language => leavesOf(words[language]))
    for (const other of others) {
      expect(other.map(({ path }) => path)).toEqual(first?.map(({ path }) => path))
      expect(other.map(({ value }) => typeof value)).toEqual(first?.map(({ value }) => typeof value))
    }
  })

  test.each(catalogues)('$file has no empty message, no "Sie" and no English left in the German', ({ words }) => {
    for (const { path, value } of leavesOf(words.de)) {
      const text = String(value)
      expect(text.trim(), path).not.toBe('')
      expect(text, path).not.toMatch(/\b(Sie|Ihre?[nmrs]?)\b (können|müssen|sollten|haben)/)
      expect(text, path).not.toMatch(/\b(the|your|with|not|again)\b/)
    }
  })
})
