import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { until } from '@hausrecht/testkit/until'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Product } from './product.ts'

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium'
/** Pictures of each page and state: kept as build output, to be looked at. */
const SCREENS = join(import.meta.dirname, '..', 'build', 'screens')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export type Language = 'en' | 'de'
export type Size = 'desktop' | 'phone'
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

export const launch = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', ...args],
  })

/** A browser of one person: its own storage, its own passkeys, and everything it complained about. */
export class Person {
  readonly page: Page
  readonly complaints: string[] = []
  readonly #context: BrowserContext
  readonly #size: Size
  readonly #language: Language

  private constructor(context: BrowserContext, page: Page, size: Size, language: Language) {
    this.#context = context
    this.page = page
    this.#size = size
    this.#language = language
  }

  /** @param like another person whose passkeys this one has too, as a phone has those of a laptop */
  static async meet(
    browser: Browser,
    options: {
      readonly size?: Size
      readonly language?: Language
      readonly dark?: boolean
      /** Complaints that belong to what is tested. */
      readonly expected?: RegExp
    } = {},
  ): Promise<Person> {
    const { size = 'desktop', language = 'en', dark = true, expected } = options
    const context = await browser.newContext({
      viewport: SIZES[size],
      hasTouch: size === 'phone',
      locale: language === 'en' ? 'en-GB' : 'de-DE',
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      acceptDownloads: true,
    })
    const page = await context.newPage()
    const person = new Person(context, page, size, language)
    const complain = (text: string): void => {
      if (expected?.test(text) !== true) person.complaints.push(text)
    }
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complain(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', error => complain(`page: ${error.message}`))
    page.on('crash', () => complain('the page crashed'))
    page.on('request', request => {
      const { hostname, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && hostname !== 'localhost') complain(`asked a third party: ${request.url()}`)
    })
    return person
  }

  /** An authenticator that says yes (WebAuthn, through the browser's own door for tests). */
  async withPasskeys(): Promise<{
    export(): Promise<unknown[]>
    import(credentials: readonly unknown[]): Promise<void>
  }> {
    const door = await this.#context.newCDPSession(this.page)
    await door.send('WebAuthn.enable')
    const { authenticatorId } = await door.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return {
      export: async () => (await door.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
      import: async credentials => {
        for (const credential of credentials)
          await door.send('WebAuthn.addCredential', { authenticatorId, credential: asCredential(credential) })
      },
    }
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  link(name: string | RegExp) {
    return this.page.getByRole('link', { name, exact: typeof name === 'string' })
  }

  /** The dialog that is open. */
  dialog() {
    return this.page.getByRole('dialog').or(this.page.getByRole('alertdialog'))
  }

  /** Goes to a place of the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation').first().getByRole('link', { name }).click()
  }

  /** Resolves when the text is on the page; where it does not come, there is a picture of what was there. */
  async sees(text: string | RegExp, timeoutMs = 20_000): Promise<void> {
    try {
      await this.page.getByText(text).first().waitFor({ timeout: timeoutMs })
    } catch (error) {
      mkdirSync(SCREENS, { recursive: true })
      await this.page.screenshot({ path: join(SCREENS, `missing-${this.#size}-${this.#language}.png`) })
      throw error
    }
  }

  /** Looks at a page as it is: takes its picture, and finds nothing that shuts somebody out. */
  async looks(name: string): Promise<void> {
    mkdirSync(SCREENS, { recursive: true })
    // Not in the middle of a change; what turns for ever does not count.
    await this.page.waitForFunction(() =>
      document
        .getAnimations()
        .every(({ effect }) => effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY),
    )
    await this.page.screenshot({ path: join(SCREENS, `${name}-${this.#size}-${this.#language}.png`) })
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(RULES).analyze()
    expect(
      violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
      `${name} as axe sees it`,
    ).toEqual([])
  }

  /** Nothing went wrong that a person would not have seen. */
  hasNoComplaints(): void {
    expect(this.complaints).toEqual([])
  }

  async leave(): Promise<void> {
    await this.#context.close()
  }
}

type Credential = {
  credentialId: string
  isResidentCredential: boolean
  privateKey: string
  signCount: number
}
function asCredential(value: unknown): Credential {
  const isCredential = (given: unknown): given is Credential =>
    typeof given === 'object' && given !== null && 'privateKey' in given && 'credentialId' in given
  if (!isCredential(value)) throw new Error('no credential')
  return value
}

/** The address that the product says to open, as a person would copy it. */
export const claimLink = (product: Product): Promise<string> =>
  until(() => /http:\/\/localhost:\d+\/#claim=\S+/.exec(product.output())?.[0], { what: 'the link', timeoutMs: 60_000 })

/** The six digits on the hub's side. */
export const hubDigits = (product: Product): Promise<string> =>
  until(() => /say so there: (\d{3}) ?(\d{3})/.exec(product.output())?.slice(1).join(''), {
    what: 'the digits of the hub',
    timeoutMs: 30_000,
  })
