import { CLIENT_ERRORS, ClientError } from '@hausrecht/client/errors'
import { VaultError } from '@hausrecht/client/vault-error'
import { describe, expect, test } from 'vitest'
import { oneLine } from './errors.ts'
import { explain } from './explain.ts'

describe('what other rooms throw, in words', () => {
  test.each(Object.keys(CLIENT_ERRORS))('a device that says %s', code => {
    const known = Object.keys(CLIENT_ERRORS).find((name): name is keyof typeof CLIENT_ERRORS => name === code)
    if (known === undefined) throw new Error(code)
    const { explanation } = explain(new ClientError(known), '/data')
    expect(oneLine(explanation.en).length).toBeGreaterThan(20)
    expect(oneLine(explanation.de)).not.toBe(oneLine(explanation.en))
  })

  test.each([
    ['unreachable', 'vault_unreachable'],
    ['signature_expired', 'clock_off'],
    ['quota_exceeded', 'vault_full'],
    ['not_allowed', 'not_allowed'],
    ['internal', 'vault_refused'],
  ] as const)('a vault that says %s', (code, expected) => {
    const explained = explain(new VaultError(code, 'x'), '/data', 'http://vault:1')
    expect(explained.code).toBe(expected)
    expect(explained.message).not.toContain('undefined')
  })

  test('a damaged object names the damaged part', () => {
    expect(explain(new ClientError('damaged_chunk', 'chunk 3'), '/data').explanation.de.what).toContain('chunk 3')
  })

  test('what nobody expected is not shown as a stack', () => {
    expect(explain(new Error('boom'), '/data').explanation.en.what).toBe('Something unexpected happened: boom.')
    expect(explain('boom', '/data').code).toBe('unexpected')
  })
})
