import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERROR_CODES, ERRORS, isErrorCode, problem } from './errors.ts'

test('docs/errors.md is the registry', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter(line => line.startsWith('| `'))
  expect(rows).toEqual(ERROR_CODES.map(code => `| \`${code}\` | ${ERRORS[code][0]} | ${ERRORS[code][1]} |`))
})

test('a problem says code and status, and nothing is a code that is not in the registry', () => {
  expect(problem('not_found', 'more')).toMatchObject({
    status: 404,
    code: 'not_found',
    detail: 'more',
    type: 'urn:hausrecht:error:not_found',
  })
  expect([isErrorCode('busy'), isErrorCode('toString'), isErrorCode(7)]).toEqual([true, false, false])
})
