import { firstKept, ruleFor } from '@hausrecht/chain/retention'
import { hasRole } from '@hausrecht/chain/rights'
import { LIMITS } from '@hausrecht/chain/types'
import { type OpenDevice, sync } from '@hausrecht/client/device'
import { householdNow } from '@hausrecht/client/household-clock'
import { type Camera, readNames } from '@hausrecht/client/names'
import { rulesWith, setRetention } from '@hausrecht/client/retention-rules'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafStart } from '@hausrecht/keytree/leaf'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { harmless, padTo, widthOf } from '../terminal/width.ts'
import { moment } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { pickCamera } from './pick.ts'
import { words } from './retention-words.ts'

/** What is kept of a camera, from the rule in force: `endedBefore` is null when nothing has ended, or ends. */
export type Kept = Readonly<{ camera: string; days: number | null; endedBefore: number | null }>

function keptOf({ chain, clock }: OpenDevice, { name, video }: Camera): Kept {
  const { state } = chain
  const first = firstKept(state, video, householdNow({ chain, clock }))
  return { camera: name, days: ruleFor(state, video)?.days ?? null, endedBefore: first === 0 ? null : leafStart(first) }
}

/** `hausrecht retention list` */
export const list: Handler = context =>
  atHome(context, async ({ device }) => show(context, device, (await readNames(device)).cameras), { offline: true })

function show({ out, language, clock }: Context, device: OpenDevice, cameras: readonly Camera[]): 0 {
  const t = words[language]
  const all = cameras.map(camera => keptOf(device, camera))
  const now = householdNow(device)
  const width = Math.max(0, ...all.map(({ camera }) => widthOf(harmless(camera))))
  if (all.length === 0) out.line(t.none)
  for (const { camera, days, endedBefore } of all) {
    const ended = endedBefore === null ? '' : `; ${t.ended(moment(endedBefore, now, language))}`
    const what = days === null ? t.noEnd : `${t.kept(days)}${ended}`
    out.line(`${out.style.strong(padTo(harmless(camera), width))}  ${what}`)
  }
  if (all.some(({ days }) => days !== null)) {
    out.line('')
    out.line(t.nobodyElse)
    out.line(now === 0 ? out.style.waits(t.noClock) : t.clock(moment(now, clock.now(), language)))
  }
  out.value({ kept: all, now })
  return 0
}

/** `hausrecht retention set DAYS` */
export const set: Handler = (context, [text = ''], options) =>
  atHome(context, async ({ device }) => {
    const { out, ask, language } = context
    const t = words[language]
    const { state } = device.chain
    if (!hasRole(state, device.id, 'admin')) throw CliError.of('not_allowed', { reason: t.mayNot })
    const days = daysIn(context, text)
    const { cameras } = await readNames(device)
    const wanted = options.text('camera')
    const camera = wanted === undefined ? null : pickCamera(cameras, wanted)
    const rules = rulesWith(state.retention, camera === null ? null : streamsOf(camera), days)
    const what = camera === null ? t.all : harmless(camera.name)
    if (days !== null && !options.flag('yes')) {
      const until = householdNow(device) - days * 86_400_000
      const goes = t.goes(what, moment(until, context.clock.now(), language))
      if (!ask.possible || out.json) throw CliError.of('needs_yes', { what: goes })
      out.line(goes)
      if (!(await ask.yes(t.ask))) throw CliError.of('declined', {})
    }
    await setRetention(device, rules)
    await sync(device)
    return show(context, device, cameras)
  })

function daysIn(context: Context, text: string): number | null {
  if (text === 'forever') return null
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (days >= 1 && days <= LIMITS.retentionDays) return days
  const what = words[context.language].badDays(LIMITS.retentionDays)
  throw CliError.of('usage', { what, command: `${context.invocation} retention set` })
}

const streamsOf = ({ video, audio, sub }: Camera): readonly StreamId[] =>
  [video, audio, sub].filter(stream => stream !== null)
