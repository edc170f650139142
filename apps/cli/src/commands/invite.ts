import { networkInterfaces } from 'node:os'
import type { HomeFacts } from '@hausrecht/client/home'
import { formatInvite } from '@hausrecht/client/invite'
import { isLoopback } from '../start/port.ts'

/** An invitation, and whether only this machine can follow it. */
export type Invitation = Readonly<{ address: string; onlyHere: boolean }>

type Interfaces = ReturnType<typeof networkInterfaces>

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])

/** The address under which others on the network see this machine, or undefined. */
const ownAddress = (interfaces: Interfaces): string | undefined =>
  Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address

/**
 * What a new device has to be told. The hub speaks to its own vault by loopback; a vault that listens on every address is named by the
 * address of this machine.
 * @param listensOn the address on which `hausrecht start` lets the vault listen; undefined when the vault is elsewhere
 */
export function invitation(
  facts: HomeFacts,
  listensOn: string | undefined,
  interfaces: Interfaces = networkInterfaces(),
): Invitation {
  const url = new URL(facts.vault)
  const own = ownAddress(interfaces)
  if (!isLoopback(url.hostname)) return { address: formatInvite(facts), onlyHere: false }
  if (listensOn === undefined || !EVERY_ADDRESS.has(listensOn) || own === undefined)
    return { address: formatInvite(facts), onlyHere: true }
  url.hostname = own
  return { address: formatInvite({ ...facts, vault: url.origin }), onlyHere: false }
}
