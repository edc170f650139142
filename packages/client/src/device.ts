import { goneRanges } from '@hausrecht/chain/retention'
import type { Device } from '@hausrecht/chain/state'
import { Chain, type Synced } from './chain.ts'
import { type Clock, systemClock } from './clock.ts'
import { ClientError } from './errors.ts'
import { followOrders } from './follow-orders.ts'
import { type Home, trustOf } from './home.ts'
import { householdNow } from './household-clock.ts'
import { KeyStore } from './key-store.ts'
import { settleNewTrees } from './new-trees.ts'
import type { OpenDevice } from './open-device.ts'
import { applyRetention } from './retention.ts'
import type { Transport } from './transport.ts'
import { VaultClient } from './vault-client.ts'

export type { OpenDevice } from './open-device.ts'

export type Surroundings = {
  readonly transport: Transport
  readonly clock?: Clock
  /** Keep who looked, to show it. */
  readonly keepAccesses?: boolean
}

/**
 * Opens a device. What the vault has learned since is not known yet: `sync` before anything that depends on it. Orders of the
 * chain that this device knows already are applied to its keys before it returns.
 */
export async function openDevice(home: Home, around: Surroundings): Promise<OpenDevice> {
  const { transport, clock = systemClock, keepAccesses } = around
  const { store, id, key, facts } = home
  const { household } = facts
  const vault = new VaultClient({ url: facts.vault, household, key, transport, clock })
  const chain = await Chain.open(household, store, vault, trustOf(facts), keepAccesses)
  const keys = await KeyStore.open(store, stream =>
    chain.known === null ? [] : goneRanges(chain.known, stream, householdNow({ chain, clock })),
  )
  const device = { id, key, name: facts.name, household, store, vault, chain, keys, clock }
  if (chain.known !== null) await follow(device)
  return device
}

/** Zeroes the keys in memory. */
export const closeDevice = (device: OpenDevice): void => device.keys.close()

/**
 * Follows the log to its end and obeys it: delete orders are applied to the keys, durably, before this returns.
 * @throws ForkError, ClientError, VaultError as `Chain.sync`
 */
export async function sync(device: OpenDevice): Promise<Synced> {
  const known = device.chain.entries.length
  const synced = await device.chain.sync().catch(async (error: unknown) => {
    // What is not kept any more ends whether the vault answers or not.
    if (device.chain.known !== null) await applyRetention(device)
    throw error
  })
  await follow(device)
  // Another process of this device may have settled a generation or installed a packet.
  if (device.chain.entries.length > known) await device.keys.refresh()
  return synced
}

async function follow(device: OpenDevice): Promise<void> {
  await followOrders(device)
  await applyRetention(device)
  await settleNewTrees(device)
}

/** This device as the household sees it. @throws ClientError not_member | removed */
export function self(device: OpenDevice): Device {
  const own = device.chain.state.devices.get(device.id)
  if (own === undefined) throw new ClientError('not_member')
  if (own.removedAt !== null) throw new ClientError('removed')
  return own
}
