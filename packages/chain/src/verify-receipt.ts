import { equal } from '@hausrecht/crypto/bytes'
import type { DeviceId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import { type Checkpoint, parseCheckpoint, verifyCosigners, verifyNote } from '@hausrecht/tlog/checkpoint'
import { TlogError } from '@hausrecht/tlog/errors'
import { type Note, noteKey, parseNote, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { meetsQuorum, type Policy } from '@hausrecht/tlog/policy'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { leafHash } from '@hausrecht/tlog/tree'
import { coverRoot } from './receipt.ts'
import { type ReceiptCheckResult, ReceiptOutcome } from './receipt-checks.ts'
import { type KeptCover, parseReceiptFile, type ReceiptFile, ReceiptFileError } from './receipt-file.ts'
import { type Replay, replayLeaves } from './replay-receipt.ts'
import { findOrder, type Settled, settlement } from './settlement.ts'
import type { HouseholdState, Order } from './state.ts'

/** What a verified file says of its deletion. Nothing in it is to be believed while a check fails. */
export type ToldDeletion = {
  readonly order: OrderId
  readonly by: DeviceId
  /** When it was ordered, ms, by the clock of who ordered it. */
  readonly at: number
  readonly ranges: Order['ranges']
  readonly holders: readonly Settled[]
  readonly complete: boolean
  /** What the vault says that it has removed, looked for again and not found; null when the file has no word of it. */
  readonly removal: { readonly at: number; readonly objects: number; readonly bytes: number } | null
  /** Devices that had fetched some of the range before, so that they may have exported it. A hint: the file may list fewer. */
  readonly readers: readonly DeviceId[]
}

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

function checkDeletion(
  file: ReceiptFile,
  replay: Replay,
  state: HouseholdState,
  outcome: ReceiptOutcome,
): ToldDeletion | null {
  const found = findOrder(state, file.order)
  if (found === null) {
    outcome.fail({ code: 'no_order', order: file.order })
    return null
  }
  outcome.say('passed', 'order')
  if (listIsClosed(file, replay) && !outcome.failed('entries')) outcome.say('passed', 'devices')
  const holders = settlement(state, file.order)
  const owing = holders.filter(({ how }) => how === 'owed').map(({ device }) => device)
  if (owing.length > 0) outcome.fail({ code: 'owed', devices: owing })
  outcome.say('passed', 'holders')
  const complete = state.completed.has(file.order)
  if (!complete) outcome.fail({ code: 'not_complete' })
  outcome.say('passed', 'complete')
  for (const cover of file.covers) checkCover(cover, state, found, outcome)
  outcome.say(file.covers.length > 0 ? 'passed' : 'not_asked', 'covers')
  const [said] = replay.removals
  outcome.say(said === undefined ? 'not_asked' : 'passed', 'removal')
  const removal = said === undefined ? null : { at: said.time, objects: said.objects, bytes: said.bytes }
  const { id: order, by, time: at, ranges } = found.order
  return { order, by, at, ranges, holders, complete, removal, readers: readersOf(replay, found.order, state.logStream) }
}

/**
 * Can no device have been left out that was let in before the order? An entry of the chain names the hash of the one before it, so one
 * behind the order closes the list; else the file has to show every leaf between the newest one and the order.
 */
function listIsClosed({ leaves }: ReceiptFile, { orderAt, lastChained }: Replay): boolean {
  if (lastChained > orderAt) return true
  const between = leaves.filter(({ index }) => lastChained < index && index < orderAt)
  return between.length === orderAt - lastChained - 1
}

/** The list is what the device signed, and no node in it is above a key that the order names. */
function checkCover(
  { device, positions }: KeptCover,
  state: HouseholdState,
  { order, place }: { readonly order: Order; readonly place: number },
  outcome: ReceiptOutcome,
): void {
  const receipt = state.devices.get(device)?.receipt ?? null
  if (receipt === null || receipt.applied <= place || !equal(coverRoot(positions), receipt.cover)) {
    outcome.fail({ code: 'other_cover', device })
    return
  }
  for (const { stream, depth, prefix } of positions) {
    const leaves = 2 ** (32 - depth)
    const [lo, hi] = [prefix * leaves, prefix * leaves + leaves - 1]
    if (meant(order, stream, state.logStream).some(range => range.lo <= hi && lo <= range.hi))
      outcome.fail({ code: 'cover_keeps', device, stream, lo, hi })
  }
}

const meant = ({ ranges }: Order, stream: StreamId, logStream: StreamId): Order['ranges'] =>
  ranges.filter(range => (range.stream === null ? stream !== logStream : range.stream === stream))

/** Who fetched some of the range, each once. */
const readersOf = ({ accesses }: Replay, order: Order, logStream: StreamId): readonly DeviceId[] => [
  ...new Set(
    accesses
      .filter(({ stream, lo, hi }) => meant(order, stream, logStream).some(range => range.lo <= hi && lo <= range.hi))
      .map(({ reader }) => reader),
  ),
]
