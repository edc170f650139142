import { readFileSync } from 'node:fs'
import type { Context } from './context.ts'
import { dataFolder } from './data-folder.ts'
import { explain } from './explain.ts'
import { HANDLERS } from './handlers.ts'
import { languageFlag, languageOf } from './language.ts'
import { createOutput } from './output.ts'
import { buildProgram, CommanderError, explainUsage, parse } from './program/program.ts'
import { letGo, tellFailure } from './start/child.ts'
import { createAsker } from './terminal/ask.ts'

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
const args = process.argv.slice(2)
const { env, stdin, stdout, stderr } = process
const language = languageOf(languageFlag(args), env)
// npm sets this for `npm start` and `npx hausrecht`; on its own, the command is on the PATH.
const invocation = env.npm_lifecycle_event === undefined ? 'hausrecht' : 'npx hausrecht'

/** Signals nearer to each other than this are one: a terminal and a parent may both pass on the same Ctrl-C. */
const ONE_SIGNAL_MS = 1000

/** The first Ctrl-C asks a command to stop where it can go on later; a second one ends it. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  let first = 0
  const stop = (): void => {
    if (!controller.signal.aborted) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > ONE_SIGNAL_MS) process.exit(130)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  return controller.signal
}

// `hausrecht status | head`: whoever read has read enough.
stdout.on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))

let context: Context | undefined
const program = buildProgram({
  language,
  version,
  invocation,
  columns: stdout.columns ?? 80,
  async run(id, given, options) {
    const out = createOutput({ stdout, stderr, env }, options.flag('json'), invocation)
    const dataDir = dataFolder(options.text('data'), env)
    const ask = createAsker(stdin, stderr)
    context = { language, out, ask, clock: Date, env, dataDir, invocation, version, signal: interruption() }
    const handler = await HANDLERS[id]()
    process.exitCode = await handler(context, given, options)
  },
})

try {
  await parse(program, args)
} catch (error) {
  const usage = error instanceof CommanderError
  const explained = usage ? explainUsage(error, language, invocation) : explain(error, context?.dataDir ?? '')
  if (explained !== undefined) {
    const out = context?.out ?? createOutput({ stdout, stderr, env }, args.includes('--json'), invocation)
    if (env.HAUSRECHT_DEBUG === '1') stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    await tellFailure(explained)
    out.error(explained, language)
    process.exitCode = explained.exitCode
  }
}

letGo()
