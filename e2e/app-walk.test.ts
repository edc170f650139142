import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { verifyReceipt } from '@hausrecht/chain/verify-receipt'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { de } from '../apps/web/src/words/de.ts'
import { en } from '../apps/web/src/words/en.ts'
import { say } from '../apps/web/src/words/say.ts'
import { claimLink, hubDigits, launch, Person } from './app-browser.ts'
import { freePorts, type Product, start } from './product.ts'

const data = tempFolder('app-walk')
const MARIA = 'Maria’s laptop'
const JONAS = 'Jonas’ phone'
let product: Product
let browser: Browser
let maria: Person
let jonas: Person
let credentials: readonly unknown[] = []
const origin = (): string => `http://localhost:${product.port}/`

beforeAll(async () => {
  product = await start(data.path, await freePorts())
  browser = await launch()
  maria = await Person.meet(browser)
  jonas = await Person.meet(browser, { size: 'phone', language: 'de', dark: false })
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  data.remove()
})

/** A picture that moves. */
const playing = (person: Person): Promise<unknown> =>
  person.page.waitForFunction(
    () =>
      Array.from(document.querySelectorAll('video')).some(
        video => !video.paused && video.getVideoPlaybackQuality().totalVideoFrames > 10,
      ),
    undefined,
    { timeout: 30_000 },
  )

const digitsOn = async (person: Person): Promise<string> =>
  until(
    async () => {
      const shown = await person.page.getByRole('status').allInnerTexts()
      return shown
        .map(text => text.replace(/\D/g, ''))
        .find(text => text.length >= 6)
        ?.slice(0, 6)
    },
    { what: 'six digits', timeoutMs: 30_000 },
  )

describe('a new household, in English at a desk', () => {
  test('the link of the hub, names, six digits, a passkey: five screens, and home', async () => {
    const keys = await maria.withPasskeys()
    const { page } = maria
    await page.goto(origin())
    await maria.sees(en.firstRun.welcome.title)
    await maria.looks('first-run-1-link')
    await page.getByLabel(en.firstRun.welcome.link).fill('http://example.com/')
    await maria.button(en.common.next).click()
    await maria.sees(en.firstRun.welcome.linkBad)
    await page.goto(await claimLink(product))
    await maria.sees(en.firstRun.names.title)
    await maria.looks('first-run-2-names')
    await page.getByLabel(en.firstRun.names.household).fill('Linden Street 4')
    await page.getByLabel(en.firstRun.names.device).fill(MARIA)
    await maria.button(en.common.next).click()
    await maria.sees(en.firstRun.digits.title)
    await maria.button(en.firstRun.digits.match).waitFor()
    await maria.looks('first-run-3-digits')
    const shown = (await page.locator('.digits').innerText()).replace(/\D/g, '')
    expect(shown.slice(0, 6)).toBe(await hubDigits(product))
    await maria.button(en.firstRun.digits.match).click()
    await maria.sees(en.firstRun.passkey.title)
    await maria.looks('first-run-4-passkey')
    await maria.button(en.firstRun.passkey.make).click()
    await maria.sees(en.firstRun.done.title)
    await maria.looks('first-run-5-done')
    credentials = await keys.export()
    expect(credentials).toHaveLength(1)
    await maria.button(en.firstRun.done.open).click()
    await playing(maria)
    await maria.sees('Linden Street 4')
    await maria.looks('home')
  })

  test('the link is used up', async () => {
    const other = await Person.meet(browser)
    await other.page.goto(await claimLink(product))
    await other.page.getByLabel(en.firstRun.names.household).fill('Mine now')
    await other.button(en.common.next).click()
    await other.sees(en.errors.claim_refused.what)
    await other.looks('link-used')
    await other.leave()
  })

  test('every place of the navigation has something in it, in both appearances', async () => {
    const places = [
      ['family', MARIA],
      ['privacy', en.privacy.looked.proven],
      ['settings', en.settings.about.text],
    ] as const
    for (const [place, text] of places) {
      await maria.goTo(en.places[place])
      await maria.sees(text)
      await maria.looks(place)
      await maria.page.emulateMedia({ colorScheme: 'light' })
      await maria.looks(`${place}-light`)
      await maria.page.emulateMedia({ colorScheme: 'dark' })
    }
  })
})

