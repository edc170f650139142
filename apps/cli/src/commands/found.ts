import { hostname } from 'node:os'
import { openClaim } from '@hausrecht/client/claim-code'
import { closeDevice } from '@hausrecht/client/device'
import { NAME_MAX } from '@hausrecht/client/home'
import { createHousehold } from '@hausrecht/client/household'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { isHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import { words } from './init-words.ts'

export type Founding = Readonly<{
  name?: string
  label?: string
  vault: string
  witnesses: readonly string[]
  quorum?: number
}>

/** The name of this machine as a device's name. */
export const deviceLabel = (label: string | undefined): string =>
  (label ?? hostname()).trim().slice(0, NAME_MAX) || 'Hub'

/**
 * Founds a household with this folder as its first device: admin, recorder, holder of keys. With witnesses, all of them have to cosign, or as many as `quorum` says.
 * @throws CliError already_set_up, vault_unreachable
 */
export async function found(context: Context, founding: Founding): Promise<{ household: string; name: string }> {
  const { home } = layout(context.dataDir)
  const t = words[context.language]
  if (await isHomeFolder(home)) throw CliError.of('already_set_up', { path: context.dataDir })
  const transport = httpTransport()
  try {
    const name = founding.name ?? t.household
    const { vault, witnesses } = founding
    const wanted = {
      name,
      device: deviceLabel(founding.label),
      vault,
      witnesses,
      quorum: founding.quorum ?? witnesses.length,
    }
    const store = await FolderStore.open(home)
    const device = await createHousehold(store, wanted, { transport, clock: context.clock })
    await openClaim(store, null)
    closeDevice(device)
    return { household: device.household, name }
  } catch (error) {
    throw explain(error, context.dataDir, founding.vault)
  } finally {
    transport.close()
  }
}
