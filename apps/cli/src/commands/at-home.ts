import { closeDevice, type OpenDevice, openDevice, sync } from '@hausrecht/client/device'
import { isHomeFolder, openHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { type Transport, TransportError } from '@hausrecht/client/transport'
import { VaultError } from '@hausrecht/client/vault-error'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'

export type AtHome = Readonly<{ device: OpenDevice; home: string; vaultUrl: string }>
/** How long a command that can go on without the vault waits for it, in ms. */
const IMPATIENT_MS = 3000

/** For commands that go on without the vault: its first silence counts for all of the command. */
function impatient(transport: Transport): Transport {
  let away: TransportError | undefined
  return async request => {
    if (away !== undefined) throw away
    try {
      return await transport({ ...request, timeoutMs: Math.min(request.timeoutMs, IMPATIENT_MS) })
    } catch (error) {
      if (error instanceof TransportError) away = error
      throw error
    }
  }
}

type Options = Readonly<{
  /** Go on with what is known when the vault does not answer. */
  offline?: boolean
}>

const isAway = (error: unknown): boolean =>
  error instanceof VaultError && (error.code === 'unreachable' || error.code === 'timeout')

/**
 * Opens the device of the data folder, follows the log to its end (delete orders are applied before anything else happens),
 * works with it, and zeroes its keys whatever happened.
 * @throws CliError not_set_up, vault_unreachable and what following the log finds
 */
export async function atHome<T>(
  context: Context,
  work: (at: AtHome, reachable: boolean) => Promise<T>,
  options: Options = {},
): Promise<T> {
  const { home } = layout(context.dataDir)
  if (!(await isHomeFolder(home))) throw CliError.of('not_set_up', { path: context.dataDir })
  const transport = httpTransport()
  let vaultUrl = ''
  try {
    const opened = await openHomeFolder(home)
    vaultUrl = opened.facts.vault
    const way = options.offline === true ? impatient(transport) : transport
    const device = await openDevice(opened, { transport: way, clock: context.clock })
    try {
      const reachable = await sync(device).then(
        () => true,
        error => {
          if (options.offline === true && isAway(error)) return false
          throw error
        },
      )
      return await work({ device, home, vaultUrl }, reachable)
    } finally {
      closeDevice(device)
    }
  } catch (error) {
    throw explain(error, context.dataDir, vaultUrl)
  } finally {
    transport.close()
  }
}