describe('a second browser, in German on a phone', () => {
  test('the same passkey makes it wait, and it sees nothing', async () => {
    const { page } = jonas
    const keys = await jonas.withPasskeys()
    await keys.import(credentials)
    await page.goto(origin())
    await jonas.button(de.firstRun.welcome.signIn).click()
    await jonas.looks('sign-in')
    await jonas.button(de.waiting.signIn.go).click()
    await page.getByLabel(de.waiting.signIn.device).fill(JONAS)
    await jonas.button(de.waiting.signIn.ask).click()
    await jonas.sees(de.waiting.room.title)
    await jonas.looks('waiting-room')
    expect(await page.locator('video').count()).toBe(0)
    expect(await page.locator('body').innerText()).not.toContain('Linden')
  })

  test('the first browser compares the digits and lets it in; then it sees live', async () => {
    await maria.goTo(en.places.family)
    await maria.button(en.family.pending.compare).click()
    await maria.button(en.family.approve.match).waitFor()
    expect(await digitsOn(maria)).toBe(await digitsOn(jonas))
    await maria.looks('approve-digits')
    await jonas.looks('waiting-digits')
    await maria.button(en.family.approve.match).click()
    await maria.page.getByLabel(en.family.approve.name).fill(JONAS)
    await maria.looks('approve-rights')
    await maria.button(en.family.approve.go).click()
    await maria.sees(say(en.family.approve.done, { device: JONAS }))
    await playing(jonas)
    await jonas.looks('home')
    await maria.sees(JONAS)
  })

  test('who watches now is on the page of the camera, and who looked in the log', async () => {
    await jonas.goTo(de.places.cameras)
    await jonas.page.getByRole('slider').first().waitFor()
    await playing(jonas)
    await jonas.looks('camera-live')
    await jonas.page.emulateMedia({ colorScheme: 'light' })
    await jonas.looks('camera-live-light')
    await jonas.page.emulateMedia({ colorScheme: 'dark' })
    await maria.goTo(en.places.cameras)
    await playing(maria)
    await maria.page.getByRole('region', { name: en.camera.watching.title }).getByText(JONAS).waitFor()
    await maria.looks('camera-watched')
    await maria.goTo(en.places.privacy)
    await maria.sees(JONAS)
    await maria.looks('privacy-two')
  })

  test('it goes everywhere too, in German', async () => {
    for (const place of ['family', 'privacy', 'settings'] as const) {
      await jonas.goTo(de.places[place])
      await jonas.page.getByRole('heading', { name: de.places[place] }).first().waitFor()
      await jonas.looks(place)
    }
  })
})

describe('cameras', () => {
  test('an address that is wrong says what is wrong, and nothing is saved', async () => {
    await maria.goTo(en.places.settings)
    await maria.link(en.settings.cameras.add).click()
    const address = maria.page.getByLabel(en.cameras.add.address)
    await address.fill('http://127.0.0.1/')
    await maria.button(en.cameras.add.look).click()
    await maria.sees(en.cameras.add.addressBad)
    await address.fill(`rtsp://127.0.0.1:${product.port + 2}/nowhere`)
    await maria.button(en.cameras.add.look).click()
    await maria.page.getByRole('alert').first().waitFor()
    await maria.looks('add-camera-wrong')
  })

  test('a good one shows its picture before it is saved, and is watched afterwards', async () => {
    await maria.page.getByLabel(en.cameras.add.address).fill(`rtsp://127.0.0.1:${product.port + 2}/sub`)
    await maria.button(en.cameras.add.look).click()
    await maria.page.getByRole('img', { name: en.cameras.add.found }).waitFor({ timeout: 40_000 })
    await maria.page.getByLabel(en.cameras.add.name).fill('Garden')
    await maria.looks('add-camera-found')
    await maria.button(en.cameras.add.save).click()
    await maria.sees(say(en.cameras.add.saved, { camera: 'Garden' }), 40_000)
    await playing(maria)
  })

  test('it is renamed, and removed; what it recorded stays', async () => {
    await maria.goTo(en.places.settings)
    await maria.link(say(en.settings.cameras.edit, { camera: 'Garden' })).click()
    await maria.page.getByLabel(en.cameras.edit.rename).fill('Back garden')
    await maria.looks('edit-camera')
    await maria.button(en.common.save).first().click()
    await maria.sees(say(en.cameras.edit.renamed, { camera: 'Back garden' }))
    await maria.button(en.cameras.edit.remove).click()
    await maria.looks('remove-camera')
    await maria.dialog().getByRole('button', { name: en.common.remove }).click()
    await maria.sees(say(en.cameras.edit.removed, { camera: 'Back garden' }))
  })
})

