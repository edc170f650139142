import { expect, test } from 'vitest'
import { originOf, readOrigins } from './origins.ts'

test('the app is at a name, over TLS or on this machine', () => {
  expect(readOrigins(['https://app.example', 'http://localhost:8420', 'https://app.example:8443/'])).toEqual([
    { origin: 'https://app.example', rpId: 'app.example' },
    { origin: 'http://localhost:8420', rpId: 'localhost' },
    { origin: 'https://app.example:8443', rpId: 'app.example' },
  ])
  for (const wrong of [
    '',
    'app.example',
    'http://app.example',
    'https://192.0.2.1',
    'https://[2001:db8::1]',
    'https://a.example/x',
    'ftp://a.example',
  ])
    expect(() => readOrigins([wrong]), wrong).toThrow(expect.objectContaining({ code: 'origin' }))
})

test('a request comes from one of them, or says nothing', () => {
  const origins = readOrigins(['https://app.example', 'http://localhost:8420'])
  expect(originOf(undefined, origins).rpId).toBe('app.example')
  expect(originOf('http://localhost:8420', origins).rpId).toBe('localhost')
  for (const wrong of ['null', '', 'https://app.example.evil', 'http://app.example', 'https://app.example/'])
    expect(() => originOf(wrong, origins), wrong).toThrow(expect.objectContaining({ code: 'bad_origin' }))
})
