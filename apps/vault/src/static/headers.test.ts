import { expect, test } from 'vitest'
import { appHeaders } from './headers.ts'

const connect = (host: string | undefined): string | undefined =>
  /connect-src ([^;]*);/.exec(appHeaders(host, false)['content-security-policy'] ?? '')?.[1]

test('the vault’s own host is the only one to connect to', () => {
  for (const host of ['localhost:8420', 'vault.example', '192.168.1.5:8420', '[::1]:8420'])
    expect(connect(host)).toBe(`'self' ws://${host} wss://${host}`)
})

test('what is no host does not get into the policy', () => {
  for (const host of [
    undefined,
    '',
    "x; script-src 'unsafe-inline'",
    'a b',
    '*',
    '*.example',
    'a,b',
    'a/b',
    'a:x',
    'a\n',
  ])
    expect(connect(host)).toBe("'self'")
})

test('a vault with TLS asks to be called with TLS only', () => {
  expect(appHeaders('a', true)['strict-transport-security']).toBe('max-age=31536000')
  expect(appHeaders('a', false)['strict-transport-security']).toBeUndefined()
})
