import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { manual } from './manual.ts'

test('docs/cli.md is what the tables behind --help say (npm run docs writes it)', () => {
  const written = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8')
  expect(written).toBe(manual('en'))
})
