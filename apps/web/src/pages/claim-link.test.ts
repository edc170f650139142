import { describe, expect, test } from 'vitest'
import { claimIn } from './claim-link.ts'

describe('claimIn', () => {
  test.each([
    'http://localhost:8420/#claim=abc.def',
    '  https://vault.example/#claim=abc.def.1.witness+1a+AAA=  ',
    '#claim=abc',
  ])('takes %s', text => expect(claimIn(text)).toBe(text.trim()))

  test.each(['', 'http://localhost:8420/', 'claim=abc', 'http://x/#other=1#claim=', 'http://x/#claim='])(
    'refuses %s',
    text => expect(claimIn(text)).toBeNull(),
  )
})
