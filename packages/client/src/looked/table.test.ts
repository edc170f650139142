import type { Access } from '@hausrecht/chain/access'
import { type DeviceId, newStreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHead, csvRows, LOOKED_COLUMNS, type LookedRow, lookedRow } from './table.ts'

const PHONE = 'phonephonephonephonephone2' as DeviceId
const HALL = newStreamId()
const AT = Date.UTC(2026, 10, 23, 18)
const access: Access = {
  ...{ time: AT, reader: PHONE, stream: HALL, purpose: 'own', expires: AT, lo: leafOf(AT), hi: leafOf(AT) },
  ...{ tokenHash: new Uint8Array(32), request: new Uint8Array(0), signature: new Uint8Array(64) },
  bytes: new Uint8Array(0),
}
const row = (device: string, stream = 'Hall'): LookedRow =>
  lookedRow(
    { access, index: 7 },
    new Map<string, string>([
      [PHONE, device],
      [HALL, stream],
    ]),
  )

/** As RFC 4180 says, with any separator: what a spreadsheet makes of a file. */
function cells(text: string, separator: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') cell += text[at++]
      else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === separator || (sign === '\r' && text[at + 1] === '\n')) {
      rows.at(-1)?.push(cell)
      cell = ''
      if (sign === '\r') rows.push([])
      at += sign === '\r' ? 1 : 0
    } else cell += sign
  }
  return rows.slice(0, -1)
}

test('a row says when, who, what and why, and where its entry is', () => {
  expect(row('Phone')).toEqual({
    ...{ time: '2026-11-23T18:00:00.000Z', deviceId: PHONE, device: 'Phone', streamId: HALL, stream: 'Hall' },
    ...{ from: '2026-11-23T18:00:00.000Z', to: '2026-11-23T18:00:02.000Z', purpose: 'own', logIndex: 7 },
  })
  expect(lookedRow({ access, index: 7 }, new Map())).toMatchObject({ device: '', stream: '', deviceId: PHONE })
  expect(lookedRow({ access: { ...access, hi: 0xffff_ffff }, index: 7 }, new Map()).to).toBe('2149-06-07T00:00:00.000Z')
})

describe('CSV', () => {
  test('has the columns first, and CRLF behind each line', () => {
    expect(csvHead()).toBe('time,deviceId,device,streamId,stream,from,to,purpose,logIndex\r\n')
    expect(csvRows([row('Phone')])).toBe(
      `2026-11-23T18:00:00.000Z,${PHONE},Phone,${HALL},Hall,2026-11-23T18:00:00.000Z,2026-11-23T18:00:02.000Z,own,7\r\n`,
    )
    expect(csvRows([])).toBe('')
  })

  test('keeps every name as it is, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name => {
        const [read] = cells(csvRows([row(`x${name.replaceAll(/[;,|\t\r\n]/g, '')}"a, b\n`)]), ',')
        expect(read?.[LOOKED_COLUMNS.indexOf('device')]).toBe(`x${name.replaceAll(/[;,|\t\r\n]/g, '')}"a, b\n`)
      }),
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '"=1', '＝1'])(
    'no name becomes a formula: %j',
    name => {
      const [read] = cells(csvRows([row(name, name)]), ',')
      expect([read?.[2], read?.[4]]).toEqual([expect.stringMatching(/^'/), expect.stringMatching(/^'/)])
    },
  )

  test('not for a spreadsheet that separates by another sign either', () => {
    const sign = fc.constantFrom('=', '+', '-', '@', ';', ',', '\t', '"', ' ', "'", 'a', '\r', '\n', '|')
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 12 }), fc.constantFrom(';', ',', '\t', '|'), (signs, separator) => {
        const text = csvHead() + csvRows([row(signs.join(''), `b;${signs.join('')}`)])
        const opened = cells(text, separator).flat()
        expect(opened.filter(cell => /^[\s"]*[=+\-@]/.test(cell))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('an honest name stays as it is', () => {
    for (const name of ['Maria’s phone', 'Front-door', 'a=b', 'x, y', 'Küche; oben', '3 + 4'])
      expect(cells(csvRows([row(name)]), ',')[0]?.[2]).toBe(name)
  })
})
