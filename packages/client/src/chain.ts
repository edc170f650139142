import { decodeAccess } from '@hausrecht/chain/access'
import type { HouseholdState } from '@hausrecht/chain/state'
import { equal, fromHex, toHex } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import type { HouseholdId } from '@hausrecht/crypto/ids'
import { type OpenedCheckpoint, openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { TlogError } from '@hausrecht/tlog/errors'
import { type NoteKey, noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { verifyConsistency, verifyInclusion } from '@hausrecht/tlog/proofs'
import { decodeEntries, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { appendLeaves, leafHash } from '@hausrecht/tlog/tree'
import { applyLeaves, type ChainState, EMPTY_CHAIN, type LoggedAccess, readGenesis } from './chain-state.ts'
import { ClientError, ForkError } from './errors.ts'
import type { LogSource } from './log-source.ts'
import { decodeView, EMPTY_VIEW, encodeView, type LogView, viewRoot } from './log-view.ts'
import type { Store } from './store.ts'

/** Whose cosignatures a checkpoint needs besides the log key of the genesis. */
export type Trust = { readonly witnesses: readonly NoteKey[]; readonly quorum: number }

/** What one look at the log brought. */
export type Synced = {
  /** New control entries, in the order of the log. */
  readonly entries: ChainState['entries']
  /** New accesses: who fetched what. */
  readonly accesses: ChainState['accesses']
}

const VIEW = 'chain/view'
const ENTRIES = 'chain/entries.'
const ACCESSES = 'chain/accesses.'
const EVIDENCE = 'evidence/'
const BATCH_MAX_BYTES = 64 * 1024 * 1024
/** Is anybody there? People wait for this answer. */
const KNOCK = { timeoutMs: 5000, attempts: 1 }

/**
 * The household's log, followed leaf by leaf. Each sync fetches every new leaf, hashes it and compares the root with the signed,
 * cosigned checkpoint: that one comparison proves inclusion of every entry, consistency with all that was seen before, and that
 * no entry (commutative ones too) was left out. Nothing of an unchecked leaf is used.
 */
export class Chain {
  readonly household: HouseholdId
  readonly #store: Store
  readonly #source: LogSource
  readonly #trust: Trust
  readonly #keepAccesses: boolean
  #view: LogView = EMPTY_VIEW
  #anchor: Anchor | null = null
  #chain: ChainState = EMPTY_CHAIN
  #syncing: Promise<Synced> | null = null
  #next: Promise<Synced> | null = null

  private constructor(household: HouseholdId, store: Store, source: LogSource, trust: Trust, keepAccesses: boolean) {
    this.household = household
    this.#store = store
    this.#source = source
    this.#trust = trust
    this.#keepAccesses = keepAccesses
  }

  /**
   * Opens what was checked before; does not speak to the vault.
   * @param keepAccesses whether accesses are kept too, for a device that shows people who looked
   */
  static async open(
    household: HouseholdId,
    store: Store,
    source: LogSource,
    trust: Trust,
    keepAccesses = false,
  ): Promise<Chain> {
    const chain = new Chain(household, store, source, trust, keepAccesses)
    await chain.#store.exclusive('chain', () => chain.#reload())
    return chain
  }

  /** @throws ClientError not_member before the first sync */
  get state(): HouseholdState {
    if (this.#chain.state === null) throw new ClientError('not_member')
    return this.#chain.state
  }

  /** All control entries, in the order of the log. */
  get entries(): ChainState['entries'] {
    return this.#chain.entries
  }

  /** What the vault says it has removed, and read back, by order. */
  get removals(): ChainState['removals'] {
    return this.#chain.removals
  }

  /** Null before the first sync. */
  get known(): HouseholdState | null {
    return this.#chain.state
  }

  get view(): LogView {
    return this.#view
  }

  /** False for a household that asks for no cosignatures: its log has no clock but those of its devices. */
  get asksWitnesses(): boolean {
    return this.#trust.quorum > 0
  }

  /**
   * The latest that this process knows of the witnesses' time: what they had signed (ms) when a clock that nobody can set
   * (`performance.now`) said `ran`. Older signatures that come later do not set it back. Null while none was seen.
   */
  get anchor(): Anchor | null {
    return this.#anchor
  }

  /** When the witnesses that count saw the newest checkpoint, ms, by their clocks; null when none is asked for, or none was seen. */
  get witnessedAt(): number | null {
    const times = [...this.#view.cosigned.values()].toSorted((a, b) => b - a)
    return times[this.#trust.quorum - 1] ?? null
  }

  /**
   * Fetches and checks everything new.
   * @throws ForkError log_forked | log_rolled_back: two signed checkpoints are kept as evidence; a fork stops this device for good
   * @throws ClientError bad_checkpoint | not_cosigned | log_mismatch | bad_log_entry
   */
  sync(): Promise<Synced> {
    if (this.#syncing === null) {
      this.#syncing = this.#sync().finally(() => {
        this.#syncing = null
      })
      return this.#syncing
    }
    // One that is under way may have looked before this was asked for. All who come meanwhile share the one after it.
    this.#next ??= this.#syncing
      .catch(() => undefined)
      .then(() => {
        this.#next = null
        return this.sync()
      })
    return this.#next
  }

  async #sync(): Promise<Synced> {
    // A vault that hangs must not make this process hold the lock that others of this device wait for: knock first, outside of it.
    let note = await this.#source.checkpoint(KNOCK)
    return this.#store.exclusive('chain', async () => {
      await this.#reload()
      await this.#refuseIfForked()
      const before = this.#view
      const known = this.#chain.entries.length
      const leaves = new Leaves(this.#source)
      let checkpoint = await this.#open(note, leaves)
      if (checkpoint.size < before.size) {
        // Another process of this device may have looked later than the knock.
        note = await this.#source.checkpoint()
        checkpoint = await this.#open(note, leaves)
      }
      if (checkpoint.size < before.size) await this.#alarm('log_rolled_back', note)
      const added = await leaves.read(before.size, checkpoint.size)
      const appended = appendLeaves(before.size, before.frontier, added.map(leafHash))
      if (toHex(appended.root) !== toHex(checkpoint.root)) await this.#explain(checkpoint)
      const next = await applyLeaves(
        this.household,
        this.#chain,
        added.map((leaf, offset) => [before.size + offset, leaf]),
      )
      await this.#save(
        { size: checkpoint.size, frontier: appended.frontier, note, cosigned: checkpoint.cosigned },
        next,
        known,
      )
      return { entries: next.entries.slice(known), accesses: next.accesses }
    })
  }

  /** Checks that a leaf stands at `index` of the log this device follows; syncs first if the log was not that long. */
  async proveIncluded(index: number, leaf: Uint8Array): Promise<void> {
    if (this.#view.size <= index) {
      // What a sync brings was hashed into the checkpoint with all other leaves: that is the proof.
      const { accesses } = await this.sync()
      if (accesses.some(logged => logged.index === index && equal(logged.access.bytes, leaf))) return
    }
    const { size } = this.#view
    const root = viewRoot(this.#view)
    if (size <= index) throw new ClientError('log_mismatch', `leaf ${index} is not in the log of ${size}`)
    const proof = await this.#source.inclusionProof(index, size)
    try {
      verifyInclusion({ leafHash: leafHash(leaf), index, size, proof, root })
    } catch (error) {
      throw new ClientError('log_mismatch', `leaf ${index}`, { cause: error })
    }
  }

  /**
   * Accesses that were kept, newest first, each checked when it was read.
   * @param before only those before this place in the log; null is the end
   */
  async accesses(before: number | null, limit: number): Promise<readonly LoggedAccess[]> {
    const found: LoggedAccess[] = []
    for (const name of (await this.#store.list(ACCESSES)).toReversed()) {
      if (before !== null && batchIndex(ACCESSES, name) >= before) continue
      for (const [index, bytes] of readBatch(await this.#store.read(name)).toReversed()) {
        if (index >= this.#view.size || (before !== null && index >= before)) continue
        found.push({ access: decodeAccess(bytes), index })
        if (found.length >= limit) return found
      }
    }
    return found
  }

  /** Names of kept evidence, oldest first. */
  evidence(): Promise<readonly string[]> {
    return this.#store.list(EVIDENCE)
  }

  async #open(note: string, leaves: Leaves): Promise<OpenedCheckpoint> {
    const known = this.#chain.state
    const { origin, vaultKey } = known ?? (await readGenesis(this.household, await leaves.first()))
    try {
      const log = noteKey(`${origin}/hh/${this.household}`, TYPE_ED25519, vaultKey)
      return await openCheckpoint(note, { log, ...this.#trust })
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      const code = error.code === 'too_few_witnesses' ? 'not_cosigned' : 'bad_checkpoint'
      throw new ClientError(code, error.message, { cause: error })
    }
  }

  /** The leaves do not give the checkpoint's root: did the vault lie about leaves, or about the log? */
  async #explain(checkpoint: OpenedCheckpoint): Promise<never> {
    const { size } = this.#view
    if (size > 0) {
      try {
        const proof = size === checkpoint.size ? [] : await this.#source.consistencyProof(size, checkpoint.size)
        const [oldRoot, newRoot] = [viewRoot(this.#view), checkpoint.root]
        verifyConsistency({ oldSize: size, newSize: checkpoint.size, oldRoot, newRoot, proof })
      } catch (error) {
        if (error instanceof TlogError) return this.#alarm('log_forked', checkpoint.note)
        throw error
      }
    }
    throw new ClientError('log_mismatch', `leaves ${size} to ${checkpoint.size}`)
  }

  async #alarm(code: 'log_forked' | 'log_rolled_back', note: string): Promise<never> {
    const number = (await this.evidence()).length
    const name = `${EVIDENCE}${code.replaceAll('_', '-')}-${number}`
    await this.#store.write(name, encode([this.#view.note, note]))
    throw new ForkError(code, [this.#view.note, note], name)
  }

  /** A fork stays a reason to stop until a person has looked at it and removed the evidence. */
  async #refuseIfForked(): Promise<void> {
    const [name] = await this.#store.list(`${EVIDENCE}log-forked-`)
    if (name === undefined) return
    const kept = decode((await this.#store.read(name)) ?? new Uint8Array(0))
    const [a, b] = Array.isArray(kept) ? kept : []
    throw new ForkError('log_forked', [String(a), String(b)], name)
  }

  /** Entries first, then the view that makes them count: a crash in between leaves a batch that is written again. */
  async #save(view: LogView, chain: ChainState, known: number): Promise<void> {
    const removals = [...chain.removals.values()].filter(({ index }) => index >= this.#view.size)
    const added = [
      ...chain.entries.slice(known).map(({ entry, index }) => [index, entry.bytes] as const),
      ...removals.map(({ removal, index }) => [index, removal.encoded] as const),
    ]
    await this.#keep(
      ENTRIES,
      added.toSorted(([a], [b]) => a - b),
    )
    if (this.#keepAccesses)
      await this.#keep(
        ACCESSES,
        chain.accesses.map(({ access, index }) => [index, access.bytes]),
      )
    if (view.note !== this.#view.note) {
      await this.#store.write(VIEW, encodeView(view))
    }
    this.#view = view
    this.#anchor = laterAnchor(this.#anchor, this.witnessedAt, performance.now())
    this.#chain = { ...chain, accesses: [] }
  }

  async #keep(prefix: string, leaves: readonly (readonly [index: number, bytes: Uint8Array])[]): Promise<void> {
    if (leaves.length === 0) return
    await this.#store.write(`${prefix}${toHex(indexBytes(leaves[0]?.[0] ?? 0))}`, encode(leaves))
  }

  /** Takes over what another process of this device has checked. */
  async #reload(): Promise<void> {
    const bytes = await this.#store.read(VIEW)
    if (bytes === null) return
    const view = decodeView(bytes)
    if (view.note === this.#view.note) return
    const added: (readonly [number, Uint8Array])[] = []
    for (const name of await this.#store.list(ENTRIES)) {
      const first = batchIndex(ENTRIES, name)
      if (first < this.#view.size || first >= view.size) continue
      added.push(...readBatch(await this.#store.read(name)).filter(([index]) => index < view.size))
    }
    this.#chain = await applyLeaves(this.household, this.#chain, added)
    this.#view = view
    this.#anchor = laterAnchor(this.#anchor, this.witnessedAt, performance.now())
  }
}

export type Anchor = { readonly at: number; readonly ran: number }

/** Which of the two says the later time, now that the clock says `ran`. */
export function laterAnchor(known: Anchor | null, at: number | null, ran: number): Anchor | null {
  if (at === null) return known
  return known !== null && known.at + (ran - known.ran) > at ? known : { at, ran }
}

/** The log's leaves, bundle by bundle. */
class Leaves {
  readonly #source: LogSource
  #first: Uint8Array | undefined

  constructor(source: LogSource) {
    this.#source = source
  }

  async first(): Promise<Uint8Array | undefined> {
    this.#first ??= decodeEntries(await this.#source.entryBundle(0, 1))[0]
    return this.#first
  }

  async read(from: number, to: number): Promise<Uint8Array[]> {
    const leaves: Uint8Array[] = []
    for (let bundle = Math.floor(from / TILE_WIDTH); bundle * TILE_WIDTH < to; bundle++) {
      const start = bundle * TILE_WIDTH
      const width = Math.min(TILE_WIDTH, to - start)
      const entries = decodeEntries(await this.#source.entryBundle(bundle, width))
      if (entries.length < width) throw new ClientError('log_mismatch', `bundle ${bundle} is too short`)
      leaves.push(...entries.slice(Math.max(0, from - start), width))
    }
    return leaves
  }
}

function indexBytes(index: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(index))
  return bytes
}

const batchIndex = (prefix: string, name: string): number =>
  Number(new DataView(fromHex(name.slice(prefix.length)).buffer).getBigUint64(0))

function readBatch(bytes: Uint8Array | null): readonly (readonly [number, Uint8Array])[] {
  const value = bytes === null ? null : decode(bytes, BATCH_MAX_BYTES)
  if (!Array.isArray(value)) throw new ClientError('home_damaged', 'chain entries')
  return value.map((item: CborValue) => {
    const [index, entry] = Array.isArray(item) ? item : []
    if (typeof index !== 'number' || !(entry instanceof Uint8Array))
      throw new ClientError('home_damaged', 'chain entries')
    return [index, entry]
  })
}
