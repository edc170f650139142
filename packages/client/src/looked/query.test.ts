import type { Access } from '@hausrecht/chain/access'
import { type DeviceId, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { describe, expect, test } from 'vitest'
import { EVERYTHING, LOOKED_TEXT_MOST, type LookedQuery, matcher } from './query.ts'

const PHONE = 'phonephonephonephonephone2' as DeviceId
const TABLET = 'tablettablettablettablett2' as DeviceId
const HALL: StreamId = newStreamId()
const DAY = 86_400_000
const NOON = 20_000 * DAY + DAY / 2
const names = new Map<string, string>([
  [PHONE, 'Maria’s Phone'],
  [TABLET, 'KÜCHE'],
  [HALL, 'Front hall'],
])

const access = (change: Partial<Access> = {}): Access => ({
  ...{ time: NOON, reader: PHONE, stream: HALL, purpose: 'own', expires: NOON + 60_000 },
  ...{ lo: leafOf(NOON - 3_600_000), hi: leafOf(NOON - 3_000_000) },
  ...{ tokenHash: new Uint8Array(32), request: new Uint8Array(0), signature: new Uint8Array(64) },
  bytes: new Uint8Array(0),
  ...change,
})
const verdict = (query: Partial<LookedQuery>, change: Partial<Access> = {}) =>
  matcher({ ...EVERYTHING, ...query }, names)(access(change))

describe('a search in who looked', () => {
  test('without anything asked for finds everything', () => {
    expect(verdict({})).toBe('match')
    expect(verdict({ text: ' \t ' })).toBe('match')
  })

  test('finds words of both names in any order and case, and the beginning of ids', () => {
    expect(verdict({ text: 'HALL maria' })).toBe('match')
    expect(verdict({ text: 'küche' }, { reader: TABLET })).toBe('match')
    expect(verdict({ text: PHONE.slice(0, 9) })).toBe('match')
    expect(verdict({ text: 'hall garden' })).toBe('other')
  })

  test('is not escaped by a name with invisible signs, or with other forms of letters', () => {
    const hidden = new Map<string, string>([
      [PHONE, 'P\u200bho\u00adn\u2060e'],
      [HALL, 'Ｈａｌｌ'],
    ])
    expect(matcher({ ...EVERYTHING, text: 'phone hall' }, hidden)(access())).toBe('match')
  })

  test('says when a name that would decide is not known here: a vault that holds names back hides nobody', () => {
    const held = new Map([[HALL as string, 'Front hall']])
    const find = (text: string) => matcher({ ...EVERYTHING, text }, held)(access())
    expect([find('maria'), find('hall'), find('')]).toEqual(['unnamed', 'match', 'match'])
  })

  test('takes devices and streams', () => {
    expect(verdict({ readers: new Set([PHONE]), streams: new Set([HALL]) })).toBe('match')
    expect(verdict({ readers: new Set([TABLET]) })).toBe('other')
    expect(verdict({ streams: new Set() })).toBe('other')
  })

  test('takes the time somebody looked, its beginning in and its end not', () => {
    expect(verdict({ from: NOON, to: NOON + 1 })).toBe('match')
    expect(verdict({ to: NOON })).toBe('other')
    expect(verdict({ from: NOON + 1 })).toBe('other')
  })

  test('or the time it was recorded, with what only touches it', () => {
    const recorded = (from: number, to: number) => verdict({ about: 'recorded', from, to })
    expect(recorded(NOON - 3_100_000, NOON)).toBe('match')
    expect(recorded(NOON - DAY, NOON - 3_590_000)).toBe('match')
    expect(recorded(NOON - 2_900_000, NOON)).toBe('other')
    expect(recorded(NOON - DAY, NOON - 3_700_000)).toBe('other')
  })

  test('no range that a reader asks for can break the list it is in', () => {
    expect(verdict({ about: 'recorded', from: NOON }, { hi: 0xffff_ffff })).toBe('match')
    expect(verdict({ about: 'recorded', to: NOON }, { lo: 0xffff_ffff, hi: 0xffff_ffff })).toBe('other')
  })

  test('uses so much of a text and no more', () => {
    expect(verdict({ text: `${' '.repeat(LOOKED_TEXT_MOST)}nobody` })).toBe('match')
    expect(verdict({ text: `${' '.repeat(LOOKED_TEXT_MOST - 6)}nobody` })).toBe('other')
  })
})
