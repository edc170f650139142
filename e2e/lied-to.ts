import { until } from '@hausrecht/testkit/until'
import { expect } from 'vitest'
import { de } from '../apps/web/src/words/de.ts'
import { en } from '../apps/web/src/words/en.ts'
import { claimLink, type Language, Person } from './app-browser.ts'
import { misplaced, shownFrames, watchFrames } from './app-frames.ts'
import type { LyingDoor } from './lying-door.ts'
import type { Product } from './product.ts'

/** Longest time until a lie is said, ms: the log is looked at every 15 s, and a witness may take 10 s more. */
const NOTICED_MS = 32_000

/** Somebody whose vault may lie. */
export class LiedTo {
  readonly person: Person
  readonly words: typeof en
  readonly #product: Product

  private constructor(person: Person, words: typeof en, product: Product) {
    this.person = person
    this.words = words
    this.#product = product
  }

  static async meet(door: LyingDoor, product: Product, language: Language): Promise<LiedTo> {
    return new LiedTo(await Person.meet(door.browser, { language }), language === 'de' ? de : en, product)
  }

  /** Opens the hub's link and asks to be let in. */
  async openLink(): Promise<void> {
    const { page } = this.person
    // From elsewhere, so that the page begins anew.
    await page.goto('about:blank')
    await page.goto(await claimLink(this.#product))
    await page.getByLabel(this.words.firstRun.names.household).fill('Linden Street 4')
    await this.person.button(this.words.common.next).click()
  }

  /** Says that the digits match, and goes home. */
  async finishLink(): Promise<void> {
    const { firstRun } = this.words
    await this.person.button(firstRun.digits.match).click()
    await this.person.button(firstRun.passkey.make).click()
    await this.person.button(firstRun.done.open).click()
    await this.isHome()
  }

  /** Opens a page anew: whatever was wrong before is forgotten, and nothing is wrong now. */
  async opens(path: string): Promise<void> {
    await this.person.page.goto(`http://localhost:${this.#product.port}${path}`)
    await this.isHome()
    await this.isCalm()
  }

  /** The log was read and the keys are here; somebody may wait to be let in, and nothing else is to be said. */
  async isHome(): Promise<void> {
    const { can, waits } = this.words.seal
    const seal = this.person.button(new RegExp(`${can.one}|${can.other}|${waits}`))
    await seal.first().waitFor({ timeout: 30_000 })
  }

  /** Nothing is said to be wrong. */
  async isCalm(): Promise<void> {
    expect(await this.person.page.getByRole('alert').allInnerTexts()).toEqual([])
  }

  /** Resolves when it is said in these words. */
  async isTold({ what }: { readonly what: string }): Promise<void> {
    await this.person.page.getByRole('alert').filter({ hasText: what }).first().waitFor({ timeout: NOTICED_MS })
  }

  /** Resolves when new pictures come. */
  async seesPictures(): Promise<void> {
    await watchFrames(this.person.page)
    await until(async () => (await shownFrames(this.person.page)).length > 10, { what: 'pictures', timeoutMs: 30_000 })
  }

  /** From now on for so long (s, of what is recorded), no picture is lost, repeated or moved but for what is not shown at all. */
  async seesNothingFalse(seconds: number): Promise<void> {
    await this.seesPictures()
    const shown = await until(
      async () => {
        const frames = await shownFrames(this.person.page)
        const [first, last] = [frames[0], frames.at(-1)]
        return first && last && last.media - first.media > seconds ? frames : null
      },
      { what: `${seconds} s of pictures`, timeoutMs: 60_000 },
    )
    expect(misplaced(shown)).toEqual([])
  }
}
