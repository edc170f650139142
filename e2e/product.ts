import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '@hausrecht/testkit/until'

/** The product as a person meets it: through its commands, in processes of its own. Nothing here imports it. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
export const ENTRY = join(ROOT, 'apps', 'cli', 'src', 'main.ts')
const START_MS = 90_000
const STOP_MS = 40_000
/** A port that is free now, with the next two: vault, witness and sample camera. */
const TRIES = 50

export type Result = Readonly<{ code: number; stdout: string; stderr: string }>

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })

export async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 30_000)
    const free = await Promise.all([port, port + 1, port + 2].map(isFree))
    if (free.every(Boolean)) return port
  }
  throw new Error('no free ports')
}

const environment = (): NodeJS.ProcessEnv => {
  const { npm_lifecycle_event: _, ...env } = process.env
  return { ...env, LANG: 'en_GB.UTF-8', LC_ALL: '', NO_COLOR: '1', CI: 'true' }
}

/** Runs one command to its end. */
export function hausrecht(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ENTRY, ...args], { cwd: ROOT, env: { ...environment(), ...options.env } })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.stdin.end(options.input ?? '')
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

/** The JSON values that a command printed with `--json`. */
export const values = (result: Result): readonly Record<string, unknown>[] =>
  result.stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))

/** Runs a command that has to work, with `--json`, and gives its last value. */
export async function ask(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Record<string, unknown>> {
  const result = await hausrecht([...args, '--json'], options)
  const last = values(result).at(-1)
  if (result.code !== 0 || last === undefined) throw new Error(`hausrecht ${args.join(' ')}: ${JSON.stringify(result)}`)
  return last
}

export type Product = Readonly<{
  data: string
  port: number
  child: ChildProcess
  output(): string
  exited: Promise<number | null>
  /** Ctrl-C, and wait. */
  stop(): Promise<number | null>
}>

/** A command that talks while it runs. */
export type Talk = Readonly<{
  child: ChildProcess
  said(): string
  /** Types something, and ends what is typed. */
  say(text: string): void
  ended: Promise<number>
  /** Ctrl-C, and wait. */
  stop(): Promise<number>
}>

export function talk(args: readonly string[]): Talk {
  const child = spawn(process.execPath, [ENTRY, ...args], { cwd: ROOT, env: environment() })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      said += text
    })
  }
  const ended = new Promise<number>(resolve => child.once('close', code => resolve(code ?? -1)))
  const stop = (): Promise<number> => {
    child.kill('SIGINT')
    return ended
  }
  return { child, said: () => said, say: text => void child.stdin.end(text), ended, stop }
}

/** A part that runs until it is stopped, when it has said that it is ready. */
export async function running(args: readonly string[]): Promise<Talk> {
  const part = talk([...args, '--json'])
  let over = false
  void part.ended.then(() => {
    over = true
  })
  await until(() => over || part.said().includes('"type":"ready"'), {
    what: `hausrecht ${args[0]}`,
    timeoutMs: START_MS,
  })
  if (over) throw new Error(`hausrecht ${args.join(' ')}: ${part.said()}`)
  return part
}

/** `hausrecht start` in a folder, until it says that it runs. */
export async function start(
  data: string,
  port: number,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Product> {
  const args = [ENTRY, 'start', '--headless', '--data', data, '--port', String(port), ...flags]
  const around = { ...environment(), ...env }
  const child = spawn(process.execPath, args, { cwd: ROOT, env: around, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  let gone = false
  void exited.then(() => {
    gone = true
  })
  await until(() => gone || /^Running on /m.test(output), { what: 'hausrecht start', timeoutMs: START_MS })
  if (gone) throw new Error(`start ended:\n${output}`)
  return {
    data,
    port,
    child,
    output: () => output,
    exited,
    async stop() {
      child.kill('SIGINT')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      const code = await exited
      clearTimeout(late)
      return code
    },
  }
}
