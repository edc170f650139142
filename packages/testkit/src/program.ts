import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { until } from './until.ts'

/** How long a program is given to end after SIGTERM before it is killed, ms. */
const GRACE_MS = 3000

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** An outside program under test. Its output is collected as text. */
export type Program = {
  readonly pid: number
  stdout(): string
  stderr(): string
  readonly ended: Promise<Ended>
  /** Asks it to end, then kills it: this process only, by its id. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts a program. @throws when it cannot be started at all */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Program> {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<Ended>(resolve => child.once('close', (code, signal) => resolve({ code, signal })))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.on('error', () => {})
  const text = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', piece => {
    text.out += piece
  })
  child.stderr.setEncoding('utf8').on('data', piece => {
    text.err += piece
  })
  // A test that fails must not leave its servers behind.
  const last = () => child.kill('SIGKILL')
  process.once('exit', last)
  void ended.then(() => process.off('exit', last))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    const result = await ended
    clearTimeout(timer)
    return result
  }
  return { pid: child.pid ?? 0, stdout: () => text.out, stderr: () => text.err, ended, stop }
}

/** Waits for a text in a program's output. @throws with the output when the program ends before, or the time is over */
export async function waitForOutput(program: Program, wanted: string | RegExp, timeoutMs = 10_000): Promise<string> {
  let over = false
  void program.ended.then(() => {
    over = true
  })
  const find = (): string | false => {
    const all = `${program.stdout()}${program.stderr()}`
    if (typeof wanted === 'string' ? all.includes(wanted) : wanted.test(all)) return all
    return over ? '' : false
  }
  const all = await until(find, { what: `${wanted} in the output: ${program.stderr()}`, timeoutMs })
  if (all === '') throw new Error(`ended without saying ${wanted}: ${program.stdout()}${program.stderr()}`)
  return all
}
