import { fromBase64 } from '@hausrecht/crypto/bytes'
import { isAcceptableKey } from '@hausrecht/crypto/signature'
import { WitnessError } from '@hausrecht/witness/errors'
import { readVkey } from '@hausrecht/witness/log-names'
import { startWitness } from '@hausrecht/witness/server'
import type { WitnessedLog, WitnessedVault } from '@hausrecht/witness/witness'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { explainIo } from '../io-errors.ts'
import { runPart } from '../start/child.ts'
import { isLoopback, whoListensOn } from '../start/port.ts'
import { words } from './service-words.ts'

/** The name under which the witness of `hausrecht start` cosigns: one's own, not independent. */
export const OWN_WITNESS = 'own-witness.localhost'
export const WITNESS_PORT = 8421

/** `ORIGIN,KEY` for all logs of a vault, or the verifier key of one log. */
function logOf(context: Context, text: string): WitnessedVault | WitnessedLog {
  const at = text.indexOf(',')
  try {
    const log = at > 0 ? { originPrefix: text.slice(0, at), publicKey: fromBase64(text.slice(at + 1)) } : readVkey(text)
    if (log !== null && isAcceptableKey(log.publicKey)) return log
  } catch {
    // Said below: one message for everything that is not of this form.
  }
  throw CliError.of('usage', { what: words[context.language].badLog(text), command: `${context.invocation} witness` })
}

function explainStart(error: unknown, port: number, dataDir: string): CliError {
  if (error instanceof WitnessError)
    return CliError.of('start_failed', { reason: `${error.message}.` }, { cause: error })
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return CliError.of('port_taken', { port, who: whoListensOn(port) }, { cause: error })
  return explainIo(error, dataDir)
}

/** `hausrecht witness` */
export const witness: Handler = async (context, _args, options) => {
  const { out, language, dataDir } = context
  const t = words[language]
  const logs = options.texts('log').map(text => logOf(context, text))
  const port = options.whole('port', 0, 65_535) ?? WITNESS_PORT
  const host = options.text('host')
  await runPart(
    async () => {
      const running = await startWitness({
        dir: layout(dataDir).witness,
        name: options.text('name') ?? OWN_WITNESS,
        port,
        logs,
        onError: error => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
        ...(host === undefined ? {} : { host }),
      }).catch(error => {
        throw explainStart(error, port, dataDir)
      })
      return { info: { url: running.url, vkey: running.vkey }, close: running.close }
    },
    info => {
      out.line(t.witnessReady(String(info.url), String(info.vkey)))
      if (options.text('name') === undefined && !isLoopback(host ?? '127.0.0.1'))
        out.line(out.style.waits(t.witnessUnnamed))
      if (logs.length === 0) out.line(out.style.waits(t.witnessNoLogs))
      out.value({ type: 'ready', ...info })
    },
  )
  return 0
}
