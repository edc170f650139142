import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimLink, launch, Person } from './app-browser.ts'
import { misplaced, type Shown, shownFrames, watchFrames } from './app-frames.ts'
import { freePorts, type Product, start } from './product.ts'

const MINUTES = 5
const data = tempFolder('app-live')
let product: Product
let browser: Browser
let person: Person

beforeAll(async () => {
  product = await start(data.path, await freePorts())
  browser = await launch()
  // While the hub is away the relay says so, and the browser prints that a request was refused.
  person = await Person.meet(browser)
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  data.remove()
})

/** The hub's process, as it says itself in its home. */
const hubOf = (): number => Number(JSON.parse(readFileSync(join(data.path, 'home', 'status.json'), 'utf8')).pid)

test(`for ${MINUTES} minutes, a restart of the hub among them, no picture is lost, repeated or moved between camera and screen`, {
  timeout: (MINUTES + 3) * 60_000,
}, async () => {
  const { page } = person
  await page.goto(await claimLink(product))
  await page.getByRole('textbox').first().fill('Home')
  await person.button('Continue').click()
  await person.button('They match').click()
  await person.button('Skip for now').click()
  await person.button('Look around').click()
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  await watchFrames(page)
  const began = Date.now()
  const elapsed = (part: number) => began + MINUTES * 60_000 * part
  // waits: that it runs for minutes without a hole is what is tested
  await until(() => Date.now() > elapsed(0.5), { what: 'half of it', timeoutMs: MINUTES * 60_000 })
  const before = await shownFrames(page)
  expect(misplaced(before)).toEqual([])
  // A frame every 40 ms reaches the page; a busy machine may leave some out on the screen.
  expect(before.length).toBeGreaterThan(MINUTES * 30 * 25 * 0.25)

  const killed = hubOf()
  process.kill(killed, 'SIGKILL')
  await until(() => hubOf() !== killed, {
    what: 'the hub is back',
    timeoutMs: 60_000,
  })
  await until(async () => Date.now() > elapsed(1) && (await shownFrames(page)).length > before.length * 1.5, {
    what: 'all of it',
    timeoutMs: MINUTES * 60_000 + 60_000,
  })
  const after = (await shownFrames(page)).slice(before.length)
  // Also over the restart: what was not recorded is left out, and nothing else.
  expect(misplaced(after)).toEqual([])
  const numbers = (frames: readonly Shown[]) => frames.map(({ number }) => number ?? -1)
  expect(numbers(after)).toEqual(numbers(after).toSorted((a, b) => a - b))
  person.hasNoComplaints()
})
