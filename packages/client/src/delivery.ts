import { activeDevice, canRead } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import type { ChainState } from './chain-state.ts'
import type { LeafRange, TreeName } from './key-store.ts'

/** Who has to hand which keys to whom, read from the chain alone: pure, so that devices agree without talking. */

/** Devices that hold history get it in packets; a session, admin or not, asks for keys each time it starts and holds none. */
const receives = (state: HouseholdState, id: DeviceId): boolean => {
  const roles = activeDevice(state, id)?.roles ?? []
  return !roles.includes('session') && roles.some(role => role === 'vault' || role === 'admin')
}

/** The leaves of a tree that a device may be given; null when none. A generation ends where the next begins. */
export function entitledRange(state: HouseholdState, id: DeviceId, { stream, generation }: TreeName): LeafRange | null {
  const generations = state.streams.get(stream)?.generations
  const start = generations?.[generation]
  const device = activeDevice(state, id)
  if (generations === undefined || start === undefined || device === null) return null
  const next = generations[generation + 1]
  const hi = next === undefined ? MAX_LEAF : next - 1
  const lo = stream === state.logStream ? start : Math.max(start, device.entitlement.from)
  return lo <= hi && canRead(state, id, stream, lo) ? { lo, hi } : null
}

/**
 * Whose task it is to give a device the keys of a tree. A generation that started after the device came: the stream's recorder, who
 * made it. One that was there: the device that approved it. If that one is gone, the recorder.
 */
export function deliverer(chain: ChainState, id: DeviceId, { stream, generation }: TreeName): DeviceId | null {
  const { state, entries } = chain
  if (state === null) return null
  const added = entries.find(
    ({ entry: { statement } }) => statement.type === 'add_device' && deviceIdOf(statement.publicKey) === id,
  )
  const started = entries.find(
    ({ entry: { statement } }) =>
      statement.type === 'generation' && statement.stream === stream && statement.generation === generation,
  )
  if (started === undefined) return null
  const recorder = started.entry.actor
  if (added === undefined || started.index > added.index) return recorder
  return activeDevice(state, added.entry.actor) === null ? recorder : added.entry.actor
}

/** What `own` has to deliver: every tree it holds, to each device entitled to some of it. */
export function dueDeliveries(
  chain: ChainState,
  own: DeviceId,
  held: readonly TreeName[],
): ReadonlyMap<DeviceId, readonly { readonly tree: TreeName; readonly range: LeafRange }[]> {
  const due = new Map<DeviceId, { tree: TreeName; range: LeafRange }[]>()
  const { state } = chain
  for (const id of state?.devices.keys() ?? []) {
    if (state === null || id === own || !receives(state, id)) continue
    for (const tree of held) {
      const range = entitledRange(state, id, tree)
      if (range === null || deliverer(chain, id, tree) !== own) continue
      due.set(id, [...(due.get(id) ?? []), { tree, range }])
    }
  }
  return due
}
