import { SoftAuthenticator } from '@hausrecht/testkit/authenticator'
import { TestHousehold } from '@hausrecht/testkit/household'
import { changeJson } from '@hausrecht/testkit/lying-vault'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareWith, listJoinRequests } from './approve.ts'
import { type OpenDevice, self } from './device.ts'
import { joinHousehold } from './join.ts'
import { MemoryStore } from './memory-store.ts'
import {
  listPasskeys,
  passkeyOptions,
  registerPasskey,
  removePasskey,
  type SignedIn,
  signIn,
  signInOptions,
} from './passkeys.ts'

describe('passkeys', () => {
  let world: TestHousehold
  let hub: OpenDevice
  let authenticator: SoftAuthenticator
  let vault: string

  beforeAll(async () => {
    world = await TestHousehold.start()
    hub = await world.found('hub')
    vault = world.liar.url
    // What the vault serves its app at when nobody says otherwise.
    authenticator = new SoftAuthenticator(world.vault.url.replace('127.0.0.1', 'localhost'))
    await registerPasskey(hub, 'Mum’s phone', authenticator.create(await passkeyOptions(hub, 'Home')))
  })
  afterAll(() => world.close())

  const show = async (store: MemoryStore): Promise<SignedIn | null> =>
    signIn(store, vault, authenticator.get(await signInOptions(store, vault, world.around)), world.around)

  test('a new browser signs in, asks in a place of its own, and is let in after six digits like everybody', async () => {
    const store = new MemoryStore()
    const signed = await show(store)
    expect(signed?.invite).toEqual({ ...world.invite(hub), vault })
    if (signed === null) throw new Error('not signed in')
    const { invite, session } = signed
    const digits = Promise.withResolvers<string>()
    const asking = { invite, session, name: 'Laptop', browser: true }
    const joined = joinHousehold(store, asking, world.around, { onDigits: digits.resolve })
    joined.catch(digits.reject)
    const [request] = await until(
      async () => {
        const all = await listJoinRequests(hub)
        return all.length > 0 && all
      },
      { what: 'a request to join' },
    )
    expect(request?.signedIn).toBe(true)
    expect(await store.list('keys/')).toEqual([])
    const comparison = await compareWith(hub, request?.device ?? hub.id)
    expect(comparison.digits).toBe(await digits.promise)
    await comparison.approve({ name: 'Laptop', roles: ['session'], from: 0, streams: 'all' })
    expect(self(world.keep(await joined)).roles).toEqual(['session'])
  })

  test('names are sealed: the vault has other words, and cannot swap them', async () => {
    const second = new SoftAuthenticator(authenticator.origin)
    await registerPasskey(hub, 'Dad’s key', second.create(await passkeyOptions(hub, 'Home')))
    const rows = await hub.vault.listPasskeys()
    expect(rows).toHaveLength(2)
    for (const { name } of rows) expect(Buffer.from(name, 'base64').toString('latin1')).not.toMatch(/Mum|Dad|phone|key/)
    expect((await listPasskeys(hub)).map(({ name }) => name)).toEqual(['Mum’s phone', 'Dad’s key'])
    const swap = changeJson(/^GET .*\/passkeys$/, value => {
      const [a, b] = value.passkeys as { name: string }[]
      return {
        passkeys: [
          { ...a, name: b?.name },
          { ...b, name: 'AAAA' },
        ],
      }
    })
    const names = await world.liar.during(swap, () => listPasskeys(hub))
    expect(names.map(({ name }) => name)).toEqual([null, null])
  })

  test('what authenticators show is put in here, and options for another household are refused', async () => {
    const options = await passkeyOptions(hub, 'Zuhause')
    expect(options).toMatchObject({ user: { name: 'Zuhause', displayName: 'Zuhause' }, rp: { id: 'localhost' } })
    const lie = changeJson(/^POST .*\/passkeys\/options$/, value => ({
      ...value,
      user: { ...(value.user as object), id: 'AAAA' },
    }))
    await world.liar.during(lie, () =>
      expect(passkeyOptions(hub, 'Home')).rejects.toMatchObject({ code: 'bad_passkey' }),
    )
  })

  test('a vault that leaves out a witness, or names another household, is noticed by what the passkey says', async () => {
    const other = await world.found('other')
    const lies = [{ witnesses: [], quorum: 0 }, { quorum: 0 }, { household: other.household }]
    for (const change of lies) {
      const lie = changeJson(/^POST \/v1\/sign-in$/, value => ({ ...value, ...change }))
      await world.liar.during(lie, () => expect(show(new MemoryStore())).rejects.toMatchObject({ code: 'bad_passkey' }))
    }
  })

  test('a passkey that was removed is one that nobody knows', async () => {
    const lost = new SoftAuthenticator(authenticator.origin)
    await registerPasskey(hub, 'Lost', lost.create(await passkeyOptions(hub, 'Home')))
    const row = (await listPasskeys(hub)).find(({ name }) => name === 'Lost')
    await removePasskey(hub, row?.id ?? '')
    const store = new MemoryStore()
    const response = lost.get(await signInOptions(store, vault, world.around))
    expect(await signIn(store, vault, response, world.around)).toBe(null)
  })

  test('what no browser answers goes nowhere', async () => {
    for (const answer of [null, 'x', {}, { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} }]) {
      await expect(registerPasskey(hub, 'x', answer)).rejects.toMatchObject({ code: 'bad_argument' })
      await expect(signIn(new MemoryStore(), vault, answer, world.around)).rejects.toMatchObject({
        code: 'bad_argument',
      })
    }
  })
})
