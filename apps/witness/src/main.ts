import { parseArgs } from 'node:util'
import { WitnessError } from './errors.ts'
import { parseLog } from './log-names.ts'
import { startWitness } from './server.ts'

const USAGE =
  'usage: main.ts --dir DIR --name NAME --log ORIGIN=BASE64KEY|VERIFIERKEY… [--port 8421] [--host 127.0.0.1]'

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new WitnessError('bad_config', `--port ${text}`)
  return port
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      name: { type: 'string' },
      log: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '8421' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  })
  if (values.dir === undefined || values.name === undefined) throw new WitnessError('bad_config', USAGE)
  const witness = await startWitness({
    dir: values.dir,
    name: values.name,
    logs: values.log.map(parseLog),
    port: parsePort(values.port),
    host: values.host,
    onError: error => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
  })
  process.stdout.write(`${JSON.stringify({ url: witness.url, vkey: witness.vkey })}\n`)
  const stop = (): void => void witness.close().then(() => process.exit(0))
  process.once('SIGTERM', stop).once('SIGINT', stop)
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
