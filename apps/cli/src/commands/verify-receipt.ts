import { readFile } from 'node:fs/promises'
import type { ReceiptCheckResult, ReceiptFaultCode, ReceiptFaultParams } from '@hausrecht/chain/receipt-checks'
import { parseReceiptFile, ReceiptFileError } from '@hausrecht/chain/receipt-file'
import { type VerifiedReceipt, verifyReceipt } from '@hausrecht/chain/verify-receipt'
import type { Policy } from '@hausrecht/tlog/policy'
import { policyIn, readPolicy } from '../audit/policy.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { moment } from '../time/format.ts'
import type { ReceiptTrustFrom } from './receipt-word-list.ts'
import { words } from './receipt-words.ts'
import { namesOf, tellDeletion } from './tell-deletion.ts'
import { ownPolicy } from './verify-proof.ts'

type Trust = { readonly policy: Policy | null; readonly from: ReceiptTrustFrom }

/** Whose cosignatures count: as a person says, else as this device asks if it is of that household, else as the receipt says. */
async function trustFor(context: Context, text: string, policyFile: string | undefined, path: string): Promise<Trust> {
  if (policyFile !== undefined) return { policy: await readPolicy(policyFile), from: 'file' }
  const said = claims(text)
  const own = await ownPolicy(context)
  if (own?.logs.some(({ key }) => key.name === said.origin)) return { policy: own, from: 'device' }
  if (said.policy === null) return { policy: null, from: 'nobody' }
  return { policy: policyIn(said.policy, path), from: 'receipt' }
}

/** What the file says of itself, before anything is checked. */
function claims(text: string): { readonly origin: string; readonly policy: string | null } {
  try {
    const { checkpoint, policy } = parseReceiptFile(text)
    return { origin: checkpoint.split('\n')[0] ?? '', policy }
  } catch (error) {
    if (error instanceof ReceiptFileError) return { origin: '', policy: null }
    throw error
  }
}

/** The words of a fault: each code has its own parameters, which TypeScript cannot follow through the table. */
function faultText<C extends ReceiptFaultCode>(
  faults: { readonly [F in C]: (params: Readonly<ReceiptFaultParams[F]>) => string },
  fault: { readonly code: C } & ReceiptFaultParams[C],
): string {
  return faults[fault.code](fault)
}

function tellCheck(
  { out, language, clock }: Context,
  result: ReceiptCheckResult,
  cosigned: VerifiedReceipt['cosigned'],
): void {
  const t = words[language]
  const witnesses = [...cosigned].map(([name, time]) => t.sawIt(name, moment(time, clock.now(), language))).join(', ')
  const line = (sign: string, text: string): void => out.line(`${sign} ${t.names[result.check]}: ${harmless(text)}`)
  switch (result.state) {
    case 'passed':
      line(out.style.yours('✓'), `${t.passed[result.check]}${result.check === 'cosignatures' ? `: ${witnesses}` : ''}`)
      break
    case 'failed':
      line(out.style.danger('✗'), faultText(t.faults, result.fault))
      break
    case 'undecided':
      line(out.style.waits('?'), result.check === 'devices' ? t.openList : t.undecided)
      break
    case 'not_asked':
      line(out.style.quiet('–'), result.check === 'cosignatures' ? t.nobodyAsked : t.notAsked)
      break
    default:
      result satisfies never
  }
}

function tellResult(context: Context, { ok, checks, cosigned, deletion, labels }: VerifiedReceipt): void {
  const { out, language } = context
  const t = words[language]
  for (const result of checks) tellCheck(context, result, cosigned)
  out.line('')
  // What a file says while a check of its form or its signatures fails is nothing to be repeated.
  const failed = checks.filter(({ state }) => state === 'failed')
  const believed = failed.every(({ check }) => check === 'holders' || check === 'complete')
  if (deletion !== null && believed) {
    tellDeletion(context, deletion, namesOf(labels))
    if (labels.size > 0) out.line(out.style.quiet(t.labels))
    for (const [id, name] of labels) out.line(out.style.quiet(`  ${harmless(id)}  ${harmless(name)}`))
    out.line('')
  }
  if (ok) for (const text of [...t.proves, ...t.provesNot]) out.line(out.style.quiet(text))
  out.line(ok ? out.style.yours(t.holds) : out.style.danger(t.fails(failed.length)))
}

/** `hausrecht verify receipt FILE`: without any network; exit code 1 when it does not prove a complete deletion. */
export const verifyReceiptFile: Handler = async (context, [path = ''], options) => {
  const { out, language, dataDir } = context
  try {
    const text = await readFile(path, 'utf8').catch(error => {
      throw CliError.of('unreadable', { path }, { cause: error })
    })
    const policyFile = options.text('policy')
    const { policy, from } = await trustFor(context, text, policyFile, path)
    const verified = await verifyReceipt(text, policy)
    out.line(words[language].against[from](harmless(policyFile ?? '')))
    tellResult(context, verified)
    const { ok, checks, log, cosigned, deletion, labels } = verified
    out.value({
      ...{ type: 'receipt', ok, against: from, log, checks, deletion },
      ...{ cosigned: Object.fromEntries(cosigned), labels: Object.fromEntries(labels) },
    })
    return ok ? 0 : 1
  } catch (error) {
    throw explain(error, dataDir)
  }
}
