import { leafAt } from '@hausrecht/chain/leaf'
import { leafOf } from '@hausrecht/keytree/leaf'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('is the leaf that devices seal under', () => {
  fc.assert(
    fc.property(fc.nat(65_535 * 86_400_000), time => {
      expect(leafAt(time)).toBe(leafOf(time))
    }),
  )
})
