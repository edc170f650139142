import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASON_MAX } from '@hausrecht/media/segment/payload'
import { expect, test } from 'vitest'
import { GAP_REASONS } from './gap-reasons.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/hub.md'), 'utf8')

test('docs/hub.md lists exactly the reasons there are', () => {
  const section = page.slice(page.indexOf('## Gaps'), page.indexOf('## Clocks'))
  const rows = [...section.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text])
  expect(Object.fromEntries(rows)).toEqual(GAP_REASONS)
})

test('every reason fits a gap object', () => {
  for (const reason of Object.keys(GAP_REASONS)) {
    expect(reason.length).toBeLessThanOrEqual(REASON_MAX)
    expect(reason).toMatch(/^[a-z][a-z0-9_]*$/)
  }
})
