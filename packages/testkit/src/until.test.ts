import { describe, expect, test } from 'vitest'
import { until } from './until.ts'

describe('until', () => {
  test('gives what the condition gave, zero included', async () => {
    let calls = 0
    expect(await until(() => (++calls < 3 ? null : 'there'), { what: 'third call' })).toBe('there')
    expect(await until(() => 0, { what: 'zero' })).toBe(0)
    expect(calls).toBe(3)
  })

  test('says what it waited for, and why it never held', async () => {
    const never = until(
      () => {
        throw new Error('broken')
      },
      { what: 'a miracle', timeoutMs: 50 },
    )
    await expect(never).rejects.toMatchObject({
      message: expect.stringContaining('a miracle'),
      cause: expect.any(Error),
    })
    await expect(until(() => false, { what: 'truth', timeoutMs: 50 })).rejects.toThrow('truth')
  })
})
