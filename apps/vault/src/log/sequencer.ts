import type { Logged } from '@hausrecht/contract/schemas'
import { concat, toBase64 } from '@hausrecht/crypto/bytes'
import type { HouseholdId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { inclusionProof } from '@hausrecht/tlog/proofs'
import { appendLeaves, HASH_BYTES, type HashReader, leafHash } from '@hausrecht/tlog/tree'
import type { Transaction } from 'kysely'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import type { Tables } from '../db/schema.ts'
import { VaultRefusal } from '../errors.ts'
import { nodeReader, roundReader, storeNodes } from './node-reader.ts'
import type { Witnesses } from './witnesses.ts'

/** Leaves integrated in one round at most: one transaction, one checkpoint, one question to each witness. */
export const BATCH_MAX = 256
/** Witnesses are asked again for a line that a checkpoint lacks, at most so often. */
const ASK_AGAIN_MS = 2000

/**
 * Lines of witnesses that are older than this are asked for anew when somebody reads the checkpoint, ms: by their time devices know that a
 * log which does not grow is not held back.
 */
export const COSIGNED_MOST_MS = 2 * 60_000

/** A reader of the checkpoint waits for so many rounds at most. */
const ROUNDS_WAITED = 3

/** Makes the leaf inside the transaction, or refuses; the household's row is locked. `logIndex` is where the leaf will stand. */
export type MakeLeaf = (
  tx: Transaction<Tables>,
  logIndex: number,
) => Promise<{ readonly leaf: Uint8Array; committed?(): void }>

type Made = { readonly waiting: Waiting; readonly logIndex: number; readonly leaf: Uint8Array; committed?(): void }
type Round = {
  readonly made: readonly Made[]
  readonly checkpoint: string
  readonly size: number
  readonly reader: HashReader
}
type Waiting = { readonly make: MakeLeaf; resolve(logged: Logged): void; reject(error: unknown): void }

/**
 * Writes each household's log: whoever waits at the same time shares a round. A leaf is acknowledged only when it is durable, in a
 * signed checkpoint that the witnesses were asked to cosign, with its proof: log before serve.
 */
export class Sequencer {
  readonly #db: Database
  readonly #key: SigningKey
  readonly #origin: string
  readonly #witnesses: Witnesses
  readonly #clock: Clock
  readonly #waiting = new Map<HouseholdId, Waiting[]>()
  readonly #running = new Set<HouseholdId>()
  /** The round under way of each household; settles when its checkpoint has the lines it gets. */
  readonly #rounds = new Map<HouseholdId, Promise<void>>()
  /** When a checkpoint that lacks a line was last shown to the witnesses again. */
  readonly #asked = new Map<HouseholdId, number>()
  /** When the witnesses were asked about the newest checkpoint, ms; nothing after a start. */
  readonly #cosigned = new Map<HouseholdId, number>()

  constructor(options: { db: Database; key: SigningKey; origin: string; witnesses: Witnesses; clock: Clock }) {
    this.#db = options.db
    this.#clock = options.clock
    this.#key = options.key
    this.#origin = options.origin
    this.#witnesses = options.witnesses
  }

  append(household: HouseholdId, make: MakeLeaf): Promise<Logged> {
    return new Promise((resolve, reject) => {
      const queue = this.#waiting.get(household) ?? []
      queue.push({ make, resolve, reject })
      this.#waiting.set(household, queue)
      if (!this.#running.has(household)) void this.#run(household)
    })
  }

  /**
   * The newest checkpoint. One that is just being cosigned is waited for: devices refuse it without its lines. A witness that was away when it was made is asked again, so that devices which want its line need not
   * wait for the next entry; and so are all when their lines grow old.
   */
  async checkpoint(household: HouseholdId): Promise<string> {
    let row = await this.#newest(household)
    for (let rounds = 0; rounds < ROUNDS_WAITED && this.#lacks(row.checkpoint); rounds++) {
      const round = this.#rounds.get(household)
      if (round === undefined) break
      await round
      row = await this.#newest(household)
    }
    const { checkpoint } = row
    const isWhole = !this.#lacks(checkpoint)
    if (isWhole && !this.#isOld(household)) {
      this.#asked.delete(household)
      return checkpoint
    }
    const now = performance.now()
    const lately = now - (this.#asked.get(household) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS
    // Whoever is in a round makes a newer one.
    if (lately || this.#running.has(household)) return checkpoint
    this.#asked.set(household, now)
    const cosigned = await this.#witnesses.cosign(signedOnly(checkpoint), nodeReader(this.#db, household))
    // A witness that is away takes nothing back.
    if (isWhole && this.#lacks(cosigned)) return checkpoint
    this.#cosigned.set(household, this.#clock.now())
    await this.#keep(household, cosigned, row.log_size)
    return cosigned
  }

  #newest(household: HouseholdId): Promise<{ readonly checkpoint: string; readonly log_size: number }> {
    return this.#db
      .selectFrom('household')
      .select(['checkpoint', 'log_size'])
      .where('id', '=', household)
      .executeTakeFirstOrThrow()
  }

  #lacks(checkpoint: string): boolean {
    return checkpoint !== '' && this.#witnesses.isMissingOn(checkpoint)
  }

  #isOld(household: HouseholdId): boolean {
    const at = this.#cosigned.get(household) ?? Number.NEGATIVE_INFINITY
    return this.#witnesses.states.length > 0 && this.#clock.now() - at > COSIGNED_MOST_MS
  }

  async #keep(household: HouseholdId, checkpoint: string, size: number): Promise<void> {
    await this.#db
      .updateTable('household')
      .set({ checkpoint })
      .where('id', '=', household)
      .where('log_size', '=', size)
      .execute()
  }

  async #run(household: HouseholdId): Promise<void> {
    this.#running.add(household)
    for (;;) {
      const batch = this.#waiting.get(household)?.splice(0, BATCH_MAX) ?? []
      if (batch.length === 0) break
      const round = this.#round(household, batch)
      this.#rounds.set(household, round)
      await round
    }
    this.#rounds.delete(household)
    this.#waiting.delete(household)
    this.#running.delete(household)
  }

  async #round(household: HouseholdId, batch: readonly Waiting[]): Promise<void> {
    let done: Round
    try {
      done = await this.#integrate(household, batch)
    } catch (error) {
      const refusal = error instanceof VaultRefusal ? error : new VaultRefusal('log_unavailable', { retryAfter: 2 })
      refusal.cause = error
      for (const { reject } of batch) reject(refusal)
      return
    }
    for (const made of done.made) made.committed?.()
    try {
      const { reader } = done
      const checkpoint = await this.#witnesses.cosign(done.checkpoint, reader)
      this.#cosigned.set(household, this.#clock.now())
      await this.#keep(household, checkpoint, done.size)
      for (const { waiting, logIndex } of done.made) {
        const proof = await inclusionProof(logIndex, done.size, reader)
        waiting.resolve({ logIndex, checkpoint, proof: proof.map(toBase64) })
      }
    } catch (error) {
      const refusal = new VaultRefusal('log_unavailable', { retryAfter: 2 })
      refusal.cause = error
      for (const { waiting } of done.made) waiting.reject(refusal)
    }
  }

  async #integrate(household: HouseholdId, batch: readonly Waiting[]): Promise<Round> {
    const refused: { waiting: Waiting; error: unknown }[] = []
    const result = await this.#db.transaction().execute(async tx => {
      const row = await tx
        .selectFrom('household')
        .select(['log_size', 'frontier'])
        .where('id', '=', household)
        .forUpdate()
        .executeTakeFirst()
      if (!row) throw new VaultRefusal('unknown_household')
      const made: Made[] = []
      for (const waiting of batch) {
        const logIndex = row.log_size + made.length
        try {
          const { leaf, committed } = await waiting.make(tx, logIndex)
          made.push({ waiting, logIndex, leaf, ...(committed && { committed }) })
        } catch (error) {
          // A refusal concerns one caller; a broken transaction concerns all.
          if (!(error instanceof VaultRefusal)) throw error
          refused.push({ waiting, error })
        }
      }
      const frontier = splitHashes(new Uint8Array(row.frontier))
      const tree = appendLeaves(
        row.log_size,
        frontier,
        made.map(({ leaf }) => leafHash(leaf)),
      )
      if (made.length > 0) {
        await tx
          .insertInto('log_leaf')
          .values(made.map(({ logIndex, leaf }) => ({ household, index: logIndex, data: leaf })))
          .execute()
        await storeNodes(tx, household, tree.newNodes)
      }
      const checkpoint = await signCheckpoint(
        { origin: `${this.#origin}/hh/${household}`, size: tree.size, root: tree.root },
        this.#key,
      )
      await tx
        .updateTable('household')
        .set({ log_size: tree.size, frontier: concat(...tree.frontier), ...(made.length > 0 && { checkpoint }) })
        .where('id', '=', household)
        .execute()
      const before = { size: row.log_size, frontier }
      const reader = roundReader(before, tree.newNodes, nodeReader(this.#db, household))
      return { made, checkpoint, size: tree.size, reader }
    })
    for (const { waiting, error } of refused) waiting.reject(error)
    return result
  }
}

function splitHashes(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += HASH_BYTES) out.push(bytes.slice(at, at + HASH_BYTES))
  return out
}

/** A checkpoint without the lines of witnesses: the vault's own comes first. */
const signedOnly = (note: string): string => note.slice(0, note.indexOf('\n', note.indexOf('\n\n') + 2) + 1)
