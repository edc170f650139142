import { parseInvite } from '@hausrecht/client/invite'
import { parseHouseholdId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { invitation } from './invite.ts'

const facts = (vault: string) => ({
  household: parseHouseholdId('a'.repeat(26)),
  vault,
  witnesses: [],
  quorum: 0,
  name: 'Hub',
})
const address = (ip: string, internal: boolean) => ({
  address: ip,
  internal,
  family: 'IPv4' as const,
  netmask: '',
  mac: '',
  cidr: null,
})
const lan = { lo: [address('127.0.0.1', true)], eth0: [address('192.168.1.5', false)] }

test('a vault on this machine only can only be joined from here', () => {
  const { address: text, onlyHere } = invitation(facts('http://127.0.0.1:8420'), '127.0.0.1', lan)
  expect([parseInvite(text).vault, onlyHere]).toEqual(['http://127.0.0.1:8420', true])
})

test('one that listens on every address is named by the address that others see', () => {
  const { address: text, onlyHere } = invitation(facts('http://127.0.0.1:8420'), '0.0.0.0', lan)
  expect([parseInvite(text).vault, onlyHere]).toEqual(['http://192.168.1.5:8420', false])
  expect(invitation(facts('http://127.0.0.1:8420'), '0.0.0.0', {}).onlyHere).toBe(true)
})

test('one elsewhere is named as it is', () => {
  const { address: text, onlyHere } = invitation(facts('https://vault.example.org'), undefined, lan)
  expect([parseInvite(text).vault, onlyHere]).toEqual(['https://vault.example.org', false])
})
