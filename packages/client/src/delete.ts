import { isGone } from '@hausrecht/chain/retention'
import { type Settled, settlement } from '@hausrecht/chain/settlement'
import type { DeleteRange } from '@hausrecht/chain/types'
import type { ObjectRow } from '@hausrecht/contract/schemas'
import { newOrderId, type OrderId, parseObjectId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { leafRange, MAX_LEAF } from '@hausrecht/keytree/leaf'
import { isKind } from '@hausrecht/media/segment/kinds'
import { requestAccess } from './access.ts'
import { type OpenDevice, self, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { householdNow } from './household-clock.ts'
import type { LeafRange } from './key-store.ts'
import { openSegment } from './open.ts'
import { postReceipt } from './receipts.ts'
import type { Span } from './sequence.ts'
import { submit } from './submit.ts'
import { VaultError } from './vault-error.ts'

export type Deletion = {
  readonly order: OrderId
  /** When it was ordered, ms. */
  readonly at: number
  readonly ranges: readonly DeleteRange[]
  readonly holders: readonly Holder[]
}

/** A device that may hold keys of what is deleted, and what is known of it. */
export type Holder = Settled

/** How far back a segment may begin that reaches into a range, in leaves (one minute). */
export const REACH_LEAVES = 30

/**
 * Orders the deletion of a time range of streams and applies it here before it returns: keys punctured, durably. A segment that
 * reaches into the range goes as a whole.
 * @throws VaultError, ClientError bad_argument | key… as `submit`
 */
export async function deleteRange(
  device: OpenDevice,
  wanted: { readonly streams: readonly StreamId[]; readonly from: number; readonly to: number },
): Promise<Deletion> {
  if (wanted.streams.length === 0) throw new ClientError('bad_argument', 'no stream')
  await sync(device)
  const ranges: DeleteRange[] = []
  for (const stream of wanted.streams) {
    if (stream === device.chain.state.logStream) throw new ClientError('bad_argument', 'the log stream')
    ranges.push({ stream, ...(await outward(device, stream, wanted)) })
  }
  const order = newOrderId()
  const { entry } = await submit(device, () => ({ statement: { type: 'delete_order', order, ranges } }))
  await postReceipt(device)
  return { order, at: entry.time, ranges, holders: holdersOf(device, order) }
}

/** Who has to erase for an order, and who has said so. */
export const holdersOf = (device: OpenDevice, order: OrderId): readonly Holder[] =>
  settlement(device.chain.state, order)

/** How far a leaf may run ahead of the time it stands for (decision 0072). */
export const AHEAD_LEAVES = 2

/**
 * The leaves that have to go so that nothing recorded in the range survives: those of the range, the segment before it if it reaches in,
 * and those behind it whose leaves ran ahead of their time. Only the true times inside the seals tell, so these few are opened. One that
 * does not open counts as reaching in.
 */
export async function outward(device: OpenDevice, stream: StreamId, { from, to }: Span): Promise<LeafRange> {
  const { lo, hi } = leafRange(from, to)
  const least = Math.max(self(device).entitlement.from, lo - REACH_LEAVES, 0)
  // An admin may delete what it may not look at; then nobody tells it what lies there.
  if (least >= lo) return { lo, hi }
  const before = (await rowsIn(device, stream, { lo: least, hi: lo })).filter(({ leaf }) => leaf < lo).at(-1)
  const behind = (await rowsIn(device, stream, { lo: hi, hi: Math.min(hi + AHEAD_LEAVES, MAX_LEAF) })).filter(
    ({ leaf }) => leaf > hi,
  )
  const beside = before === undefined ? behind : [before, ...behind]
  const [first, last] = [beside[0], beside.at(-1)]
  if (first === undefined || last === undefined) return { lo, hi }
  const { token } = await requestAccess(device, stream, { lo: first.leaf, hi: last.leaf })
  const leaves = [lo, hi]
  for (const row of beside) if (await reachesInto(device, row, token, { from, to })) leaves.push(row.leaf)
  return { lo: Math.min(...leaves), hi: Math.max(...leaves) }
}

const rowsIn = async (device: OpenDevice, stream: StreamId, range: LeafRange): Promise<readonly ObjectRow[]> => {
  const { objects } = await device.vault.listObjects({ stream, ...range }, null)
  return objects.filter(row => row.stream === stream).sort((a, b) => a.leaf - b.leaf)
}

async function reachesInto(device: OpenDevice, row: ObjectRow, token: string, { from, to }: Span): Promise<boolean> {
  const { household, keys, chain, vault } = device
  const { generation, leaf, kind } = row
  const stream = parseStreamId(row.stream)
  if (!isKind(kind) || isGone(chain.state, stream, leaf, householdNow(device))) return false
  const object = parseObjectId(row.objectId)
  try {
    const bytes = await vault.getObject(object, token)
    const { payload } = await openSegment({ household, stream, generation, leaf, object, kind }, keys, bytes)
    return payload.type === 'media' && payload.startTime < to && payload.startTime + payload.duration > from
  } catch (error) {
    if (error instanceof ClientError || (error instanceof VaultError && error.status >= 400 && error.status < 500))
      return true
    throw error
  }
}
