import { compareWith } from '@hausrecht/client/approve'
import { claimHousehold } from '@hausrecht/client/claim'
import {
  CLAIM_EXPIRES_MS,
  CLAIM_WRONG_MAX,
  type ClaimCode,
  changeClaim,
  openClaim,
  readClaim,
} from '@hausrecht/client/claim-code'
import { formatClaimLink } from '@hausrecht/client/claim-link'
import { Courier } from '@hausrecht/client/courier'
import { type OpenDevice, self, sync } from '@hausrecht/client/device'
import { ClientError } from '@hausrecht/client/errors'
import { addCamera } from '@hausrecht/client/household'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { readNames } from '@hausrecht/client/names'
import { challengeText } from '@hausrecht/client/sas'
import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf, parseDeviceId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { TestHousehold } from '@hausrecht/testkit/household'
import { changeJson, type Lie } from '@hausrecht/testkit/lying-vault'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ClaimDesk } from './claim.ts'

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    error => (error instanceof ClientError ? error.code : String(error)),
  )

describe('the link of the hub', () => {
  let world: TestHousehold
  let hub: OpenDevice
  let claim: ClaimCode
  const desks: ClaimDesk[] = []
  let wrongs: number[] = []

  beforeAll(async () => {
    world = await TestHousehold.start()
    hub = await world.found('hub')
  })
  afterAll(() => world.close())
  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close()
    for (const row of await hub.vault.listPending()) await hub.vault.cancelPending(parseDeviceId(row.device))
    wrongs = []
  })

  const link = (code = claim.code): string => formatClaimLink({ ...world.invite(hub), code })
  const open = async (): Promise<ClaimDesk> => {
    claim = await openClaim(hub.store, null)
    return sit()
  }
  const sit = (): ClaimDesk => {
    const desk = new ClaimDesk({
      device: hub,
      onAdmitted: () => undefined,
      onWrong: (_, wrong) => wrongs.push(wrong),
      onProblem: () => undefined,
    })
    desks.push(desk)
    return desk
  }
  /** A browser with the link, and the person before it. */
  function visit(options: { readonly link?: string; readonly name?: string; readonly signal?: AbortSignal } = {}) {
    const digits = Promise.withResolvers<string>()
    const yes = Promise.withResolvers<void>()
    const id = Promise.withResolvers<string>()
    const store = new MemoryStore()
    const asked = { link: options.link ?? link(), name: options.name ?? 'Kitchen browser' }
    const joined = claimHousehold(store, asked, world.around, {
      onWaiting: id.resolve,
      onDigits: digits.resolve,
      confirm: () => yes.promise,
      ...(options.signal && { signal: options.signal }),
    })
    joined.catch(error => {
      digits.reject(error)
      id.reject(error)
    })
    // ignores: who does not look at the digits need not learn that none came; who looks gets the error
    digits.promise.catch(() => undefined)
    // ignores: the same for the name of the device
    id.promise.catch(() => undefined)
    return { joined, store, digits: digits.promise, id: id.promise, yes: yes.resolve, no: yes.reject }
  }
  const comparing = (desk: ClaimDesk, device?: string) =>
    until(
      () => {
        const status = desk.status()
        return status?.state === 'comparing' && (device === undefined || status.device === device) ? status : null
      },
      { what: 'digits on the hub' },
    )
  const admins = async (): Promise<number> => {
    await sync(hub)
    return [...hub.chain.state.devices.values()].filter(device => device.roles.includes('session')).length
  }

  test('lets a browser in as an admin, under a name that the vault never sees, and is used up', async () => {
    const desk = await open()
    const sent: string[] = []
    const listen: Lie = async asked => {
      sent.push(new TextDecoder().decode(asked.body))
      return null
    }
    const browser = await world.liar.during(listen, async () => {
      const { joined, digits, yes, id } = visit({ name: 'Küchentablet' })
      expect((await comparing(desk)).digits).toBe(await digits)
      expect(desk.status()?.device).toBe(await id)
      const before = await admins()
      yes()
      const device = world.keep(await joined)
      expect(await admins()).toBe(before + 1)
      return device
    })
    expect(self(browser)).toMatchObject({ roles: ['admin', 'session'], prekeys: [], entitlement: { streams: 'all' } })
    await sync(hub)
    expect((await readNames(hub)).devices.get(browser.id)).toBe('Küchentablet')
    expect(sent.filter(body => body.includes('"claim"') || body.includes('"mac"'))).toHaveLength(3)
    expect(sent.filter(body => body.includes('Küchentablet') || body.includes('chentablet'))).toEqual([])
    await until(async () => (await readClaim(hub.store)) === null, { what: 'the code to be gone' })
    await until(() => desk.status() === null, { what: 'the hub to have no link' })

    // The same link again, by the same or another browser.
    const again = visit()
    await again.id
    desk.wake()
    expect(await codeOf(again.joined)).toBe('claim_refused')
    expect(await again.store.list('')).toEqual([])
  })

  test('a browser that was let in gets no keys by packet, and may add cameras', async () => {
    const desk = await open()
    const { joined, yes } = visit()
    await comparing(desk)
    yes()
    const browser = world.keep(await joined)
    await addCamera(hub, { name: 'Hall', sound: false })
    const { sentTo, unable } = await new Courier(hub).round()
    expect([...sentTo, ...unable]).toEqual([])
    expect(browser.keys.held()).toEqual([])
  })

  test('nobody is let in until the person says that the digits are equal, nor when they say no', async () => {
    const desk = await open()
    const before = await admins()
    const { joined, no } = visit()
    await comparing(desk)
    expect(await admins()).toBe(before)
    no(new Error('they differ'))
    await expect(joined).rejects.toThrow('they differ')
    await until(() => desk.status()?.state === 'open', { what: 'the link to be open again' })
    expect(await admins()).toBe(before)
  })

  test(`another code is refused at once, and after ${CLAIM_WRONG_MAX} of them the right one too; a new link opens again`, async () => {
    const desk = await open()
    for (let i = 0; i < CLAIM_WRONG_MAX; i++)
      expect(await codeOf(visit({ link: link(randomBytes(16)) }).joined)).toBe('claim_refused')
    expect(wrongs).toEqual([1, 2, 3, 4, 5])
    await until(() => desk.status()?.state === 'dead', { what: 'the code to be dead' })
    const late = visit()
    await late.id
    desk.wake()
    expect(await codeOf(late.joined)).toBe('claim_refused')

    claim = await openClaim(hub.store, world.clock.now() + CLAIM_EXPIRES_MS)
    desk.wake()
    const { joined, yes } = visit()
    await comparing(desk)
    yes()
    world.keep(await joined)
  })

  test('a link that is too old opens nothing', async () => {
    claim = await openClaim(hub.store, world.clock.now() - 1)
    const desk = sit()
    await until(() => desk.status()?.state === 'dead', { what: 'the code to be dead' })
    const { joined, id } = visit()
    await id
    desk.wake()
    expect(await codeOf(joined)).toBe('claim_refused')
  })

  test('a vault that answers in the hub’s place is caught before any digit is shown', async () => {
    claim = await openClaim(hub.store, null)
    const { key } = await generateSigningKey()
    const forged = async (commitment: string, more: object) => {
      const half = { publicKey: key.publicKey, nonce: randomBytes(32) }
      const chainHead = hub.chain.state.head
      const text = {
        household: hub.household,
        joiner: { commitment: fromBase64(commitment) },
        approver: half,
        chainHead,
      }
      return {
        nonce: toBase64(half.nonce),
        publicKey: toBase64(half.publicKey),
        chainHead: toBase64(chainHead),
        signature: toBase64(await key.sign(challengeText(text))),
        ...more,
      }
    }
    for (const more of [{}, { claim: toBase64(randomBytes(32)) }]) {
      const swap: Lie = async (asked, honest) => {
        if (asked.method !== 'GET' || !/\/pending\/[a-z2-7]{26}$/.test(asked.path)) return null
        const answer = await honest()
        const row: { commitment: string } = JSON.parse(new TextDecoder().decode(answer.body))
        const body = JSON.stringify({ ...row, challenge: await forged(row.commitment, more) })
        return { ...answer, body: new TextEncoder().encode(body) }
      }
      await world.liar.during(swap, async () => {
        const { joined, digits } = visit()
        expect(await codeOf(joined)).toBe('join_broken')
        await expect(digits).rejects.toMatchObject({ code: 'join_broken' })
      })
    }
  })

  test('a vault that puts a key of its own before the hub has no proof for it', async () => {
    const desk = await open()
    const { key } = await generateSigningKey()
    const swap = changeJson(/^GET .*\/pending$/, value => ({
      pending: (value.pending as Record<string, unknown>[]).map(row => ({
        ...row,
        device: deviceIdOf(key.publicKey),
        publicKey: toBase64(key.publicKey),
      })),
    }))
    const before = await admins()
    const stop = new AbortController()
    await world.liar.during(swap, async () => {
      const { joined, id } = visit({ signal: stop.signal })
      await id
      await until(() => wrongs.length > 0, { what: 'the wrong proof to be seen' })
      stop.abort(new Error('enough'))
      await expect(joined).rejects.toThrow('enough')
    })
    // It listed the same again and again: that is one wrong proof.
    expect(wrongs).toEqual([1])
    expect(desk.status()?.state).toBe('open')
    expect(await admins()).toBe(before)
  })

  test('a yes that the person did not say is not taken', async () => {
    const desk = await open()
    const before = await admins()
    let lie = false
    const forge = changeJson(/^GET .*\/pending$/, value => ({
      pending: (value.pending as Record<string, unknown>[]).map(row => ({
        ...row,
        ...(lie && { confirm: { mac: toBase64(randomBytes(32)), name: toBase64(new Uint8Array(220)) } }),
      })),
    }))
    await world.liar.during(forge, async () => {
      const { joined } = visit()
      await comparing(desk)
      lie = true
      expect(await codeOf(joined)).toBe('join_cancelled')
    })
    expect(wrongs).toEqual([1])
    expect(await admins()).toBe(before)
  })

  test('a name that was changed on the way lets nobody in', async () => {
    const desk = await open()
    const before = await admins()
    const other = changeJson(/^GET .*\/pending$/, value => ({
      pending: (value.pending as { confirm?: object }[]).map(row => ({
        ...row,
        ...(row.confirm && { confirm: { ...row.confirm, name: toBase64(new Uint8Array(220).fill(7)) } }),
      })),
    }))
    await world.liar.during(other, async () => {
      const { joined, yes } = visit()
      await comparing(desk)
      yes()
      expect(await codeOf(joined)).toBe('join_cancelled')
    })
    expect(await admins()).toBe(before)
  })

  test('of two browsers with the link the newest is let in, and the other is told', async () => {
    const desk = await open()
    const first = visit({ name: 'first' })
    await comparing(desk, await first.id)
    const second = visit({ name: 'second' })
    const shown = await comparing(desk, await second.id)
    expect(shown.digits).toBe(await second.digits)
    expect(await codeOf(first.joined)).toBe('join_cancelled')
    first.yes()
    second.yes()
    const device = world.keep(await second.joined)
    await sync(hub)
    expect((await readNames(hub)).devices.get(device.id)).toBe('second')
  })

  test('a hub that crashed while comparing: the browser is told, and may ask again by the same link', async () => {
    claim = await openClaim(hub.store, null)
    const first = visit()
    // What a hub does that will not live to see the answer.
    await compareWith(hub, parseDeviceId(await first.id), undefined, claim.code)
    const desk = sit()
    expect(await codeOf(first.joined)).toBe('join_cancelled')
    const second = visit()
    await comparing(desk)
    second.yes()
    world.keep(await second.joined)
  })

  test('a hub that crashed before or after its entry: the code is good, or it was used', async () => {
    const { key } = await generateSigningKey()
    claim = await openClaim(hub.store, null)
    await changeClaim(hub.store, claim, { admitting: deviceIdOf(key.publicKey) })
    const desk = sit()
    const { joined, yes } = visit()
    await comparing(desk)
    yes()
    const browser = world.keep(await joined)
    await until(async () => (await readClaim(hub.store)) === null, { what: 'the code to be gone' })

    claim = await openClaim(hub.store, null)
    await changeClaim(hub.store, claim, { admitting: browser.id })
    desk.wake()
    await until(async () => (await readClaim(hub.store)) === null, { what: 'the used code to be gone' })
  })

  test('a hub stops at once although its vault does not answer', async () => {
    const hanging = Promise.withResolvers<null>()
    const asked = Promise.withResolvers<void>()
    const silent: Lie = async () => {
      asked.resolve()
      return hanging.promise
    }
    await world.liar.during(silent, async () => {
      const desk = await open()
      await asked.promise
      await desk.close()
      expect(desk.status()?.state).toBe('open')
    })
    hanging.resolve(null)
  })
})
