import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import type { Transport } from '@hausrecht/client/transport'
import { type Audit, audit } from '../audit/audit.ts'
import { words as auditWords } from '../audit/audit-words.ts'
import type { CheckResult, FaultCode, FaultParams } from '../audit/checks.ts'
import { folderFiles } from '../audit/folder-files.ts'
import type { LogFiles } from '../audit/source.ts'
import { type Device, deviceHere, trustFor } from '../audit/trust.ts'
import { vaultFiles, webFiles } from '../audit/web-files.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { moment, number } from '../time/format.ts'
import { leafProgress } from './leaf-progress.ts'
import { words } from './verify-words.ts'

const isUrl = (text: string): boolean => /^https?:\/\//.test(text)

/** Where the log is: a folder, an address, or the vault of this device. @throws CliError not_set_up, no_log */
function filesOf(context: Context, source: string | undefined, device: Device | null, transport: Transport): LogFiles {
  const { dataDir, signal } = context
  const own = device && `${device.vault.url}/v1/households/${device.home.facts.household}/log`
  if (source === undefined || source.replace(/\/+$/, '') === own) {
    if (device === null) throw CliError.of('not_set_up', { path: dataDir })
    return vaultFiles(device.vault, signal)
  }
  if (isUrl(source)) return webFiles(source, transport, signal)
  const folder = resolve(source)
  if (!existsSync(folder)) throw CliError.of('no_log', { source })
  return folderFiles(folder)
}

/** The words of a fault: each code has its own parameters, which TypeScript cannot follow through the table. */
function faultText<C extends FaultCode>(
  faults: { readonly [F in C]: (params: Readonly<FaultParams[F]>) => string },
  fault: { readonly code: C } & FaultParams[C],
): string {
  return faults[fault.code](fault)
}

function tellCheck({ out, language }: Context, result: CheckResult, { log, cosigned, tally }: Audit): void {
  const t = auditWords[language]
  const accesses = tally.readers.reduce((sum, [, { count }]) => sum + count, 0)
  const counts = {
    size: number(log?.size ?? 0, language),
    entries: number((tally.all?.count ?? 0) - accesses, language),
    accesses: number(accesses, language),
    witnesses: [...cosigned.keys()].join(', '),
  }
  const line = (sign: string, text: string): void => out.line(`${sign} ${t.names[result.check]}: ${harmless(text)}`)
  switch (result.state) {
    case 'passed':
      line(out.style.yours('✓'), t.passed[result.check](counts))
      break
    case 'failed':
      line(out.style.danger('✕'), faultText(t.faults, result.fault))
      break
    case 'undecided':
      line(out.style.waits('?'), t.undecided)
      break
    case 'not_asked':
      line(out.style.quiet('–'), result.check === 'seen' ? t.neverSeen : t.nobodyAsked)
      break
    default:
      result satisfies never
  }
}

function tellSummary({ out, language, clock }: Context, { ok, tally }: Audit): void {
  const t = words[language]
  const now = clock.now()
  const table = (title: string, rows: readonly (readonly [string, number, string])[]): void => {
    if (rows.length === 0) return
    out.line('')
    out.line(out.style.strong(title))
    const width = Math.max(...rows.map(([name]) => name.length))
    for (const [name, count, more] of rows)
      out.line(`  ${harmless(name).padEnd(width)}  ${number(count, language).padStart(9)}${more}`)
  }
  const span = (first: number, last: number): string =>
    t.spanned(moment(first, now, language), moment(last, now, language))
  table(
    t.types,
    tally.types.map(([type, count]) => [type, count, ''] as const),
  )
  table(
    t.readers,
    tally.readers.map(([reader, { count, first, last }]) => [reader, count, `  ${span(first, last)}`] as const),
  )
  if (tally.all !== null) out.line(`\n${span(tally.all.first, tally.all.last)}`)
  out.line('')
  for (const text of ok ? [...t.proves, ...t.provesNot] : [t.unsure]) out.line(out.style.quiet(text))
}

const asValue = ({ ok, log, checks, cosigned, tally }: Audit, from: string, name: string) => ({
  type: 'audit',
  ok,
  source: name,
  against: from,
  log,
  checks,
  cosigned: Object.fromEntries(cosigned),
  types: Object.fromEntries(tally.types),
  readers: tally.readers.map(([reader, span]) => ({ reader, ...span })),
  first: tally.all?.first ?? null,
  last: tally.all?.last ?? null,
})

/** `hausrecht verify log [SOURCE]`: exit code 1 when a check fails. */
export const verifyLog: Handler = async (context, [source], options) => {
  const { out, language, dataDir, signal } = context
  const t = words[language]
  const transport = httpTransport()
  let vaultUrl = ''
  try {
    const device = await deviceHere(context, transport)
    vaultUrl = device?.vault.url ?? ''
    const files = filesOf(context, source, device, transport)
    const policyFile = options.text('policy')
    const { trust, from } = await trustFor(files, device, policyFile)
    // The own vault's log has to be this household's, whatever its checkpoint says.
    const household = source === undefined && device !== null ? device.home.facts.household : trust.household
    out.line(t.reading(harmless(files.name)))
    const onProgress = leafProgress(context)
    const audited = await audit({ files, trust: { ...trust, household }, signal, onProgress })
    if (audited === null) throw CliError.of('no_log', { source: files.name })
    const { log, checks, ok } = audited
    if (log !== null) out.line(out.style.strong(t.log(harmless(log.origin), number(log.size, language))))
    out.line(t.against[from](policyFile ?? ''))
    out.line('')
    for (const result of checks) tellCheck(context, result, audited)
    tellSummary(context, audited)
    const failed = checks.filter(({ state }) => state === 'failed').length
    out.line('')
    out.line(ok ? out.style.yours(t.allTrue) : out.style.danger(t.someFalse(failed)))
    out.value(asValue(audited, from, files.name))
    return ok ? 0 : 1
  } catch (error) {
    if (signal.aborted) throw CliError.of('interrupted', { next: '' })
    throw explain(error, dataDir, vaultUrl)
  } finally {
    transport.close()
  }
}
