import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { CryptoError } from './errors.ts'
import { Secret } from './secret.ts'

const bytes = (): Uint8Array => new Uint8Array(32).fill(0xab)

describe('a secret', () => {
  test('cannot be printed, put into text, JSON or a clone', () => {
    const secret = Secret.from(bytes())
    for (const leak of [
      () => JSON.stringify({ secret }),
      () => `${secret}`,
      () => String(secret),
      () => structuredClone(secret),
    ])
      expect(leak).toThrow()
    for (const shown of [inspect(secret), inspect({ secret }, { depth: 9, showHidden: true })]) {
      expect(shown).toContain('[secret]')
      expect(shown).not.toMatch(/ab|171/)
    }
    expect(Object.values(secret).some(value => value instanceof Uint8Array)).toBe(false)
  })

  test('overwrites its bytes when it goes, and is of no use afterwards', () => {
    const owned = bytes()
    const secret = Secret.from(owned)
    const copy = secret.copy()
    secret.zero()
    secret.zero()
    expect(owned).toEqual(new Uint8Array(32))
    expect([secret.gone, secret.length]).toEqual([true, 0])
    expect(() => secret.use(() => 1)).toThrow(CryptoError)
    copy.use(inner => expect(inner).toEqual(bytes()))
    {
      using scoped = copy
      expect(scoped.gone).toBe(false)
    }
    expect(copy.gone).toBe(true)
  })
})
