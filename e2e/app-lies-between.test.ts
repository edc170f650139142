import { decodeLive } from '@hausrecht/contract/relay'
import type { RelayLie, RelayMessage } from '@hausrecht/testkit/lying-relay'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { say } from '../apps/web/src/words/say.ts'
import { hubDigits } from './app-browser.ts'
import { LiedTo } from './lied-to.ts'
import { flip, LyingDoor } from './lying-door.ts'
import { inPlaceOfHub, ManInTheMiddle, otherKey } from './man-in-the-middle.ts'
import { freePorts, type Product, start } from './product.ts'

/** A vault stands between the devices of a household: when they are let in, when they talk, and when they watch. */
const data = tempFolder('app-lies-between')
const JONAS = 'Jonas’ Telefon'
let product: Product
let doors: readonly [LyingDoor, LyingDoor]
let maria: LiedTo
let jonas: LiedTo

beforeAll(async () => {
  product = await start(data.path, await freePorts())
  doors = [await LyingDoor.open(product), await LyingDoor.open(product)]
  maria = await LiedTo.meet(doors[0], product, 'de')
  jonas = await LiedTo.meet(doors[1], product, 'en')
})
afterEach(() => {
  for (const door of doors) door.honest()
})
afterAll(async () => {
  for (const door of doors ?? []) await door.close()
  await product?.stop()
  data.remove()
})

const digitsOn = ({ person }: LiedTo): Promise<string> =>
  until(
    async () => {
      const shown = await person.page.locator('.digits').allInnerTexts()
      return shown.map(text => text.replace(/\D/g, '').slice(0, 6)).find(text => text.length === 6)
    },
    { what: 'six digits', timeoutMs: 30_000 },
  )

describe('at the link of the hub', () => {
  test('another key in place of the hub’s: no digit is shown, and the same link works when the vault is honest again', async () => {
    const keys = await maria.person.withPasskeys()
    doors[0].vault.tell(await inPlaceOfHub())
    await maria.openLink()
    await maria.isTold(maria.words.errors.join_broken)
    expect(await maria.person.page.locator('.digits').count()).toBe(0)
    doors[0].honest()
    await maria.openLink()
    expect(await digitsOn(maria)).toBe(await hubDigits(product))
    await maria.isCalm()
    await maria.finishLink()
    await maria.isCalm()
    await (await jonas.person.withPasskeys()).import(await keys.export())
  })
})

describe('at an approval', () => {
  const asks = async (): Promise<void> => {
    const { page } = jonas.person
    const { waiting, firstRun } = jonas.words
    await page.goto(`http://localhost:${product.port}/`)
    await jonas.person.button(firstRun.welcome.signIn).click()
    await jonas.person.button(waiting.signIn.go).click()
    await page.getByLabel(waiting.signIn.device).fill(JONAS)
    await jonas.person.button(waiting.signIn.ask).click()
    await jonas.person.sees(waiting.room.title)
  }
  const compares = async (): Promise<void> => {
    await maria.opens('/family')
    await maria.person.button(maria.words.family.pending.compare).click()
  }

  test('another key under the same name: it is let in by nobody', async () => {
    await asks()
    await maria.opens('/family')
    doors[0].vault.tell(await otherKey())
    await maria.person.button(maria.words.family.pending.compare).click()
    await maria.isTold(maria.words.errors.join_broken)
    expect(await maria.person.page.locator('.digits').count()).toBe(0)
  })

  test('a device in the middle: both sides show digits, and not the same; nobody is let in', async () => {
    const middle = await ManInTheMiddle.stand()
    doors[0].vault.tell(middle.toHousehold)
    doors[1].vault.tell(middle.toJoiner)
    await compares()
    const [hers, his] = [await digitsOn(maria), await digitsOn(jonas)]
    expect(hers).not.toBe(his)
    await maria.person.button(maria.words.family.approve.differ).click()
    await maria.isTold(maria.words.family.approve.differed)
    await until(() => middle.refused, { what: 'a refusal' })
    doors[0].honest()
    doors[1].honest()
    await jonas.person.button(jonas.words.waiting.room.cancel).click()
    await jonas.person.page.locator('.digits').waitFor({ state: 'hidden' })
  })

  test('nobody in the middle: the same digits, nothing is wrong, and it is let in', async () => {
    const { waiting } = jonas.words
    const { approve } = maria.words.family
    await asks()
    await compares()
    expect(await digitsOn(maria)).toBe(await digitsOn(jonas))
    await maria.isCalm()
    await jonas.isCalm()
    await maria.person.button(approve.match).click()
    await maria.person.page.getByLabel(approve.name).fill(JONAS)
    await maria.person.button(approve.go).click()
    await maria.person.sees(say(approve.done, { device: JONAS }))
    await jonas.isHome()
    await jonas.isCalm()
    expect(await jonas.person.page.getByText(waiting.room.title).count()).toBe(0)
  })
})

