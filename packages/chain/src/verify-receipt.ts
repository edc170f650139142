import { equal } from '@hausrecht/crypto/bytes'
import { type Checkpoint, parseCheckpoint, verifyCosigners, verifyNote } from '@hausrecht/tlog/checkpoint'
import { TlogError } from '@hausrecht/tlog/errors'
import { type Note, noteKey, parseNote, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { meetsQuorum, type Policy } from '@hausrecht/tlog/policy'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { leafHash } from '@hausrecht/tlog/tree'
import { type ReceiptCheckResult, ReceiptOutcome } from './receipt-checks.ts'
import { parseReceiptFile, type ReceiptFile, ReceiptFileError } from './receipt-file.ts'
import { replayLeaves } from './replay-receipt.ts'
import type { HouseholdState } from './state.ts'
import { checkDeletion, type ToldDeletion } from './told-deletion.ts'

export type VerifiedReceipt = {
  /** No check failed and the deletion is shown to be complete. */
  readonly ok: boolean
  readonly checks: readonly ReceiptCheckResult[]
  readonly log: { readonly origin: string; readonly size: number } | null
  /** Witnesses that cosigned, of those asked for, and when (ms, by their clocks). */
  readonly cosigned: ReadonlyMap<string, number>
  readonly deletion: ToldDeletion | null
  /** The file's own names for devices and streams; nobody signed them. */
  readonly labels: ReadonlyMap<string, string>
}

/**
 * Verifies a receipt file by itself: no network, no account, no clock. Nothing in the file is believed.
 * @param policy whose logs and cosignatures count; null: any log, nobody's cosignature
 */
export async function verifyReceipt(text: string, policy: Policy | null): Promise<VerifiedReceipt> {
  const outcome = new ReceiptOutcome()
  const file = readFile(text, outcome)
  if (file === null) return ended(outcome, {})
  const head = readHead(file, outcome)
  const replay = await replayLeaves(file, outcome)
  const { state } = replay
  if (head !== null) {
    await checkSigner(head, state, policy, outcome)
    checkInclusion(file, head.checkpoint, outcome)
  }
  const cosigned = head === null ? new Map<string, number>() : await checkCosigners(head.note, policy, outcome)
  const log = head === null ? null : { origin: head.checkpoint.origin, size: head.checkpoint.size }
  const deletion = state === null ? null : checkDeletion(file, replay, state, outcome)
  return ended(outcome, { log, cosigned, deletion, labels: file.labels })
}

function ended(outcome: ReceiptOutcome, rest: Partial<VerifiedReceipt>): VerifiedReceipt {
  const checks = outcome.results
  // A list of devices that nothing closes is a limit that is told, not a fault.
  const ok = checks.every(({ check, state }) => state === 'passed' || state === 'not_asked' || isOpenList(check, state))
  return { ok, checks, log: null, cosigned: new Map(), deletion: null, labels: new Map(), ...rest }
}

const isOpenList = (check: ReceiptCheckResult['check'], state: ReceiptCheckResult['state']): boolean =>
  check === 'devices' && state === 'undecided'

function readFile(text: string, outcome: ReceiptOutcome): ReceiptFile | null {
  try {
    const file = parseReceiptFile(text)
    outcome.say('passed', 'file')
    return file
  } catch (error) {
    if (!(error instanceof ReceiptFileError)) throw error
    outcome.fail({ code: 'not_a_receipt', reason: error.message })
    return null
  }
}

type Head = { readonly note: Note; readonly checkpoint: Checkpoint }

function readHead({ checkpoint }: ReceiptFile, outcome: ReceiptOutcome): Head | null {
  try {
    const note = parseNote(checkpoint)
    return { note, checkpoint: parseCheckpoint(note.text) }
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    outcome.fail({ code: 'not_a_checkpoint', reason: error.code })
    return null
  }
}

/** The log's key is the one that the genesis names, and the household's id follows from that genesis. */
async function checkSigner(
  { note, checkpoint: { origin } }: Head,
  state: HouseholdState | null,
  policy: Policy | null,
  outcome: ReceiptOutcome,
): Promise<void> {
  if (state === null) return
  const key = noteKey(`${state.origin}/hh/${state.household}`, TYPE_ED25519, state.vaultKey)
  const named = policy?.logs ?? []
  const isNamed = named.some(log => log.key.name === key.name && equal(log.key.publicKey, key.publicKey))
  if (origin !== key.name || (named.length > 0 && !isNamed)) {
    outcome.fail({ code: 'other_log', log: origin })
    return
  }
  try {
    await verifyNote(note, key)
    outcome.say('passed', 'checkpoint')
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    outcome.fail({ code: 'not_signed', log: origin })
  }
}

async function checkCosigners(
  note: Note,
  policy: Policy | null,
  outcome: ReceiptOutcome,
): Promise<ReadonlyMap<string, number>> {
  if (policy === null || policy.quorum.type === 'none') outcome.say('not_asked', 'cosignatures')
  if (policy === null) return new Map()
  try {
    const found = await verifyCosigners(
      note,
      policy.witnesses.map(({ key }) => key),
    )
    if (!meetsQuorum(policy.quorum, new Set(found.map(({ witness }) => witness))))
      outcome.fail({ code: 'too_few_witnesses', found: found.map(({ witness }) => witness.name) })
    outcome.say('passed', 'cosignatures')
    return new Map(found.map(({ witness, time }) => [witness.name, time]))
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    outcome.fail({ code: 'false_cosignature', reason: error.message })
    return new Map()
  }
}

/** Every leaf stands in the log of the checkpoint, at its place, each place once. */
function checkInclusion({ leaves }: ReceiptFile, { size, root }: Checkpoint, outcome: ReceiptOutcome): void {
  let before = -1
  for (const { index, leaf, proof } of leaves) {
    if (index <= before) outcome.fail({ code: 'leaf_order', leaf: index })
    before = index
    try {
      verifyInclusion({ leafHash: leafHash(leaf), index, proof, size, root })
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      outcome.fail({ code: 'not_included', leaf: index, reason: error.code })
    }
  }
  if (leaves.length > 0) outcome.say('passed', 'leaves')
}
