import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The product as a person meets it: through its commands, in processes of its own. Nothing here imports the product. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const ENTRY = join(ROOT, 'apps', 'cli', 'src', 'main.ts')
const START_MS = 90_000
const STOP_MS = 40_000
/** A port that is free now, with the next two: vault, witness and sample camera. */
const TRIES = 50

export type Result = Readonly<{ code: number; stdout: string; stderr: string }>

/** A folder that is gone when `dispose` is called. */
export function temporaryFolder(name: string): { path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), `hausrecht-${name}-`))
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) }
}

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
export async function ask(args: readonly string[], options: { input?: string } = {}): Promise<Record<string, unknown>> {
  const result = await hausrecht([...args, '--json'], options)
  const last = values(result).at(-1)
  if (result.code !== 0 || last === undefined) throw new Error(`hausrecht ${args.join(' ')}: ${JSON.stringify(result)}`)
  return last
}

/** Waits until something is so. The product decides when; a test gives up after `limitMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  limitMs = 60_000,
): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
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

/** `hausrecht start` in a folder, until it says that it runs. */
export async function start(data: string, port: number, flags: readonly string[] = []): Promise<Product> {
  const args = [ENTRY, 'start', '--headless', '--data', data, '--port', String(port), ...flags]
  const child = spawn(process.execPath, args, { cwd: ROOT, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
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
  await until(
    'start',
    () => {
      if (gone) throw new Error(`start ended:\n${output}`)
      return /^Running on /m.test(output) ? true : undefined
    },
    START_MS,
  ).catch(error => {
    child.kill('SIGTERM')
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output}`)
  })
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
