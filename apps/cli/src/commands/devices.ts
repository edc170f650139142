import type { OpenDevice } from '@hausrecht/client/device'
import { removeDevice } from '@hausrecht/client/household'
import { readNames } from '@hausrecht/client/names'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { harmless, padTo, widthOf } from '../terminal/width.ts'
import { moment } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './device-words.ts'

export type Known = Readonly<{
  id: DeviceId
  name: string
  roles: readonly string[]
  addedAt: number
  removedAt: number | null
  self: boolean
}>

/** Devices of the household with the names that this device can read. */
export async function knownDevices(device: OpenDevice): Promise<readonly Known[]> {
  const { devices } = await readNames(device)
  return [...device.chain.state.devices.values()].map(({ id, roles, addedAt, removedAt }) => ({
    id,
    name: devices.get(id) ?? id.slice(0, 6),
    roles,
    addedAt,
    removedAt,
    self: id === device.id,
  }))
}

/** `hausrecht devices list` */
export const list: Handler = context =>
  atHome(
    context,
    async ({ device }) => {
      const { out, language, clock } = context
      const t = words[language]
      const known = await knownDevices(device)
      const width = Math.max(...known.map(({ name }) => widthOf(harmless(name))))
      const roleOf = new Map<string, string>(Object.entries(t.roles))
      for (const { name, roles, addedAt, removedAt, self } of known) {
        const when =
          removedAt === null
            ? t.since(moment(addedAt, clock.now(), language))
            : t.removed(moment(removedAt, clock.now(), language))
        const what = roles.map(role => roleOf.get(role) ?? role).join(', ')
        out.line(
          `${out.style.strong(padTo(harmless(name), width))}  ${when}  ${what}${self ? `  ${out.style.yours(t.self)}` : ''}`,
        )
      }
      out.value({ devices: known })
      return 0
    },
    { offline: true },
  )

/** `hausrecht devices remove DEVICE` */
export const remove: Handler = (context, [wanted = ''], options) =>
  atHome(context, async ({ device }) => {
    const { out, ask, language } = context
    const t = words[language]
    const active = (await knownDevices(device)).filter(({ removedAt }) => removedAt === null)
    const found = active.filter(
      ({ id, name }) => id === wanted || name.toLocaleLowerCase() === wanted.toLocaleLowerCase(),
    )
    const [target] = found
    if (target === undefined || found.length > 1) throw CliError.of('no_such_device', { name: wanted })
    if (target.self) throw CliError.of('not_allowed', { reason: t.notSelf })
    if (!options.flag('yes')) {
      if (!ask.possible || out.json) throw CliError.of('needs_yes', { what: t.removeNeedsYes(target.name) })
      if (!(await ask.yes(t.removeAsk(target.name)))) throw CliError.of('declined', {})
    }
    await removeDevice(device, target.id)
    out.line(t.removedNow(harmless(target.name)))
    out.value({ removed: target.id })
    return 0
  })
