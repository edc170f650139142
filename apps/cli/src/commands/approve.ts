import type { Role } from '@hausrecht/chain/types'
import { type Comparison, compareWith, handOver, type JoinRequest, listJoinRequests } from '@hausrecht/client/approve'
import type { OpenDevice } from '@hausrecht/client/device'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import type { Given } from '../program/options.ts'
import { harmless } from '../terminal/width.ts'
import { duration, moment } from '../time/format.ts'
import { parseTime } from '../time/parse.ts'
import { atHome } from './at-home.ts'
import { words } from './join-words.ts'

/** How long to stay and hand the keys over, in ms. */
const HAND_OVER_MS = 60_000

const ROLES: ReadonlyMap<string, readonly Role[]> = new Map<string, readonly Role[]>([
  ['member', ['vault']],
  ['admin', ['admin', 'vault']],
])

async function choose(
  { language, invocation }: Context,
  device: OpenDevice,
  wanted: string | undefined,
): Promise<JoinRequest> {
  const requests = (await listJoinRequests(device)).filter(
    ({ device: id }) => wanted === undefined || id.startsWith(wanted.toLowerCase()),
  )
  const [request, ...others] = requests
  if (request === undefined) throw CliError.of('nobody_waits', {})
  if (others.length === 0) return request
  const ids = requests.map(({ device: id }) => id.slice(0, 6)).join(', ')
  throw CliError.of('usage', { what: words[language].several(ids), command: `${invocation} approve` })
}

type Wishes = Readonly<{ roles: readonly Role[]; from: number }>

function wishesOf({ language, clock, invocation }: Context, options: Given): Wishes {
  const role = options.text('role') ?? 'member'
  const roles = ROLES.get(role)
  if (roles === undefined)
    throw CliError.of('usage', { what: words[language].badRole(role), command: `${invocation} approve` })
  const since = options.text('since')
  const from = since === undefined ? 0 : parseTime(since, clock.now(), 'from')
  if (from === undefined) throw CliError.of('bad_time', { text: since ?? '' })
  return { roles, from }
}

/** The person types what the other screen shows: digits that are only looked at are too easily nodded through. */
async function compare({ out, ask, language }: Context, comparison: Comparison, fromStdin: boolean): Promise<void> {
  const t = words[language]
  const typed = fromStdin ? await ask.stdinLine() : await ask.text(t.type)
  if (typed.replace(/\D/g, '') === comparison.digits) return out.line(out.style.yours(t.same))
  await comparison.refuse()
  throw CliError.of('digits_differ', {})
}

/** `hausrecht approve [DEVICE]` */
export const approve: Handler = (context, [wanted], options) =>
  atHome(context, async ({ device }) => {
    const { out, ask, language, clock, signal } = context
    const t = words[language]
    const fromStdin = options.flag('digitsStdin')
    if (!fromStdin && (!ask.possible || out.json)) throw CliError.of('needs_yes', { what: t.needsDigits })
    const wishes = wishesOf(context, options)
    const request = await choose(context, device, wanted)
    const short = request.device.slice(0, 6)
    out.line(t.waits(short, duration(Math.max(0, clock.now() - request.createdAt), language)))
    out.value({ type: 'comparing', device: request.device })
    const comparison = await compareWith(device, request.device, signal)
    await compare(context, comparison, fromStdin)
    const given = options.text('label') ?? (fromStdin ? '' : await ask.text(t.nameIt))
    const name = given.trim() === '' ? t.defaultName(short) : given.trim()
    await comparison.approve({ name, ...wishes, streams: 'all' })
    out.line(t.letIn(harmless(name)))
    out.line(t.rights(wishes.from === 0 ? '' : moment(wishes.from, clock.now(), language)))
    out.progress(t.handing)
    const handed = await handOver(device, request.device, { timeoutMs: HAND_OVER_MS, signal })
    out.line(handed ? t.handed : out.style.waits(t.notHanded))
    out.value({ type: 'done', device: request.device, name, handed })
    return 0
  })
