import { utf8 } from '@hausrecht/crypto/bytes'
import { deviceIdOf, householdIdFrom } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { formatVkey, noteKey, TYPE_COSIGNATURE } from '@hausrecht/tlog/note'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDeviceKey, type HomeFacts, NAME_MAX, openHome, saveFacts } from './home.ts'
import { formatInvite, parseInvite } from './invite.ts'
import { MemoryStore } from './memory-store.ts'

let facts: HomeFacts
beforeAll(async () => {
  const { key } = await generateSigningKey()
  facts = {
    household: householdIdFrom(new Uint8Array(16).fill(3)),
    vault: 'http://127.0.0.1:8420',
    witnesses: [formatVkey(noteKey('witness.example/w1', TYPE_COSIGNATURE, key.publicKey))],
    quorum: 1,
    name: 'Hub',
  }
})

describe('a home', () => {
  test('gives back the device that was put in', async () => {
    const store = new MemoryStore()
    const key = await createDeviceKey(store)
    await saveFacts(store, key, facts)
    const home = await openHome(store)
    expect(home.facts).toEqual(facts)
    expect(home.id).toBe(deviceIdOf(key.publicKey))
    expect(await home.key.sign(utf8('x'))).toEqual(await key.sign(utf8('x')))
    await expect(createDeviceKey(store)).rejects.toMatchObject({ code: 'home_exists' })
  })

  test('keeps no key in the file that people may read', async () => {
    const store = new MemoryStore()
    await saveFacts(store, await createDeviceKey(store), facts)
    const seed = (await store.read('device.key')) ?? new Uint8Array(0)
    const text = new TextDecoder().decode((await store.read('device.json')) ?? undefined)
    expect(seed).toHaveLength(32)
    expect(text).not.toContain(Buffer.from(seed).toString('base64').slice(0, 20))
  })

  test('that is empty, damaged, or of another key is said to be so', async () => {
    await expect(openHome(new MemoryStore())).rejects.toMatchObject({ code: 'home_missing' })
    const store = new MemoryStore()
    await saveFacts(store, await createDeviceKey(store), facts)
    const good = new TextDecoder().decode((await store.read('device.json')) ?? undefined)
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      good.replace('"quorum": 1', '"quorum": 0'),
      good.replace('http:', 'ftp:'),
      good.replace('"version": 1', '"version": 2'),
    ]) {
      await store.write('device.json', utf8(text))
      await expect(openHome(store)).rejects.toMatchObject({ code: 'home_damaged' })
    }
    await store.write('device.json', utf8(good))
    await store.write('device.key', new Uint8Array(32).fill(1))
    await expect(openHome(store)).rejects.toMatchObject({ code: 'home_damaged' })
  })

  test('names are short, trimmed and printable', async () => {
    const store = new MemoryStore()
    const key = await createDeviceKey(store)
    for (const name of ['', ' a', 'a\u001b[2J', 'a\n', 'x'.repeat(NAME_MAX + 1)])
      await expect(saveFacts(store, key, { ...facts, name })).rejects.toMatchObject({ code: 'bad_argument' })
    await saveFacts(store, key, { ...facts, name: 'x'.repeat(NAME_MAX) })
  })
})

describe('an invite', () => {
  test('comes through as text', () => {
    const { name: _, ...invite } = facts
    expect(parseInvite(`  ${formatInvite(invite)}\n`)).toEqual(invite)
    const bare = { ...invite, witnesses: [], quorum: 0 }
    expect(parseInvite(formatInvite(bare))).toEqual(bare)
  })

  test('that asks for fewer cosignatures than one, or is no invite, is refused', () => {
    const text = formatInvite(facts)
    for (const bad of [
      '',
      'x',
      text.replace('q=1', 'q=0'),
      text.replace('q=1', 'q=2'),
      text.replace('/join/', '/'),
      text.replace('http:', 'file:'),
      `${text}x`,
      text.replace('/join/a', '/join/1'),
    ])
      expect(() => parseInvite(bad), bad).toThrow(expect.objectContaining({ code: 'bad_argument' }))
  })
})
