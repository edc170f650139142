import { activeDevice } from '@hausrecht/chain/rights'
import { type Comparison, compareWith } from '@hausrecht/client/approve'
import { type ClaimCode, changeClaim, closeClaim, isOpen, readClaim } from '@hausrecht/client/claim-code'
import { claimProof, confirmProof, openName } from '@hausrecht/client/claim-proofs'
import { type OpenDevice, sync } from '@hausrecht/client/device'
import { ClientError } from '@hausrecht/client/errors'
import type { CallOptions } from '@hausrecht/client/http-call'
import { JOIN_EXPIRES_MS } from '@hausrecht/client/join-attempt'
import { VaultError } from '@hausrecht/client/vault-error'
import type { Pending } from '@hausrecht/contract/schemas'
import { equal, fromBase64 } from '@hausrecht/crypto/bytes'
import { type DeviceId, parseDeviceId } from '@hausrecht/crypto/ids'
import { pause } from './backoff.ts'

/** How often requests are looked for while a link waits for its browser. */
export const CLAIM_LOOK_MS = 500
/** And while none does: whoever comes by an old link is told so. */
export const CLAIM_IDLE_MS = 5000

/** What the hub's screen shows of its link. `dead`: too many wrong proofs, or too old. */
export type ClaimStatus = {
  readonly state: 'open' | 'comparing' | 'dead'
  /** To be compared with the browser's. */
  readonly digits: string | null
  readonly device: string | null
}

export type ClaimDeskOptions = {
  readonly device: OpenDevice
  /** A browser was let in. */
  readonly onAdmitted: (device: DeviceId) => void
  readonly onWrong: (device: string, wrong: number) => void
  readonly onProblem: (error: unknown) => void
}

/** A comparison under way with the device that sent this commitment. */
type Visit = {
  readonly device: DeviceId
  readonly commitment: string
  readonly since: number
  readonly stop: AbortController
  comparison: Comparison | null
  over: boolean
}

type Visitor = Pending & { readonly claim: string }

/**
 * Lets in the browser that comes by the hub's link: proves and demands the code, compares digits, and admits as soon as the browser's
 * person said that they are equal. The newest browser with the code is the one: whoever reloads the page is not kept waiting by the
 * page that is gone. docs/formats/join.md §Claim links
 */
export class ClaimDesk {
  readonly #options: ClaimDeskOptions
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #visit: Visit | null = null
  #status: ClaimStatus | null = null
  #woken = new AbortController()
  #said = ''
  /** Commitments whose proof was counted as wrong: a vault that goes on listing one does not make it several. */
  readonly #counted = new Set<string>()

