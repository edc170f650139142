import { type Access, verifyAccess } from './access.ts'
import { verifyAccessRequest } from './access-request.ts'
import { applyEntry, verifyEntry } from './apply.ts'
import { isCommutative } from './entry.ts'
import { ChainError, type ChainErrorCode } from './errors.ts'
import { decodeLogLeaf, type LogLeaf } from './log-leaf.ts'
import type { ReceiptFaultCode, ReceiptOutcome } from './receipt-checks.ts'
import type { ProvenLeaf, ReceiptFile } from './receipt-file.ts'
import { checkRemoval, type Removal, verifyRemoval } from './removal.ts'
import type { HouseholdState } from './state.ts'

/** What the leaves of a receipt file say together. */
export type Replay = {
  /** Null before a genesis. */
  readonly state: HouseholdState | null
  readonly accesses: readonly Access[]
  /** What the vault says that it has removed and looked for again, of this order only. */
  readonly removals: readonly Removal[]
  /** Place in the log of the order; −1 when it is not there. */
  readonly orderAt: number
  /** Place of the newest entry that follows the chain; −1 when there is none. */
  readonly lastChained: number
}

/** Applies the leaves by the rule book, each signed by its author, and stops at the first that is not allowed. */
export async function replayLeaves(file: ReceiptFile, outcome: ReceiptOutcome): Promise<Replay> {
  let state: HouseholdState | null = null
  const accesses: Access[] = []
  const removals: Removal[] = []
  const said = new Set<Removal['order']>()
  let [orderAt, lastChained] = [-1, -1]
  for (const proven of file.leaves) {
    const leaf = decoded(proven, outcome)
    if (leaf === null) continue
    if (leaf.kind === 'access') {
      if (await isAsked(state, leaf.access, proven.index, outcome)) accesses.push(leaf.access)
      continue
    }
    if (leaf.kind === 'removal') {
      if (!(await isSaid(state, said, leaf.removal, proven.index, outcome))) continue
      said.add(leaf.removal.order)
      if (leaf.removal.order === file.order) removals.push(leaf.removal)
      continue
    }
    // After an entry that is not allowed nothing is known of those behind it.
    if (outcome.failed('entries')) continue
    state = await applied(state, leaf.entry, proven.index, outcome)
    const { statement } = leaf.entry
    if (statement.type === 'delete_order' && statement.order === file.order) orderAt = proven.index
    if (!isCommutative(statement)) lastChained = proven.index
  }
  if (state !== null) outcome.say('passed', 'entries')
  else outcome.fail({ code: 'rejected_entry', leaf: 0, reason: 'genesis_expected' })
  outcome.say(file.leaves.length > 0 ? 'passed' : 'not_asked', 'accesses')
  return { state, accesses, removals, orderAt, lastChained }
}

type LeafFault = Extract<ReceiptFaultCode, 'bad_entry' | 'bad_access' | 'bad_removal'>
const MALFORMED: ReadonlyMap<ChainErrorCode, LeafFault> = new Map([
  ['bad_access', 'bad_access'],
  ['bad_removal', 'bad_removal'],
])

function decoded({ index, leaf }: ProvenLeaf, outcome: ReceiptOutcome): LogLeaf | null {
  try {
    return decodeLogLeaf(leaf)
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    outcome.fail({ code: MALFORMED.get(error.code) ?? 'bad_entry', leaf: index, reason: error.code })
    return null
  }
}

async function applied(
  state: HouseholdState | null,
  entry: Extract<LogLeaf, { kind: 'entry' }>['entry'],
  leaf: number,
  outcome: ReceiptOutcome,
): Promise<HouseholdState | null> {
  try {
    const result = applyEntry(state, await verifyEntry(state, entry))
    if (result.ok) return result.state
    outcome.fail({ code: 'rejected_entry', leaf, reason: result.code })
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    outcome.fail({ code: 'bad_entry', leaf, reason: error.code })
  }
  return state
}

/** The vault signed it, and the reader asked for exactly this. */
async function isAsked(
  state: HouseholdState | null,
  access: Access,
  leaf: number,
  outcome: ReceiptOutcome,
): Promise<boolean> {
  const key = state?.devices.get(access.reader)?.publicKey
  try {
    if (state === null || key === undefined) throw new ChainError('unknown_actor')
    await verifyAccess(access, state.vaultKey)
    await verifyAccessRequest(access, state.household, key)
    return true
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    outcome.fail({ code: 'bad_access', leaf, reason: error.code })
    return false
  }
}

/** The vault signed it, once, of an order that was given. */
async function isSaid(
  state: HouseholdState | null,
  said: ReadonlySet<Removal['order']>,
  removal: Removal,
  leaf: number,
  outcome: ReceiptOutcome,
): Promise<boolean> {
  try {
    if (state === null) throw new ChainError('bad_removal')
    await verifyRemoval(removal, state.vaultKey)
    checkRemoval(state, said, removal)
    return true
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    outcome.fail({ code: 'bad_removal', leaf, reason: error.code })
    return false
  }
}
