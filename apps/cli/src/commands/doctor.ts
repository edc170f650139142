import { isHomeFolder } from '@hausrecht/client/node/home'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { words } from '../doctor/doctor-words.ts'
import { type Finding, finding, type Level } from '../doctor/finding.ts'
import { examineHouse } from '../doctor/house.ts'
import { examineHub } from '../doctor/hub.ts'
import { examineMachine } from '../doctor/machine.ts'
import { CliError, oneLine } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { atHome } from './at-home.ts'

/** The device, its log and its vault. What can't even be opened is a finding, not a failure. */
async function examineHome(context: Context): Promise<readonly Finding[]> {
  const { language, dataDir, clock } = context
  const t = words[language]
  const { home } = layout(dataDir)
  if (!(await isHomeFolder(home).catch(() => true))) return [finding('home', 'hint', t.home.hint())]
  try {
    const began = clock.now()
    return await atHome(
      context,
      async ({ device, vaultUrl }, reachable) => [
        reachable
          ? finding('vault', 'ok', t.vault.ok(vaultUrl, clock.now() - began))
          : finding('vault', 'wrong', t.vault.wrong(vaultUrl)),
        ...(await examineHouse(context, device, reachable)),
        ...(await examineHub(context, home)),
      ],
      { offline: true },
    )
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const why = error.explanation[language].what.replace(/\.$/, '')
    if (error.code === 'log_alarm') return [finding('log', 'wrong', t.log.wrong(why))]
    if (error.code === 'damaged') return [finding('home', 'wrong', t.home.wrong(why))]
    return [finding('vault', 'wrong', { what: oneLine(error.explanation[language]) })]
  }
}

const SIGNS: Readonly<Record<Level, string>> = { ok: '✓', hint: '!', wrong: '✕' }

/** `hausrecht doctor`: exit code 1 when something is wrong. */
export const doctor: Handler = async context => {
  const { out, language, invocation } = context
  const t = words[language]
  const findings = [...(await examineMachine(context)), ...(await examineHome(context))]
  const colour = { ok: out.style.yours, hint: out.style.waits, wrong: out.style.danger }
  for (const { level, what, next } of findings) {
    out.line(`${colour[level](SIGNS[level])} ${harmless(what)}`)
    if (next !== undefined) out.line(`    ${harmless(next).replaceAll('hausrecht ', `${invocation} `)}`)
  }
  const count = (level: Level): number => findings.filter(found => found.level === level).length
  const [wrong, hints] = [count('wrong'), count('hint')]
  out.line('')
  out.line(wrong + hints === 0 ? out.style.yours(t.allWell) : t.some(wrong, hints))
  out.value({ findings, wrong, hints })
  return wrong > 0 ? 1 : 0
}