  constructor(options: ClaimDeskOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  status(): ClaimStatus | null {
    return this.#status
  }

  /** Something new may have come: looks now. */
  wake(): void {
    this.#woken.abort()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.wake()
    this.#leave()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#woken = new AbortController()
      let open = false
      try {
        open = await this.#look()
        if (this.#visit === null || this.#visit.comparison !== null) this.#said = ''
      } catch (error) {
        this.#report(error)
      }
      await pause(open ? CLAIM_LOOK_MS : CLAIM_IDLE_MS, AbortSignal.any([this.#stop.signal, this.#woken.signal]))
    }
  }

  /** The same again is not news. */
  #report(error: unknown): void {
    const said = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (said !== this.#said && !this.#stop.signal.aborted) this.#options.onProblem(error)
    this.#said = said
  }

  /** @returns whether a link waits for its browser */
  async #look(): Promise<boolean> {
    const { device } = this.#options
    const kept = await readClaim(device.store)
    const claim = kept === null ? null : await this.#settle(kept)
    const open = claim !== null && isOpen(claim, device.clock.now()) ? claim : null
    if (open === null) this.#leave()
    this.#show(claim, open)
    const visitors = (await device.vault.listPending(this.#once())).filter(
      (row): row is Visitor => row.claim !== undefined,
    )
    const right = visitors.filter(row => open !== null && proved(device, open, row))
    for (const row of visitors) if (!right.includes(row)) await this.#turnAway(open, row)
    const newest = right.at(-1)
    for (const row of right) if (row !== newest) await this.#cancel(row.device)
    if (open !== null && newest !== undefined) await this.#receive(open, newest)
    else this.#leave()
    this.#show(claim, open)
    return open !== null
  }

  /** After a crash: the device that was being let in either is in the chain, and the code is used, or it is not. */
  async #settle(claim: ClaimCode): Promise<ClaimCode | null> {
    const { device, onAdmitted } = this.#options
    const { admitting } = claim
    if (admitting === null) return claim
    await sync(device)
    if (!device.chain.state.devices.has(admitting)) {
      await changeClaim(device.store, claim, { admitting: null })
      return { ...claim, admitting: null }
    }
    await closeClaim(device.store, claim)
    if (activeDevice(device.chain.state, admitting) !== null) onAdmitted(admitting)
    await this.#cancel(admitting)
    return null
  }

  async #receive(claim: ClaimCode, row: Visitor): Promise<void> {
    const visit = this.#visit
    if (visit === null || visit.commitment !== row.commitment || visit.over) {
      this.#leave()
      // A challenge of an earlier run of this hub: its nonce is gone, so the browser has to ask again.
      if (row.challenge !== null) await this.#cancel(row.device)
      else this.#begin(claim, row)
      return
    }
    const { clock } = this.#options.device
    if (clock.now() > visit.since + JOIN_EXPIRES_MS) {
      this.#leave()
      await this.#cancel(row.device)
    } else if (visit.comparison !== null && row.confirm !== undefined) {
      await this.#admit(claim, visit, visit.comparison, row.confirm)
    }
  }

  #begin(claim: ClaimCode, row: Visitor): void {
    const { device } = this.#options
    const stop = new AbortController()
    const visit: Visit = {
      ...{ device: parseDeviceId(row.device), commitment: row.commitment, since: device.clock.now() },
      ...{ stop, comparison: null, over: false },
    }
    this.#visit = visit
    compareWith(device, visit.device, stop.signal, claim.code).then(
      comparison => {
        visit.comparison = comparison
        this.wake()
      },
      error => {
        visit.over = true
        if (!stop.signal.aborted) this.#report(error)
      },
    )
  }

  async #admit(
    claim: ClaimCode,
    visit: Visit,
    comparison: Comparison,
    { mac, name: sealed }: NonNullable<Pending['confirm']>,
  ): Promise<void> {
    const { device } = this.#options
    const { code } = claim
    const { transcript } = comparison
    let name: string
    try {
      if (!equal(confirmProof(code, transcript), fromBase64(mac))) throw new ClientError('join_broken', 'confirm')
      name = await openName(code, transcript, fromBase64(sealed))
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      this.#leave()
      await this.#count(claim, visit.device, visit.commitment)
      await this.#cancel(visit.device)
      return
    }
    await changeClaim(device.store, claim, { admitting: visit.device })
    try {
      await comparison.approve({ name, roles: ['admin', 'session'], from: 0, streams: 'all' })
    } catch (error) {
      // The chain's rules say no, and will again. Everything else is tried again at the next look.
      if (error instanceof VaultError && error.code === 'entry_rejected') await this.#cancel(visit.device)
      throw error
    }
    await this.#settle({ ...claim, admitting: visit.device })
    this.#leave()
    this.wake()
  }

  /** With a link open, a wrong proof counts; without one there is nothing to guess. */
  async #turnAway(open: ClaimCode | null, row: Visitor): Promise<void> {
    if (open !== null) await this.#count(open, row.device, row.commitment)
    await this.#cancel(row.device)
  }

  async #count(claim: ClaimCode, device: string, commitment: string): Promise<void> {
    if (this.#counted.has(commitment)) return
    this.#counted.add(commitment)
    const { store } = this.#options.device
    const wrong = ((await readClaim(store))?.wrong ?? claim.wrong) + 1
    await changeClaim(store, claim, { wrong })
    this.#options.onWrong(device, wrong)
  }

  async #cancel(device: string): Promise<void> {
    await this.#options.device.vault.cancelPending(parseDeviceId(device), this.#once()).catch((error: unknown) => {
      if (!(error instanceof VaultError) || error.status === 0) throw error
    })
  }

  /** The next look is the next try; and nobody waits for a vault that is away when the hub stops. */
  #once(): CallOptions {
    return { signal: this.#stop.signal, attempts: 1 }
  }

  #leave(): void {
    this.#visit?.stop.abort()
    this.#visit = null
  }

  #show(claim: ClaimCode | null, open: ClaimCode | null): void {
    const comparison = this.#visit?.comparison ?? null
    if (claim === null) this.#status = null
    else if (open === null) this.#status = { state: 'dead', digits: null, device: null }
    else if (comparison === null) this.#status = { state: 'open', digits: null, device: null }
    else this.#status = { state: 'comparing', digits: comparison.digits, device: comparison.device }
  }
}

/** Did this device prove that it knows the code? */
function proved({ household }: OpenDevice, { code }: ClaimCode, row: Visitor): boolean {
  const proof = claimProof(code, household, fromBase64(row.publicKey), fromBase64(row.commitment))
  return equal(proof, fromBase64(row.claim))
}
