import type { Language } from '../language.ts'
import type { PartState } from '../start/supervised.ts'
import type { Style } from '../terminal/style.ts'
import { cutTo, harmless, padTo, widthOf } from '../terminal/width.ts'
import { bitrate, bytes, duration, number } from '../time/format.ts'
import { type CameraNow, moodOf, type Screen, STALE_MS } from './model.ts'
import { type ScreenWords, words } from './screen-words.ts'
import { tipAt } from './tips.ts'

export type Frame = Readonly<{ columns: number; rows: number; language: Language; style: Style; invocation: string }>

const MARGIN = '  '
const LABEL_WIDTH = 11
const MIN_NAME = 8
const MAX_NAME = 28

type Part = Readonly<{ t: ScreenWords; frame: Frame; screen: Screen }>

const header = ({ t, frame: { style, columns }, screen }: Part): string => {
  const mood = moodOf(screen)
  const seal = {
    well: style.yours(`◆ ${t.ownOnly}`),
    waits: style.waits(`◇ ${t.somethingWaits}`),
    wrong: style.danger(`✕ ${t.somethingWrong}`),
  }[mood]
  const left = `${MARGIN}${style.strong('Hausrecht')}  ${harmless(screen.household)}`
  return padTo(left, columns - widthOf(seal) - MARGIN.length) + seal
}

const signOf = (camera: CameraNow, stale: boolean, style: Style): string => {
  if (camera.state === 'elsewhere' || camera.state === 'off') return style.quiet('○')
  if (camera.state === 'recording' && !stale) return style.yours('●')
  return camera.state === 'waiting' || stale ? style.danger('✕') : style.waits('○')
}

const saidOf = (camera: CameraNow, t: ScreenWords, sealed: string): string => {
  if (camera.state === 'elsewhere' || camera.state === 'off') return t[camera.state]
  return camera.state === 'connecting' && camera.sealedAt === undefined ? t.connecting : sealed
}

const cameraLines = (part: Part, camera: CameraNow, nameWidth: number): readonly string[] => {
  const { t, frame, screen } = part
  const { style, language } = frame
  const age = camera.sealedAt === undefined ? undefined : screen.now - camera.sealedAt
  const stale = age !== undefined && age > STALE_MS
  const sealed = age === undefined ? t.notSealed : t.sealed(duration(age, language))
  const rate = camera.bitsPerSecond === undefined || stale ? '' : bitrate(camera.bitsPerSecond, language)
  const name = padTo(cutTo(harmless(camera.name), nameWidth), nameWidth)
  const said = saidOf(camera, t, sealed)
  const first = `${signOf(camera, stale, style)} ${style.strong(name)}  ${stale ? style.danger(said) : said}  ${rate}`
  const detail =
    camera.problem === undefined
      ? style.quiet(
          [
            camera.picture,
            camera.picture === undefined ? undefined : (camera.sound ?? t.silent),
            camera.viewers === undefined ? undefined : t.watched(camera.viewers),
          ]
            .filter(Boolean)
            .join(' · '),
        )
      : style.waits(harmless(camera.problem))
  const second = detail === '' ? [] : [`  ${' '.repeat(nameWidth)}  ${detail}`]
  return [first, ...second].map(line => MARGIN + line)
}

const camerasOf = (part: Part, room: number): readonly string[] => {
  const { t, frame, screen } = part
  if (screen.cameras.length === 0) return [`${MARGIN}${frame.style.quiet(t.noCameras)}`]
  const widest = Math.max(...screen.cameras.map(({ name }) => widthOf(harmless(name))))
  const nameWidth = Math.min(MAX_NAME, Math.max(MIN_NAME, widest))
  const all = screen.cameras.map(camera => cameraLines(part, camera, nameWidth))
  const long = all.flat()
  if (long.length <= room) return long
  const short = all.flatMap(([first]) => (first === undefined ? [] : [first]))
  return short.length <= room
    ? short
    : [...short.slice(0, Math.max(0, room - 1)), `${MARGIN}… +${short.length - room + 1}`]
}

const partText = ({ t, frame: { style, language }, screen }: Part, state: PartState): string => {
  if (state.state === 'running') return style.yours(t.running)
  if (state.state !== 'waiting') return style.waits(state.state === 'starting' ? t.starting : t.stopped)
  const wait = duration(Math.max(0, (state.retryAt ?? screen.now) - screen.now), language)
  return style.danger(t.again(wait, harmless(state.reason ?? t.unknown)))
}

