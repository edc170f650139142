import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../apps/web/src/words/en.ts'
import { claimLink, hubDigits, launch, Person } from './app-browser.ts'
import { shownFrames, watchFrames } from './app-frames.ts'
import { ask, freePorts, type Product, start } from './product.ts'
import { Steps } from './steps.ts'

/** What a newcomer may need at most from `npm start` to yesterday, s. */
const MOST_S = 120
const RECORDED_MS = 24_000
const PICTURE_MS = 40
/** The number that is burnt into a picture has so many values. */
const WRAP = 2 ** 24

const data = tempFolder('newcomer')
const steps = new Steps()
/** What is surely recorded of yesterday, ms. */
let [from, to] = [0, 0]
let port = 0
let product: Product
let browser: Browser
let maria: Person

/**
 * How there is a past: somebody ran `npm start` yesterday, for half a minute, and stopped it. It is really recorded, sealed, stored and logged then:
 * all processes of the product run with the clock of the day before (see yesterday.ts). Nobody looked, and no browser was let in.
 */
beforeAll(async () => {
  port = await freePorts()
  const env = { NODE_OPTIONS: `--import=${new URL('yesterday.ts', import.meta.url)}` }
  const past = await start(data.path, port, [], env)
  const sealedAfter = (time: number): Promise<number> =>
    until(
      async () => {
        const { cameras } = await ask(['status', '--data', data.path], { env })
        const sealedAt = Number(Array.isArray(cameras) ? cameras[0]?.sealedAt : 0)
        return sealedAt > time ? sealedAt : null
      },
      { what: 'a sealed segment', timeoutMs: 90_000 },
    )
  from = await sealedAfter(0)
  to = await sealedAfter(from + RECORDED_MS)
  expect(await past.stop()).toBe(0)
  browser = await launch('--lang=en-US')
  maria = await Person.meet(browser)
  await maria.withPasskeys()
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  data.remove()
})

const two = (n: number): string => String(n).padStart(2, '0')
/** As it is typed where the browser itself speaks American, which every Chromium can: month, day, year; hour, minute, second, a or p. */
const typed = (at: number) => {
  const date = new Date(at)
  const hour = date.getHours()
  return {
    day: `${two(date.getMonth() + 1)}${two(date.getDate())}${date.getFullYear()}`,
    time: `${[hour % 12 || 12, date.getMinutes(), date.getSeconds()].map(two).join('')}${hour < 12 ? 'a' : 'p'}`,
  }
}

/** Where the month stands in an input for a date, and the hour in one for a time, px. */
const FIRST_DIGITS = { x: 20, y: 20 }

/** Types a day and a time into the dialog, as somebody does who does not know it. */
async function jumpTo(at: number): Promise<void> {
  const { day, time } = typed(at)
  await steps.click(maria.button(en.camera.jump))
  for (const [label, digits] of [
    [en.camera.jumpDay, day],
    [en.camera.jumpTime, time],
  ] as const) {
    steps.think()
    await steps.click(maria.dialog().getByLabel(label, { exact: true }), FIRST_DIGITS)
    await steps.type(maria, digits)
  }
  await steps.click(maria.button(en.camera.jumpGo))
}

/** How many of the pictures that were shown carry a number of yesterday's. */
const picturesOfYesterday = async (): Promise<number> => {
  const [first, last] = [from, to].map(at => Math.round(at / PICTURE_MS)) as [number, number]
  const shown = await shownFrames(maria.page)
  return shown.filter(({ number }) => number !== null && (number - (first % WRAP) + WRAP) % WRAP <= last - first).length
}

const slider = () => maria.page.getByRole('slider').first()
const spoken = async (): Promise<string> => (await slider().getAttribute('aria-valuetext')) ?? ''

describe('a newcomer', () => {
  test(`watches yesterday within ${MOST_S} s of typing npm start`, async () => {
    await steps.take('types npm start', async () => {
      steps.keys('npm start\n'.length)
      product = await start(data.path, port)
      await claimLink(product)
    })
    await steps.take('copies the link into a browser', async () => {
      steps.point(2)
      steps.keys('cT'.length * 2)
      steps.keys('cV\n'.length)
      await maria.page.goto(await claimLink(product))
      await maria.sees(en.firstRun.names.title)
    })
    await steps.take('names the home', async () => {
      await steps.click(maria.page.getByLabel(en.firstRun.names.household))
      await steps.type(maria, 'Linden Street 4')
      await steps.click(maria.button(en.common.next))
      await maria.button(en.firstRun.digits.match).waitFor()
    })
    await steps.take('compares six digits', async () => {
      steps.think()
      steps.think()
      const shown = (await maria.page.locator('.digits').innerText()).replace(/\D/g, '')
      expect(shown.slice(0, 6)).toBe(await hubDigits(product))
      await steps.click(maria.button(en.firstRun.digits.match))
      await maria.button(en.firstRun.passkey.make).waitFor()
    })
    await steps.take('makes a passkey', async () => {
      await steps.click(maria.button(en.firstRun.passkey.make))
      // What the machine asks then: a finger on the sensor.
      steps.think()
      steps.keys(1)
      await maria.button(en.firstRun.done.open).waitFor()
    })
    await steps.take('looks around', async () => {
      await steps.click(maria.button(en.firstRun.done.open))
      await maria.page.locator('video').first().waitFor()
    })
    await steps.take('goes to the camera', async () => {
      await steps.click(maria.page.getByRole('navigation').first().getByRole('link', { name: en.places.cameras }))
      await maria.button(en.camera.jump).waitFor()
      await slider().waitFor()
    })
    await watchFrames(maria.page)
    await steps.take('jumps to yesterday', async () => {
      await jumpTo(from + 4000)
      await maria.page.locator('.moment').getByText(en.time.yesterday).waitFor()
      await until(async () => (await picturesOfYesterday()) > 25, { what: 'a second of yesterday', timeoutMs: 30_000 })
    })
    process.stdout.write(`${steps.table()}\n`)
    expect(steps.seconds).toBeLessThan(MOST_S)
  })

  test('the timeline is there too, and says what is there: recorded, and after that why nothing is', async () => {
    await until(async () => /, recorded$/.test(await spoken()), { what: 'that it is recorded' })
    const at = Number(await slider().getAttribute('aria-valuenow')) * 1000
    expect(at).toBeGreaterThanOrEqual(from)
    expect(at).toBeLessThanOrEqual(Date.now() - 23 * 3_600_000)
    await jumpTo(to + 60_000)
    await maria.sees(en.camera.state.nothing)
    await until(async () => spoken().then(text => text.endsWith(', not recorded, the hub was stopped')), {
      what: 'the reason of the gap',
    })
  })

  test('what has yet to happen is refused in the dialog', async () => {
    await jumpTo(Date.now() + 24 * 3_600_000)
    await maria.sees(en.camera.jumpFuture)
  })

  test('nothing went wrong that a newcomer would not have seen', () => {
    maria.hasNoComplaints()
  })
})
