import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RECEIPT_CHECKS, RECEIPT_FAULTS } from './receipt-checks.ts'
import { parseReceiptFile, RECEIPT_FILE_MAX_LENGTH, ReceiptFileError } from './receipt-file.ts'

const page = readFileSync(new URL('../../../docs/formats/receipt.md', import.meta.url), 'utf8')
/** The rows of the table under this head, without the ticks. */
const rows = (head: string): readonly (readonly string[])[] =>
  (page.split(`| ${head} |`)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(2)
    .map(row =>
      row
        .split('|')
        .map(cell => cell.trim().replaceAll('`', ''))
        .slice(1, -1),
    )

test('the page names every check and every fault with its check, in the order of the code', () => {
  expect(rows('check | what is checked').map(([check]) => check)).toEqual(RECEIPT_CHECKS)
  expect(rows('fault | check | when').map(([fault, check]) => [fault, check])).toEqual(Object.entries(RECEIPT_FAULTS))
})

test('a file longer than the limit is not read', () => {
  expect(page).toContain(`At most ${RECEIPT_FILE_MAX_LENGTH} characters`)
  expect(() => parseReceiptFile(' '.repeat(RECEIPT_FILE_MAX_LENGTH + 1))).toThrow(ReceiptFileError)
})