const facts = (part: Part): readonly (readonly [string, string])[] => {
  const { t, frame, screen } = part
  const { language, style } = frame
  const { kept, waiting, witness, gaps } = screen
  const quota = kept?.quotaBytes === undefined ? '' : bytes(kept.quotaBytes, language)
  const unsent = waiting?.bytes ?? 0
  const sent = unsent > 0 ? '' : ` · ${t.nothingWaits}`
  const keptText = kept === undefined ? t.unknown : `${t.keptValue(bytes(kept.bytes, language), quota)}${sent}`
  const spool = unsent > 0 ? [['', style.waits(t.waiting(bytes(unsent, language)))] as const] : []
  const age = witness?.cosignedAt === undefined ? undefined : duration(screen.now - witness.cosignedAt, language)
  const cosigned = age === undefined ? t.notCosigned : t.cosigned(age)
  const hub = screen.parts.hub.state === 'running' ? [] : [['Hub', partText(part, screen.parts.hub)] as const]
  const noted =
    gaps === undefined || gaps.count === 0
      ? []
      : [['', style.waits(t.gaps(gaps.count, harmless(gaps.reason)))] as const]
  const pending = screen.pending === 0 ? [] : [['', style.waits(t.pending(screen.pending, frame.invocation))] as const]
  const { app } = screen
  const dead = app.dead ? [['', style.waits(t.deadLink(frame.invocation))] as const] : []
  const door = app.link ? [] : [[t.app, style.link(style.strong(app.url), app.url)] as const, ...dead]
  return [
    ...door,
    [t.kept, keptText],
    ...spool,
    ...noted,
    [
      t.vault,
      `${screen.vaultAway === true ? style.danger(t.away) : partText(part, screen.parts.vault)} · ${screen.vaultUrl}`,
    ],
    ...(screen.open === true ? [['', style.waits(t.open)] as const] : []),
    [t.log, kept === undefined ? t.unknown : t.logSize(number(kept.logSize, language))],
    [t.witness, `${cosigned} · ${style.waits(witness?.own === false ? t.otherWitness : t.ownWitness)}`],
    ...hub,
    ...pending,
  ]
}

const CHUNK_MIN = 20

/** Six digits as people read them. */
export const readable = (digits: string): string => `${digits.slice(0, 3)} ${digits.slice(3)}`

/** What to open is what a new user looks for first. A long link begins at the edge and breaks where the terminal does, so that it can be copied. */
const appLines = ({ t, frame: { style, columns }, screen: { app } }: Part): readonly string[] => {
  if (app.digits !== undefined)
    return [`${MARGIN}${style.waits(t.compare)}`, `${MARGIN}${style.strong(readable(app.digits))}`, '']
  if (!app.link) return []
  const width = Math.max(CHUNK_MIN, columns)
  const rows = Array.from({ length: Math.ceil(app.url.length / width) }, (_, row) =>
    style.link(style.strong(app.url.slice(row * width, (row + 1) * width)), app.url),
  )
  return [`${MARGIN}${style.waits(t.openLink)}`, ...rows, '']
}

const ruleOf = ({ frame: { style, columns } }: Part): string =>
  MARGIN + style.quiet('─'.repeat(Math.max(0, columns - 2 * MARGIN.length)))

/** A line below the state: a label and what belongs to it. */
export const labelled = (label: string, text: string, style: Style): string =>
  `${MARGIN}${style.quiet(padTo(label, LABEL_WIDTH))}${text}`

const factLines = (part: Part): readonly string[] =>
  facts(part).map(([label, text]) => labelled(label, text, part.frame.style))

/** The state as lines without a screen around it, for printing once. */
export function summary(screen: Screen, frame: Omit<Frame, 'rows'>): readonly string[] {
  const part: Part = { t: words[frame.language], frame: { ...frame, rows: 0 }, screen }
  const cameras = camerasOf(part, Number.POSITIVE_INFINITY)
  const app = appLines({ ...part, frame: { ...part.frame, columns: Number.MAX_SAFE_INTEGER } })
  return [header(part), ruleOf(part), ...cameras, '', ...factLines(part)]
    .map(line => cutTo(line, frame.columns))
    .concat(app)
}

/** The whole screen as lines, each at most as wide as the terminal, and at most as many as it has rows. */
export function view(screen: Screen, frame: Frame): readonly string[] {
  const t = words[frame.language]
  const { style, columns, rows } = frame
  const part: Part = { t, frame, screen }
  const tip = tipAt(screen, t)
  const bottom = [
    ...factLines(part),
    '',
    labelled(t.next, `${tip.what}:`, style),
    labelled('', style.strong(`${frame.invocation} ${tip.command}`), style),
  ]
  const footer = `${MARGIN}${style.quiet(`${t.quit} · ${screen.dataFolder} · ${screen.version}`)}`
  const app = appLines(part)
  const room = Math.max(1, rows - bottom.length - app.length - 7)
  const body = ['', header(part), ruleOf(part), ...app, ...camerasOf(part, room), '', ...bottom]
  const gap = Array.from({ length: Math.max(0, rows - body.length - 1) }, () => '')
  const lines = [...body.slice(0, Math.max(0, rows - 1)), ...gap, footer]
  return lines.slice(0, rows).map(line => cutTo(line, columns))
}
