import { type Access, verifyAccess } from '@hausrecht/chain/access'
import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import type { VerifiedEntry } from '@hausrecht/chain/entry'
import { decodeLogLeaf } from '@hausrecht/chain/log-leaf'
import { checkRemoval, type Removal, verifyRemoval } from '@hausrecht/chain/removal'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Genesis } from '@hausrecht/chain/types'
import { routePath } from '@hausrecht/contract/routes'
import { contentDigestHeader, splitTarget } from '@hausrecht/contract/signing'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { decode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import type { HouseholdId, OrderId } from '@hausrecht/crypto/ids'
import { verify } from '@hausrecht/crypto/signature'
import { ClientError } from './errors.ts'

/** A control entry and its place in the log. */
export type LoggedEntry = { readonly entry: VerifiedEntry; readonly index: number }
export type LoggedAccess = { readonly access: Access; readonly index: number }
export type LoggedRemoval = { readonly removal: Removal; readonly index: number }

/** What all leaves up to now say. */
export type ChainState = {
  /** Null before the genesis. */
  readonly state: HouseholdState | null
  readonly entries: readonly LoggedEntry[]
  /** Accesses of the leaves just read; earlier ones are not kept. */
  readonly accesses: readonly LoggedAccess[]
  /** What the vault says it has removed, by order. */
  readonly removals: ReadonlyMap<OrderId, LoggedRemoval>
}

export const EMPTY_CHAIN: ChainState = { state: null, entries: [], accesses: [], removals: new Map() }

/**
 * Applies leaves in the order of the log, by the same rules as the vault: one that an honest vault would have refused stops
 * the device.
 * @throws ClientError bad_log_entry with the index and the reason
 */
export async function applyLeaves(
  household: HouseholdId,
  chain: ChainState,
  leaves: readonly (readonly [index: number, bytes: Uint8Array])[],
): Promise<ChainState> {
  let state = chain.state
  const entries = [...chain.entries]
  const accesses: LoggedAccess[] = []
  const removals = new Map(chain.removals)
  for (const [index, bytes] of leaves) {
    try {
      const leaf = decodeLogLeaf(bytes)
      if (leaf.kind === 'entry') {
        const entry = await verifyEntry(state, leaf.entry)
        const applied = applyEntry(state, entry)
        if (!applied.ok) throw new Error(applied.code)
        if (applied.state.household !== household) throw new Error('another household')
        state = applied.state
        entries.push({ entry, index })
      } else if (state === null) {
        throw new Error(`${leaf.kind} before genesis`)
      } else if (leaf.kind === 'removal') {
        await verifyRemoval(leaf.removal, state.vaultKey)
        checkRemoval(state, removals, leaf.removal)
        removals.set(leaf.removal.order, { removal: leaf.removal, index })
      } else {
        await verifyAccess(leaf.access, state.vaultKey)
        await checkEvidence(state, leaf.access)
        accesses.push({ access: leaf.access, index })
      }
    } catch (error) {
      throw new ClientError('bad_log_entry', `leaf ${index}: ${reasonOf(error)}`, { cause: error })
    }
  }
  return { state, entries, accesses, removals }
}

/**
 * An access entry carries the reader's signed request, so that the vault can neither invent a reader nor change what was asked:
 * CBOR [signature base, signature, body].
 */
async function checkEvidence(state: HouseholdState, access: Access): Promise<void> {
  const parts = decode(access.request)
  const [base, signature, body] = Array.isArray(parts) ? parts : []
  const reader = state.devices.get(access.reader)
  if (reader === undefined || typeof base !== 'string') throw new Error('unknown reader')
  if (!(signature instanceof Uint8Array) || !(body instanceof Uint8Array)) throw new Error('no request')
  if (!(await verify(reader.publicKey, utf8(base), signature))) throw new Error('request not signed by the reader')
  const lines = base.split('\n')
  const { path } = splitTarget(routePath('requestAccess', { household: state.household }))
  const signed = [`"@path": ${path}`, `"content-digest": ${contentDigestHeader(toBase64(sha256(body)))}`]
  if (!signed.every(line => lines.includes(line))) throw new Error('another request')
  const asked: unknown = JSON.parse(new TextDecoder().decode(body))
  const says = new Map<string, unknown>(Object.entries(asked ?? {}))
  const { stream, lo, hi, purpose } = access
  for (const [field, value] of Object.entries({ stream, lo, hi, purpose }))
    if (says.get(field) !== value) throw new Error(`request names another ${field}`)
}

/** The genesis in the log's first leaf, if it is this household's: the id follows from its founder's key and nonce. */
export async function readGenesis(household: HouseholdId, leaf: Uint8Array | undefined): Promise<Genesis> {
  const { state, entries } = await applyLeaves(household, EMPTY_CHAIN, leaf === undefined ? [] : [[0, leaf]])
  const statement = entries[0]?.entry.statement
  if (state === null || statement?.type !== 'genesis') throw new ClientError('bad_log_entry', 'no genesis')
  return statement
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.message : 'unknown'
}