describe('a camera, its past, and what becomes of it', () => {
  test('live, with its timeline, controls and keys', async () => {
    await maria.goTo(en.places.cameras)
    await maria.page.getByRole('slider').first().waitFor()
    await playing(maria)
    await maria.looks('camera-live')
    await maria.page.keyboard.press('?')
    await maria.sees(en.camera.shortcuts.title)
    await maria.looks('camera-keys')
    await maria.page.keyboard.press('Escape')
    await maria.dialog().waitFor({ state: 'hidden' })
  })

  test('ten seconds back is the past, and now is one press away', async () => {
    // Thrice: from ten seconds ago it may catch up with now before the picture of it is taken.
    for (let i = 0; i < 3; i++) await maria.button(en.camera.back10).click()
    await maria.button(en.camera.toNow).waitFor()
    await maria.looks('camera-past')
    await maria.button(en.camera.toNow).click()
    await maria.button(en.camera.toNow).waitFor({ state: 'hidden' })
    await playing(maria)
  })

  test('a range is exported as a plain MP4 that other programs read', async () => {
    await maria.button(en.camera.select).click()
    await maria.sees(en.camera.selecting.title)
    await maria.looks('camera-selecting')
    await maria.button(en.camera.selecting.export).click()
    const saving = maria.page.waitForEvent('download', { timeout: 60_000 })
    await maria.button(en.camera.export.start).click()
    const file = await (await saving).path()
    const shown = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', file])
    expect(shown.toString().split('\n').filter(Boolean).toSorted()).toEqual(['aac', 'h264'])
    await maria.looks('camera-exported')
    await maria.button(en.common.close).first().click()
  })

  test('the range is deleted: pictures of what goes, what cannot be undone, and who has erased it', async () => {
    await maria.button(en.camera.selecting.delete).click()
    await maria.sees(en.camera.delete.title)
    await maria.sees(en.camera.delete.undo)
    await maria.looks('camera-delete')
    await maria.button(en.camera.delete.confirm).click()
    await maria.sees(en.camera.delete.done, 40_000)
    // Both browsers and the hub have signed that their keys are gone.
    await maria.sees(en.privacy.erasures.complete, 40_000)
    await maria.looks('camera-deleted')
    await maria.button(en.common.close).first().click()
    await maria.goTo(en.places.privacy)
    await maria.page
      .getByText(say(en.privacy.kept.by, { who: en.common.you, when: '' }).trim())
      .first()
      .waitFor()
  })

  test('the receipt of it is saved, and verifies without the household', async () => {
    await maria.page.getByText(en.privacy.erasures.complete).first().click()
    await maria.sees(en.privacy.unreachable.title)
    await maria.looks('privacy-receipt')
    const [download] = await Promise.all([
      maria.page.waitForEvent('download'),
      maria.button(en.privacy.receipt.save).click(),
    ])
    const file = `${data.path}/receipt.json`
    await download.saveAs(file)
    const { checks, ok } = await verifyReceipt(readFileSync(file, 'utf8'), null)
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([])
    expect(ok).toBe(true)
  })
})

describe('leaving', () => {
  test('a device that was removed is out at once, and is told so', async () => {
    await maria.goTo(en.places.family)
    await maria.button(new RegExp(JONAS)).last().click()
    await maria.looks('remove-device')
    await maria.dialog().getByRole('button', { name: en.family.remove.confirm }).click()
    await jonas.sees(de.waiting.stopped.removed.title, 10_000)
    await jonas.looks('removed')
    expect(await jonas.page.locator('video').count()).toBe(0)
  })

  test('a reload brings everything back, without asking anybody', async () => {
    await maria.page.goto(origin())
    await playing(maria)
  })

  test('nobody had anything to complain about', () => {
    maria.hasNoComplaints()
    jonas.hasNoComplaints()
  })
})
