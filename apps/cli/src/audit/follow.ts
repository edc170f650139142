import { decodeAccess } from '@hausrecht/chain/access'
import { verifyAccessRequest } from '@hausrecht/chain/access-request'
import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import { decodeEntry, type VerifiedEntry } from '@hausrecht/chain/entry'
import { ChainError } from '@hausrecht/chain/errors'
import type { LogLeaf } from '@hausrecht/chain/log-leaf'
import { checkRemoval, decodeRemoval } from '@hausrecht/chain/removal'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { DeviceId, OrderId } from '@hausrecht/crypto/ids'
import { BAD_LEAF, type Outcome } from './checks.ts'
import type { Keys, LeafJudged } from './judge.ts'
import { Tally } from './tally.ts'
import { Times } from './times.ts'

/** Follows the household through its log: what can only be judged in order. The heavy part of each leaf was judged before (`judge.ts`). */
export class Follower {
  readonly tally = new Tally()
  readonly #outcome: Outcome
  readonly #times: Times
  #state: HouseholdState | null = null
  #keys: Keys = null
  readonly #removed = new Set<OrderId>()
  /** An entry was refused: what the rules say of the entries behind it means nothing. */
  #broken = false

  constructor(outcome: Outcome) {
    this.#outcome = outcome
    this.#times = new Times(outcome)
  }

  get state(): HouseholdState | null {
    return this.#state
  }

  get keys(): Keys {
    return this.#keys
  }

  /** The first leaf, before anything else: it names the log's key. False when it is no genesis. */
  async begin(leaf: Uint8Array | null): Promise<boolean> {
    try {
      const entry = await verifyEntry(null, decodeEntry(leaf ?? new Uint8Array(0)))
      const applied = applyEntry(null, entry)
      if (applied.ok) {
        this.#advance(applied.state)
        this.#see('entry', entry.statement.type, 0, entry.time)
        return true
      }
      this.#outcome.fail({ code: 'bad_genesis', reason: applied.code })
    } catch (error) {
      if (!(error instanceof ChainError)) throw error
      this.#outcome.fail({ code: 'bad_genesis', reason: leaf === null ? 'no_leaf' : error.code })
    }
    this.#broken = true
    return false
  }

  /** @param bytes the leaf itself, looked at again only where its place matters */
  async leaf(index: number, bytes: Uint8Array, judged: LeafJudged): Promise<void> {
    if (index === 0) return
    switch (judged.kind) {
      case 'entry':
        return this.#entry(index, bytes, judged.signed)
      case 'access':
        return this.#access(index, bytes, judged)
      case 'removal':
        return this.#removal(index, bytes, judged.time)
      case 'bad': {
        if (judged.of === 'entry') this.#broken = true
        return this.#outcome.fail({ code: BAD_LEAF[judged.of], leaf: index, reason: judged.reason })
      }
      default:
        return judged satisfies never
    }
  }

  /** What could not be judged because an entry was refused. */
  end(): void {
    if (this.#broken) this.#outcome.leave('undecided', 'accesses', 'times')
  }

  async #entry(index: number, bytes: Uint8Array, signed: 'yes' | 'unknown'): Promise<void> {
    const entry = decodeEntry(bytes)
    this.#see('entry', entry.statement.type, index, entry.time)
    if (this.#broken) return
    try {
      // A device is named by its key, so the key it was signed by is the one that the state has, if it has the device at all.
      const verified = signed === 'yes' ? (entry as VerifiedEntry) : await verifyEntry(this.#state, entry)
      const applied = applyEntry(this.#state, verified)
      if (applied.ok) this.#advance(applied.state)
      else this.#refuse({ code: 'rejected_entry', leaf: index, reason: applied.code })
    } catch (error) {
      if (!(error instanceof ChainError)) throw error
      this.#refuse({ code: 'bad_entry', leaf: index, reason: error.code })
    }
  }

  async #access(
    index: number,
    bytes: Uint8Array,
    { time, reader, asked }: Extract<LeafJudged, { kind: 'access' }>,
  ): Promise<void> {
    this.#see('access', 'access', index, time)
    this.tally.access(reader, time)
    const known = this.#state?.devices.get(reader)
    if (known === undefined) {
      if (!this.#broken) this.#outcome.fail({ code: 'unknown_reader', leaf: index, reader })
      return
    }
    if (asked === 'yes' || !this.#state) return
    try {
      await verifyAccessRequest(decodeAccess(bytes), this.#state.household, known.publicKey)
    } catch (error) {
      if (!(error instanceof ChainError)) throw error
      this.#outcome.fail({ code: 'bad_access', leaf: index, reason: error.code })
    }
  }

  #removal(index: number, bytes: Uint8Array, time: number): void {
    this.#see('removal', 'removal', index, time)
    if (this.#broken || this.#state === null) return
    try {
      const removal = decodeRemoval(bytes)
      checkRemoval(this.#state, this.#removed, removal)
      this.#removed.add(removal.order)
    } catch (error) {
      if (!(error instanceof ChainError)) throw error
      this.#outcome.fail({ code: 'bad_removal', leaf: index, reason: error.code })
    }
  }

  #see(kind: LogLeaf['kind'], type: string, index: number, time: number): void {
    this.tally.leaf(type, time)
    this.#times.see(index, time, kind === 'entry' ? 'device' : 'vault')
  }

  #refuse(fault: Extract<Parameters<Outcome['fail']>[0], { code: 'bad_entry' | 'rejected_entry' }>): void {
    this.#broken = true
    this.#outcome.fail(fault)
  }

  #advance(state: HouseholdState): void {
    const devices = this.#state?.devices
    this.#state = state
    if (this.#keys !== null && devices?.size === state.devices.size) return
    const keys = new Map<DeviceId, Uint8Array>()
    for (const { id, publicKey } of state.devices.values()) keys.set(id, publicKey)
    this.#keys = { household: state.household, vaultKey: state.vaultKey, devices: keys }
  }
}
