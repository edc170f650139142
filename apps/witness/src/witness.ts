import { equal } from '@hausrecht/crypto/bytes'
import { parseHouseholdId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { type Checkpoint, verifyNote } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { TlogError } from '@hausrecht/tlog/errors'
import { type Note, noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { verifyConsistency } from '@hausrecht/tlog/proofs'
import { EMPTY_ROOT } from '@hausrecht/tlog/tree'
import { type Answer, conflict, cosigned, refusal } from './answer.ts'
import { type AddCheckpoint, readAddCheckpoint } from './request.ts'
import type { WitnessState } from './state.ts'

/** A vault whose households' logs are cosigned: each has the origin `<origin>/hh/<household>` and is signed by the vault's key. */
export type WitnessedVault = {
  /** The vault's origin; `vault.example`, `vault.example/hh` and `vault.example/hh/` mean the same. */
  readonly originPrefix: string
  readonly publicKey: Uint8Array
}
/** One log, under its whole name. */
export type WitnessedLog = { readonly origin: string; readonly publicKey: Uint8Array }
export type Clock = { now(): number }

/** Logs that one witness follows at most: one file of a few hundred bytes each. */
export const MAX_LOGS = 100_000

export type WitnessConfig = {
  readonly name: string
  readonly key: SigningKey
  readonly state: WitnessState
  readonly logs: readonly (WitnessedVault | WitnessedLog)[]
  readonly clock: Clock
  readonly maxLogs?: number
}

/**
 * Cosigns checkpoints, c2sp.org/tlog-witness: of each log only ever a tree that begins with the tree it cosigned before, and
 * only after that is on the disk.
 */
export class Witness {
  readonly #config: WitnessConfig
  readonly #vaults: ReadonlyMap<string, readonly Uint8Array[]>
  readonly #logs: ReadonlyMap<string, readonly Uint8Array[]>
  readonly #queues = new Map<string, Promise<unknown>>()

  constructor(config: WitnessConfig) {
    this.#config = config
    const vaults = new Map<string, Uint8Array[]>()
    const logs = new Map<string, Uint8Array[]>()
    for (const log of config.logs) {
      const [among, name] = 'origin' in log ? [logs, log.origin] : [vaults, prefixOf(log.originPrefix)]
      among.set(name, [...(among.get(name) ?? []), log.publicKey])
    }
    this.#vaults = vaults
    this.#logs = logs
  }

  /** Answers a body of add-checkpoint. The order of the checks is the specification's. */
  async addCheckpoint(body: Uint8Array): Promise<Answer> {
    const request = readAddCheckpoint(body)
    if (request === null) return refusal('bad_request')
    const { note, checkpoint, oldSize } = request
    const keys = this.#keysOf(checkpoint.origin)
    if (keys === null) return refusal('unknown_log')
    if (!(await isSigned(note, checkpoint.origin, keys))) return refusal('bad_signature')
    if (oldSize > checkpoint.size) return refusal('old_too_large')
    return this.#inTurn(checkpoint.origin, () => this.#advance(request))
  }

  /** Look, check and keep are one step for each log: of two requests at once the second sees what the first left. */
  async #advance({ oldSize, proof, note, checkpoint }: AddCheckpoint): Promise<Answer> {
    const { state, name, key, clock, maxLogs = MAX_LOGS } = this.#config
    const latest = await state.latest(checkpoint.origin)
    if (oldSize !== (latest?.size ?? 0)) return conflict(latest?.size ?? 0)
    if (!isConsistent(latest, checkpoint, proof)) return refusal('inconsistent')
    if (latest === null && state.logs >= maxLogs) return refusal('too_many_logs')
    if (latest === null || latest.size !== checkpoint.size) await state.keep(checkpoint, latest !== null)
    return cosigned(await cosign(name, key, note.text, clock.now()))
  }

  /** The keys that may sign a log; null for one that this witness does not follow. */
  #keysOf(origin: string): readonly Uint8Array[] | null {
    const own = this.#logs.get(origin) ?? []
    const cut = origin.lastIndexOf('/') + 1
    const keys = [...own, ...(isHousehold(origin.slice(cut)) ? (this.#vaults.get(origin.slice(0, cut)) ?? []) : [])]
    return keys.length === 0 ? null : keys
  }

  #inTurn<T>(origin: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(origin) ?? Promise.resolve()
    const result = before.then(work, work)
    const settled = result.then(
      () => undefined,
      () => undefined,
    )
    this.#queues.set(origin, settled)
    settled.then(() => {
      if (this.#queues.get(origin) === settled) this.#queues.delete(origin)
    })
    return result
  }
}

function isHousehold(id: string): boolean {
  try {
    parseHouseholdId(id)
    return true
  } catch {
    return false
  }
}

/** `<origin>/hh/` of a vault. */
export const prefixOf = (text: string): string => `${text.replace(/\/$/, '').replace(/\/hh$/, '')}/hh/`

/** True when a key trusted for the origin signed, and no line that claims to be by a trusted key is false. */
async function isSigned(note: Note, origin: string, keys: readonly Uint8Array[]): Promise<boolean> {
  let signed = false
  for (const publicKey of keys) {
    try {
      await verifyNote(note, noteKey(origin, TYPE_ED25519, publicKey))
      signed = true
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      if (error.code !== 'unsigned') return false
    }
  }
  return signed
}

function isConsistent(latest: Checkpoint | null, checkpoint: Checkpoint, proof: readonly Uint8Array[]): boolean {
  if (checkpoint.size === 0 && !equal(checkpoint.root, EMPTY_ROOT)) return false
  try {
    verifyConsistency({
      oldSize: latest?.size ?? 0,
      oldRoot: latest?.root ?? EMPTY_ROOT,
      newSize: checkpoint.size,
      newRoot: checkpoint.root,
      proof,
    })
    return true
  } catch (error) {
    if (error instanceof TlogError) return false
    throw error
  }
}
