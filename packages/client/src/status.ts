import type { Role } from '@hausrecht/chain/types'
import { type DeviceId, parseDeviceId } from '@hausrecht/crypto/ids'
import { type OpenDevice, self } from './device.ts'
import { appliedOrders } from './follow-orders.ts'
import { listSent } from './packet-ledger.ts'

/** What this device knows by itself, without asking the vault. */
export type DeviceStatus = {
  readonly household: string
  readonly device: DeviceId
  readonly roles: readonly Role[]
  readonly devices: number
  readonly streams: number
  /** Leaves of the log that this device has checked. */
  readonly logSize: number
  /** When each witness cosigned the newest checkpoint seen, ms, by the witness's clock. */
  readonly cosigned: Readonly<Record<string, number>>
  readonly orders: number
  /** Orders applied to the keys here; less than `orders` only between a sync and its end. */
  readonly ordersApplied: number
  /** Key-tree nodes held: 32 bytes each. */
  readonly nodes: number
  /** Devices that have not asked for the keys sent to them yet. */
  readonly awaited: readonly DeviceId[]
  /** Names of kept proofs that the vault contradicted itself; empty is as it should be. */
  readonly evidence: readonly string[]
}

export async function deviceStatus(device: OpenDevice): Promise<DeviceStatus> {
  const { chain, keys } = device
  const { state, view } = chain
  const awaited = (await listSent(device)).filter(sent => sent.releasedAt === null).map(sent => sent.recipient)
  return {
    household: device.household,
    device: device.id,
    roles: self(device).roles,
    devices: [...state.devices.values()].filter(other => other.removedAt === null).length,
    streams: state.streams.size,
    logSize: view.size,
    cosigned: Object.fromEntries(view.cosigned),
    orders: state.orders.length,
    ordersApplied: await appliedOrders(device),
    nodes: keys.held().reduce((sum, name) => sum + keys.positions(name).length, 0),
    awaited: [...new Set(awaited)].map(id => parseDeviceId(id)),
    evidence: await chain.evidence(),
  }
}
