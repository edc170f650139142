import { join } from 'node:path'
import { closeDevice, openDevice } from '@hausrecht/client/device'
import { openHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { submit } from '@hausrecht/client/submit'
import { tempFolder } from '@hausrecht/testkit/temp'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../apps/web/src/words/en.ts'
import { say } from '../apps/web/src/words/say.ts'
import { claimLink, launch, Person } from './app-browser.ts'
import { CutOff } from './cut-off.ts'
import { ask, freePorts, hausrecht, type Product, start } from './product.ts'

const data = tempFolder('lease-cut')
let product: Product
let browser: Browser
let maria: Person
let jonas: Person
let way: CutOff

beforeAll(async () => {
  product = await start(data.path, await freePorts())
  way = await CutOff.to(product.port)
  browser = await launch()
  maria = await Person.meet(browser)
  // Cut off, a browser says in its console what it cannot load.
  jonas = await Person.meet(browser, { expected: /ERR_|Failed to load|WebSocket|net::/ })
})
afterAll(async () => {
  await browser?.close()
  way?.close()
  await product?.stop()
  data.remove()
})

/** Comes in by a link of the hub. */
async function enter(person: Person, link: string, name: string): Promise<void> {
  const { page } = person
  await page.goto(link)
  await page.getByLabel(en.firstRun.names.household).fill('Linden Street 4')
  await page.getByLabel(en.firstRun.names.device).fill(name)
  await person.button(en.common.next).click()
  await person.button(en.firstRun.digits.match).click()
  await person.button(en.firstRun.passkey.skip).click()
  await person.button(en.firstRun.done.open).click()
  await person
    .button(new RegExp(`${en.seal.can.one}|${en.seal.can.other}`))
    .first()
    .waitFor({ timeout: 40_000 })
}

/** The shortest lease there is, as an admin device sets it. */
async function shortenLease(): Promise<void> {
  const transport = httpTransport()
  const device = await openDevice(await openHomeFolder(join(data.path, 'home')), { transport })
  try {
    await submit(device, () => ({ statement: { type: 'lease', minutes: 1 } }))
  } finally {
    closeDevice(device)
    transport.close()
  }
}

test('two browsers and the hub; one is cut off, and what it could open is deleted', async () => {
  await enter(maria, await claimLink(product), 'Maria’s laptop')
  const { url } = await ask(['link', '--data', data.path])
  await enter(jonas, String(url).replace(`:${product.port}/`, `:${way.port}/`), 'Jonas’ phone')
  await shortenLease()
  way.cut()
  const { order, holders } = await ask(['delete', 'sample', '-2m', '-5s', '--yes', '--data', data.path])
  expect(holders).toHaveLength(3)
  await maria.goTo(en.places.privacy)
  await maria.sees(say(en.privacy.erasures.progress, { done: 2, all: 3 }), 40_000)
  expect(await ask(['deletions', '--data', data.path])).toMatchObject({ order, complete: false })
})

test('when its lease has run out the hub says so, and the deletion is complete', async () => {
  await maria.sees(en.privacy.erasures.complete, 180_000)
  await maria.page.getByText(en.privacy.erasures.complete).first().click()
  await maria.sees(say(en.privacy.erasures.cut, { when: '' }).trim())
  await maria.looks('deletion-lease-cut')
})

test('the browser that comes back gets keys, and none of what was deleted', async () => {
  way.mend()
  await jonas.page.reload()
  await jonas
    .button(new RegExp(`${en.seal.can.one}|${en.seal.can.other}`))
    .first()
    .waitFor({ timeout: 60_000 })
  await jonas.goTo(en.places.cameras)
  await jonas.page.getByRole('slider').first().waitFor()
  await jonas.page
    .getByRole('listitem')
    .filter({ hasText: ': deleted' })
    .first()
    .waitFor({ state: 'attached', timeout: 40_000 })
  await jonas.looks('deletion-came-back')
  await jonas.goTo(en.places.privacy)
  await jonas.sees(en.privacy.erasures.complete, 40_000)
})

test('the receipt verifies, without a network and without the household', async () => {
  const file = join(data.path, 'receipt.json')
  const { order } = await ask(['deletions', '--data', data.path])
  await ask(['receipt', String(order), file, '--data', data.path])
  const verified = await hausrecht(['verify', 'receipt', file, '--data', join(data.path, 'nobody')])
  expect(verified).toMatchObject({ code: 0 })
})
