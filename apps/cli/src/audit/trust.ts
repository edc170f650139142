import { Chain } from '@hausrecht/client/chain'
import { type Home, trustOf } from '@hausrecht/client/home'
import { viewRoot } from '@hausrecht/client/log-view'
import { isHomeFolder, openHomeFolder } from '@hausrecht/client/node/home'
import type { Transport } from '@hausrecht/client/transport'
import { VaultClient } from '@hausrecht/client/vault-client'
import { policyOf } from '@hausrecht/tlog/policy-file'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { householdOf, type Trust } from './audit.ts'
import { policyIn, readPolicy } from './policy.ts'
import { CHECKPOINT, type LogFiles, POLICY } from './source.ts'

/** Who chose what the log is held against. */
export type TrustFrom = 'file' | 'device' | 'log' | 'nobody'
export type Device = { readonly home: Home; readonly vault: VaultClient }

/** The device in the data folder with its vault, or null. Nothing is asked of anybody. */
export async function deviceHere({ dataDir, clock }: Context, transport: Transport): Promise<Device | null> {
  const { home: folder } = layout(dataDir)
  if (!(await isHomeFolder(folder))) return null
  const home = await openHomeFolder(folder)
  const { vault: url, household } = home.facts
  return { home, vault: new VaultClient({ url, household, key: home.key, transport, clock }) }
}

/** What this device has seen of the log, from its own folder. */
async function seenBy({ home, vault }: Device): Promise<Trust['seen']> {
  const chain = await Chain.open(home.facts.household, home.store, vault, trustOf(home.facts))
  const { view } = chain
  return view.size === 0 ? null : { size: view.size, root: viewRoot(view) }
}

/**
 * What to hold a log against: a policy that a person names; else what a device of this household asks for; else the policy that came with
 * the log, which is only as good as whoever gave it.
 */
export async function trustFor(
  files: LogFiles,
  device: Device | null,
  policyFile: string | undefined,
): Promise<{ readonly trust: Trust; readonly from: TrustFrom }> {
  const origin = new TextDecoder().decode((await files.read(CHECKPOINT)) ?? undefined).split('\n')[0] ?? ''
  const own = device !== null && device.home.facts.household === householdOf(origin) ? device : null
  const known = { household: own?.home.facts.household ?? null, seen: own === null ? null : await seenBy(own) }
  if (policyFile !== undefined) return { from: 'file', trust: { ...known, policy: await readPolicy(policyFile) } }
  if (own !== null) return { from: 'device', trust: { ...known, policy: policyOf(trustOf(own.home.facts)) } }
  const brought = await files.read(POLICY)
  if (brought === null) return { from: 'nobody', trust: { ...known, policy: null } }
  const policy = policyIn(new TextDecoder().decode(brought), `${files.name}/${POLICY}`)
  return { from: 'log', trust: { ...known, policy } }
}
