import { equal } from '@hausrecht/crypto/bytes'
import type { DeviceId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import { coverRoot } from './receipt.ts'
import type { ReceiptOutcome } from './receipt-checks.ts'
import type { KeptCover, ReceiptFile } from './receipt-file.ts'
import type { Replay } from './replay-receipt.ts'
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

/** Who has erased for the order, by the entries that were replayed. Null when they have no such order. */
export function checkDeletion(
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
