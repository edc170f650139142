import { readFileSync } from 'node:fs'
import { TLOG_ERRORS } from '@hausrecht/tlog/errors'
import { KEY_NAME_MAX_LENGTH, NOTE_MAX_LENGTH, NOTE_MAX_SIGNATURES } from '@hausrecht/tlog/note'
import { POLICY_MAX_LENGTH, POLICY_MAX_LINES } from '@hausrecht/tlog/policy'
import { PROOF_FILE_MAX_LENGTH } from '@hausrecht/tlog/proof-file'
import { MAX_PROOF_HASHES } from '@hausrecht/tlog/proofs'
import { ENTRY_MAX_BYTES } from '@hausrecht/tlog/tiles'
import { describe, expect, test } from 'vitest'
import { REJECTIONS } from './errors.ts'
import { STATEMENT_TYPES } from './statement.ts'
import { knownAnswers } from './test/known-answers.ts'
import { LIMITS } from './types.ts'

const read = (page: string): string =>
  readFileSync(new URL(`../../../docs/formats/${page}.md`, import.meta.url), 'utf8')
const chain = read('chain')
const log = read('log')

/** The blocks of a page by their heading. */
const blocks = (page: string): readonly (readonly [string, string])[] =>
  [...page.matchAll(/^### (.+)\n\n```\n([^`]*)\n```$/gm)].map(([, name, body]) => [name ?? '', body ?? ''])

/** Hexadecimal is written in lines with comments; texts stand as they are. */
const plain = (text: string): string =>
  /^[0-9a-f\s]+$/.test(text.replace(/#.*$/gm, '')) ? text.replace(/#.*$/gm, '').replace(/\s/g, '') : text

/** The rows of a section's table: first cell → the others. */
function table(page: string, section: string): Record<string, readonly string[]> {
  const body = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = [...body.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)]
  return Object.fromEntries(rows.map(([, name, rest]) => [name, rest?.split(' | ')]))
}

describe('the pages about chain and log', () => {
  const answers = knownAnswers()

  test.each([...blocks(chain), ...blocks(log)])('known answer: %s', async (name, body) => {
    expect(plain(body)).toBe(plain((await answers)[name] ?? 'unknown'))
  })

  test('known answers of every kind are there', () => {
    expect(blocks(chain).map(([name]) => name)).toEqual(
      expect.arrayContaining(['genesis', 'add_stream', 'delete_order', 'access', 'household id']),
    )
    expect(blocks(log).map(([name]) => name)).toEqual(
      expect.arrayContaining(['root', 'checkpoint', 'proof file', 'consistency proof']),
    )
  })

  test('the length of the bundle', async () => {
    expect(log).toContain(`entry bundle are ${(await answers)['entry bundle length']} bytes`)
  })

  test('statements, rejections, errors and limits are those of the code', () => {
    expect(Object.keys(table(chain, 'Statements'))).toEqual(STATEMENT_TYPES)
    expect(table(chain, 'Rules')).toEqual(
      Object.fromEntries(Object.entries(REJECTIONS).map(([code, meaning]) => [code, [meaning]])),
    )
    expect(table(log, 'Errors')).toEqual(
      Object.fromEntries(Object.entries(TLOG_ERRORS).map(([code, meaning]) => [code, [meaning]])),
    )
    const limits = (page: string): Record<string, number> =>
      Object.fromEntries(Object.entries(table(page, 'Limits')).map(([name, [value]]) => [name, Number(value)]))
    expect(limits(chain)).toEqual(LIMITS)
    expect(limits(log)).toEqual({
      NOTE_MAX_LENGTH,
      NOTE_MAX_SIGNATURES,
      KEY_NAME_MAX_LENGTH,
      MAX_PROOF_HASHES,
      ENTRY_MAX_BYTES,
      PROOF_FILE_MAX_LENGTH,
      POLICY_MAX_LENGTH,
      POLICY_MAX_LINES,
    })
  })
})
