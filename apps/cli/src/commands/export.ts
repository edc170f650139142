import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readNames } from '@hausrecht/client/names'
import type { Finding } from '@hausrecht/client/sequence'
import { leafStart } from '@hausrecht/keytree/leaf'
import { Mp4Error } from '@hausrecht/media/errors'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { type Exported, exportRange } from '../export/export-range.ts'
import { type Told, toTell } from '../export/findings.ts'
import { words as gapWords, reasonIn } from '../gap-words.ts'
import type { Handler } from '../handler.ts'
import { explainIo } from '../io-errors.ts'
import { words as refusalWords } from '../refusal-words.ts'
import { bar, createRate } from '../terminal/bar.ts'
import { harmless } from '../terminal/width.ts'
import { bytes, duration, moment, span } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './export-words.ts'
import { pickCamera } from './pick.ts'
import { absolute, type Range, readRangeArgs } from './range.ts'

const BAR_WIDTH = 24
/** How often progress is told with `--json`, ms. */
const TELL_MS = 500

type Names = ReadonlyMap<string, string>

function sentence({ language, clock }: Context, finding: Finding, devices: Names): string {
  const t = words[language]
  const now = clock.now()
  switch (finding.type) {
    case 'deleted':
      return t.deleted(
        span(finding.from, finding.to, now, language),
        moment(finding.at, now, language),
        devices.get(finding.by) ?? t.somebody,
      )
    case 'expired':
      return t.expired(span(finding.from, finding.to, now, language))
    case 'gap':
      return t.gap(span(finding.from, finding.to, now, language), reasonIn(gapWords[language], finding.reason))
    case 'missing':
      return t.missing(span(finding.from, finding.to, now, language), finding.count)
    case 'nothing':
      return t.nothing(span(finding.from, finding.to, now, language), finding.proven)
    case 'repeated':
    case 'reordered':
      return t.odd(moment(leafStart(finding.leaf), now, language))
    case 'damaged': {
      const what =
        finding.code === 'withheld'
          ? refusalWords[language].vault.not_found
          : refusalWords[language].client[finding.code]
      return t.damaged(
        moment(leafStart(finding.leaf), now, language),
        finding.detail === undefined ? what : `${what}, ${finding.detail}`,
      )
    }
  }
}

/** Findings as values: what is gone and when it was deleted stands apart from what was never there. */
const asValues = (told: readonly Told[]) => {
  const of = (type: Finding['type']) =>
    told.filter(({ finding }) => finding.type === type).map(({ track, finding }) => ({ track, ...finding }))
  return {
    deleted: of('deleted').map(({ type: _, ...rest }) => rest),
    expired: of('expired').map(({ type: _, ...rest }) => rest),
    gaps: of('gap').map(({ type: _, ...rest }) => rest),
    missing: [...of('missing'), ...of('nothing')],
    damaged: [...of('damaged'), ...of('repeated'), ...of('reordered')],
  }
}

/** Draws the bar, and tells programs how far it is. */
function progressOf({ out, language, clock }: Context, range: Range) {
  const rate = createRate(range.to - range.from)
  let toldAt = 0
  const byteRate = createRate(0)
  return (at: number, done: number): void => {
    const now = clock.now()
    if (now - toldAt < (out.live ? 100 : TELL_MS)) return
    toldAt = now
    const fraction = Math.min(1, Math.max(0, (at - range.from) / (range.to - range.from)))
    const { remainingMs } = rate(at - range.from, now)
    const { perSecond } = byteRate(done, now)
    const left = remainingMs === undefined ? '' : ` · ${duration(remainingMs, language)}`
    out.progress(
      `${bar(fraction, BAR_WIDTH)} ${Math.floor(fraction * 100)} % · ${bytes(done, language)} · ${bytes(perSecond, language)}/s${left}`,
    )
    out.value({
      type: 'progress',
      fraction,
      bytes: done,
      bytesPerSecond: Math.round(perSecond),
      remainingMs: remainingMs ?? null,
    })
  }
}

function tell(context: Context, told: readonly Told[], devices: Names): void {
  const { out, language } = context
  for (const { track, finding } of told) {
    const text = sentence(context, finding, devices)
    const line = track === 'sound' ? `${words[language].soundOnly}: ${text}` : text
    const serious = finding.type === 'missing' || finding.type === 'damaged'
    out.line(`  ${serious ? out.style.danger(harmless(line)) : out.style.waits(harmless(line))}`)
  }
}

/** Nothing could be written: because it was deleted, or because there was nothing. */
function emptyError({ language, clock }: Context, camera: string, range: Range, { picture }: Exported): CliError {
  const now = clock.now()
  const where = { camera, span: span(range.from, range.to, now, language) }
  const deleted = picture.filter(finding => finding.type === 'deleted').at(-1)
  if (deleted === undefined) return CliError.of('nothing_recorded', where)
  return CliError.of('all_deleted', { ...where, when: moment(deleted.at, now, language) })
}

/** `hausrecht export CAMERA FROM TO FILE` */
export const exportCamera: Handler = (context, [name = '', fromText = '', toText = '', fileText = ''], options) =>
  atHome(context, async ({ device }) => {
    const { out, language, clock, signal, invocation } = context
    const t = words[language]
    const range = readRangeArgs(context, fromText, toText)
    const file = resolve(fileText)
    if (existsSync(file) && !options.flag('overwrite')) throw CliError.of('output_exists', { path: fileText })
    const { cameras, devices } = await readNames(device)
    const camera = pickCamera(cameras, name)
    out.line(t.exporting(harmless(camera.name), span(range.from, range.to, clock.now(), language)))
    let exported: Exported
    try {
      exported = await exportRange({
        device,
        camera,
        ...range,
        file,
        sound: options.flag('sound'),
        signal,
        onProgress: progressOf(context, range),
        onResume: done => out.line(t.resuming(bytes(done, language))),
      })
    } catch (error) {
      if (signal.aborted) {
        const [from, to] = absolute(range)
        throw CliError.of('interrupted', {
          next: t.resume(`${invocation} export "${camera.name}" ${from} ${to} ${fileText}`),
        })
      }
      if (error instanceof Mp4Error && error.code === 'io') throw explainIo(error.cause, file)
      if (error instanceof Mp4Error && error.code === 'codec_changed')
        throw CliError.of('codec_changed', {}, { cause: error })
      throw error
    }
    const told = toTell(exported.picture, exported.sound)
    const { movie } = exported
    if (movie === null) {
      tell(context, told, devices)
      throw emptyError(context, camera.name, range, exported)
    }
    out.line(out.style.yours(t.done(fileText, bytes(movie.bytes, language), duration(movie.durationMs, language))))
    if (!movie.hasSound) out.line(`  ${t.noSound}`)
    tell(context, told, devices)
    out.value({ type: 'done', file, camera: camera.name, ...movie, ...asValues(told) })
    return 0
  })
