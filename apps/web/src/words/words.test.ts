import { GAP_REASONS } from '@hausrecht/hub/recorder/gap-reasons'
import { RTSP_ERRORS } from '@hausrecht/rtsp/errors'
import { describe, expect, test } from 'vitest'
import { ALARM_CODES } from '../engine/alarms.ts'
import { ENGINE_ERRORS } from '../engine/errors.ts'
import { de } from './de.ts'
import { en } from './en.ts'

type Leaf = readonly [path: string, text: string]
const leaves = (value: unknown, path = ''): readonly Leaf[] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value ?? {}).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
const places = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort()

const english = new Map(leaves(en))
const german = new Map(leaves(de))

describe('the dictionaries', () => {
  test('have the same sentences, and none is empty', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    expect([...english, ...german].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('fill the same places', () => {
    const differing = [...english].filter(([path, text]) => {
      const other = german.get(path) ?? ''
      return JSON.stringify(places(text)) !== JSON.stringify(places(other))
    })
    expect(differing.map(([path]) => path)).toEqual([])
  })

  test('say something else in German, except for names', () => {
    const same = [...english].filter(([path, text]) => german.get(path) === text && /[a-z]{3,} [a-z]{3,}/.test(text))
    expect(same).toEqual([])
  })

  test('hold no word of the trade', () => {
    const trade = /\b(E2EE|HPKE|epoch|ciphertext|nonce|Chiffrat)\b/i
    expect([...english, ...german].filter(([, text]) => trade.test(text))).toEqual([])
  })

  test('have words for every alarm, every error of the engine and of cameras, and every reason of a gap', () => {
    for (const words of [en, de]) {
      expect(ALARM_CODES.filter(code => !(code in words.alarms))).toEqual([])
      expect(Object.keys(ENGINE_ERRORS).filter(code => !(code in words.errors))).toEqual([])
      expect(Object.keys(RTSP_ERRORS).filter(code => !(code in words.errors))).toEqual([])
      expect(Object.keys(GAP_REASONS).filter(reason => !(reason in words.gaps))).toEqual([])
    }
  })
})