describe('between hub and browser', () => {
  const isLive = (message: RelayMessage): message is Uint8Array =>
    typeof message !== 'string' && decodeLive(message) !== null
  /** Says something else than what the vault was given to pass on to the browser. */
  const toBrowser =
    (lie: RelayLie): RelayLie =>
    (message, to) =>
      to === 'device' ? lie(message, to) : [message]

  test('live parts that are changed are said and not shown; afterwards the picture goes on', async () => {
    await maria.opens('/')
    await maria.seesPictures()
    doors[0].vault.relay.tell(
      toBrowser((message, to) => [isLive(message) && to === 'device' ? flip(message, message.length >> 1) : message]),
    )
    await maria.isTold(maria.words.alarms.live_changed)
    await maria.person.sees(maria.words.camera.state.held)
    doors[0].honest()
    await maria.person.page.getByText(maria.words.camera.state.held).waitFor({ state: 'hidden' })
    await maria.seesNothingFalse(2)
  })

  test('live parts that are dropped: a picture that stands still is not taken for now', async () => {
    await jonas.opens('/')
    await jonas.seesPictures()
    doors[1].vault.relay.tell(toBrowser(message => (isLive(message) ? [] : [message])))
    await jonas.person.sees(jonas.words.camera.state.held)
    doors[1].honest()
    await jonas.person.page.getByText(jonas.words.camera.state.held).waitFor({ state: 'hidden' })
    await jonas.isCalm()
  })

  test('live parts that come again, all of them and the oldest ones: shown once, in order', async () => {
    await maria.opens('/')
    const seen: Uint8Array[] = []
    doors[0].vault.relay.tell(
      toBrowser(message => {
        if (!isLive(message)) return [message]
        seen.push(message)
        return [message, message, seen[0] ?? message]
      }),
    )
    await maria.seesNothingFalse(4)
    expect(seen.length).toBeGreaterThan(4)
    await maria.isCalm()
  })

  const bodies: readonly (readonly [string, (body: string, number: number) => readonly string[]])[] = [
    ['changed', body => [flipText(body)]],
    ['repeated', body => [body, body]],
    ['left out', (body, number) => (number % 2 === 0 ? [] : [body])],
  ]
  test.each(bodies)('a message that is %s: said, and the hub is reached anew', async (_, lie) => {
    const { cameras, errors, places, settings, alarms } = maria.words
    await maria.opens('/settings')
    let lies = 0
    doors[0].vault.relay.tell(
      toBrowser(message => {
        if (typeof message !== 'string') return [message]
        const value: Readonly<Record<string, unknown>> = JSON.parse(message)
        if (value.type !== 'message' || typeof value.body !== 'string') return [message]
        return lie(value.body, lies++).map(body => JSON.stringify({ ...value, body }))
      }),
    )
    // The hub says it whenever somebody begins to watch, and ends: there is something to lie about.
    const told = maria.isTold(alarms.bad_channel)
    for (const path of ['/', '/settings', '/']) await jonas.opens(path)
    await told
    expect(lies).toBeGreaterThan(0)
    doors[0].honest()
    // Only the hub can look for a camera.
    await maria.person.goTo(places.settings)
    await maria.person.link(settings.cameras.add).click()
    await maria.person.page.getByLabel(cameras.add.address).fill(`rtsp://127.0.0.1:${product.port + 2}/nowhere`)
    const found = maria.person.page.getByRole('alert').filter({ hasText: errors.stream_not_found.what })
    const asks = async (): Promise<boolean> => {
      await maria.person.button(cameras.add.look).click()
      return (await found.count()) > 0
    }
    await until(asks, { what: 'an answer of the hub', timeoutMs: 30_000 })
  })
})

test('nobody had anything else to complain about', () => {
  maria.person.hasNoComplaints()
  jonas.person.hasNoComplaints()
})

/** One bit of what the base64 text stands for, in its middle. */
function flipText(body: string): string {
  const bytes = Buffer.from(body, 'base64')
  return Buffer.from(flip(bytes, bytes.length >> 1)).toString('base64')
}
