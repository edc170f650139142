import { decodeList, hourEnd, hourOfLeaf, manifestOf, summaryOf } from '@hausrecht/chain/manifest'
import { isGone } from '@hausrecht/chain/retention'
import { canRecord } from '@hausrecht/chain/rights'
import { type OpenDevice, self, sync } from '@hausrecht/client/device'
import { ClientError } from '@hausrecht/client/errors'
import { householdNow } from '@hausrecht/client/household-clock'
import { ENDS_SOON_MS } from '@hausrecht/client/manifests'
import { submit } from '@hausrecht/client/submit'
import type { ObjectId } from '@hausrecht/crypto/ids'
import type { Acknowledged, Journal } from './journal.ts'

/** A segment that began in an hour is sealed so long after it at the latest, ms. */
export const SIGN_AFTER_MS = 120_000
/** Hours signed in one round: orders and keys must not wait behind a backlog. */
export const SIGN_AT_ONCE = 4
/** A vault that does not list what it acknowledged is asked again after this, ms. */
export const ASK_AGAIN_MS = 10 * 60_000

export type SignerOptions = {
  readonly device: OpenDevice
  readonly journal: Journal
  /** Is everything recorded before this moment acknowledged, or given up? */
  readonly drained: (before: number) => boolean
  /** The vault has acknowledged so many objects of this hour, and says now that it has not got them. */
  readonly onWithheld: (hour: number, count: number) => void
}

/**
 * Signs each hour what the vault has acknowledged of it, so that other devices notice when it drops something later
 * (docs/formats/chain.md §Manifests). Of an hour of which it drops something before, nothing is signed: that is said instead.
 */
export class ManifestSigner {
  readonly #options: SignerOptions
  readonly #asked = new Map<number, number>()
  #withheld = new Map<number, number>()

  constructor(options: SignerOptions) {
    this.#options = options
  }

  /** Objects that the vault has acknowledged and does not list, of hours that were to be signed. */
  get withheld(): number {
    return [...this.#withheld.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Signs what is due. Call after `sync`. @throws VaultError, ClientError: it is tried again with the next round */
  async round(): Promise<void> {
    const { device, journal, drained } = this.#options
    const now = device.clock.now()
    let signed = 0
    for (const hour of journal.hours()) {
      const end = hourEnd(hour)
      if (now < end + SIGN_AFTER_MS || !drained(end)) return
      if (hour <= self(device).manifested) await journal.drop(hour)
      else if (now - (this.#asked.get(hour) ?? Number.NEGATIVE_INFINITY) >= ASK_AGAIN_MS) {
        await this.#sign(hour)
        if (++signed >= SIGN_AT_ONCE) return
      }
    }
  }

  async #sign(hour: number): Promise<void> {
    const { device, journal, onWithheld } = this.#options
    if (this.#left(hour).length === 0) return journal.drop(hour)
    const parts = await device.vault.draftManifest(hour)
    const listed = new Set<ObjectId>()
    for (const { stream, list } of parts) {
      if (!canRecord(device.chain.state, device.id, stream)) throw new ClientError('log_mismatch', 'manifest: stream')
      for (const { leaf, object } of decodeList(list)) {
        if (hourOfLeaf(leaf) !== hour) throw new ClientError('log_mismatch', 'manifest: hour')
        listed.add(object)
      }
    }
    let absent = this.#left(hour).filter(object => !listed.has(object))
    if (absent.length > 0) {
      // An order that came meanwhile explains it, if this device reads it in the log itself.
      await sync(device)
      absent = this.#left(hour).filter(object => !listed.has(object))
    }
    if (absent.length > 0) {
      this.#asked.set(hour, device.clock.now())
      this.#withheld = new Map(this.#withheld).set(hour, absent.length)
      return onWithheld(hour, absent.length)
    }
    const said = manifestOf(parts.map(({ stream, list }) => summaryOf(stream, list)))
    await submit(device, () => ({ statement: { type: 'manifest', hour, ...said } }))
    this.#withheld.delete(hour)
    await journal.drop(hour)
  }

  /** What was acknowledged of an hour and has not ended since, nor is about to. */
  #left(hour: number): readonly ObjectId[] {
    const { device, journal } = this.#options
    const soon = householdNow(device) + ENDS_SOON_MS
    const kept = ([, { leaf, stream }]: readonly [ObjectId, Acknowledged]): boolean =>
      !isGone(device.chain.state, stream, leaf, soon)
    return [...journal.of(hour)].filter(kept).map(([object]) => object)
  }
}
