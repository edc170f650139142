import { Courier } from '@hausrecht/client/courier'
import { closeDevice, type OpenDevice } from '@hausrecht/client/device'
import { type Invite, parseInvite } from '@hausrecht/client/invite'
import { joinHousehold } from '@hausrecht/client/join'
import { readNames } from '@hausrecht/client/names'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { isHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import type { Handler } from '../handler.ts'
import { prepareFolder } from '../start/folder.ts'
import { harmless } from '../terminal/width.ts'
import { deviceLabel } from './found.ts'
import { words } from './join-words.ts'

/** How long to wait for the keys after the approval, and how often to ask, in ms. */
const KEYS_MS = 60_000
const ASK_MS = 500

function inviteOf({ language, invocation }: Context, text: string): Invite {
  try {
    return parseInvite(text)
  } catch (error) {
    throw CliError.of(
      'usage',
      { what: words[language].badAddress(text), command: `${invocation} join` },
      { cause: error },
    )
  }
}

/** Until keys of recordings are here; they come from the device that approved, or from a hub of the household. */
async function receiveKeys({ clock, signal }: Context, device: OpenDevice): Promise<number> {
  const courier = new Courier(device)
  const end = clock.now() + KEYS_MS
  for (;;) {
    const { received } = await courier.round()
    if (received.length > 0) return device.keys.held().length
    if (signal.aborted || clock.now() > end) return 0
    await new Promise(resolve => setTimeout(resolve, ASK_MS))
  }
}

/** `hausrecht join ADDRESS` */
export const join: Handler = async (context, [address = ''], options) => {
  const { out, language, dataDir, invocation, signal, clock } = context
  const t = words[language]
  const { home } = layout(dataDir)
  const invite = inviteOf(context, address)
  prepareFolder(dataDir)
  if (await isHomeFolder(home)) throw CliError.of('already_set_up', { path: dataDir })
  const transport = httpTransport()
  out.line(t.asking(invite.vault))
  try {
    const asked = { invite, name: deviceLabel(options.text('label')) }
    const device = await joinHousehold(
      await FolderStore.open(home),
      asked,
      { transport, clock },
      {
        signal,
        onWaiting: id => {
          out.line(t.approveThere(invocation, id.slice(0, 6)))
          out.value({ type: 'waiting', device: id })
        },
        onDigits: digits => {
          out.line(`${t.digits}  ${out.style.strong(`${digits.slice(0, 3)} ${digits.slice(3)}`)}`)
          out.line(t.compare)
          out.value({ type: 'digits', digits })
        },
      },
    )
    try {
      out.line(t.approved)
      const trees = await receiveKeys(context, device)
      const { household } = await readNames(device)
      out.line(trees > 0 ? out.style.yours(t.keys(trees)) : out.style.waits(t.later))
      out.line(t.welcome(harmless(household)))
      out.value({ type: 'done', household: device.household, name: household, device: device.id, keyTrees: trees })
      return 0
    } finally {
      closeDevice(device)
    }
  } catch (error) {
    if (signal.aborted) throw CliError.of('interrupted', { next: '' })
    throw explain(error, dataDir, invite.vault)
  } finally {
    transport.close()
  }
}
