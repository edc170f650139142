import { type ChildProcess, fork } from 'node:child_process'
import { CliError } from '../errors.ts'
import { SUPERVISED } from './child.ts'
import { type Info, type Part, readMessage, type ToChild } from './protocol.ts'

/** Waits before a crashed part is started again, in ms: the last one from then on. */
export const BACKOFF_MS = [500, 1000, 2000, 5000, 10_000, 30_000] as const
/** A part that ran this long before it crashed starts over with the first wait. */
export const STEADY_MS = 60_000
/** How long a part may take to stop by itself before it is terminated, and then killed. */
export const STOP_MS = { ask: 15_000, terminate: 5000 } as const
/** How much of what a part wrote to stderr is kept to explain a crash, in characters. */
const TAIL = 4000
/** Level of a log line that says why a process ends (pino). */
const FATAL = 60

export type PartState = Readonly<{
  state: 'starting' | 'running' | 'waiting' | 'stopped'
  pid?: number
  restarts: number
  /** Why it ended the last time, and when it will be started again (ms since 1970). */
  reason?: string
  retryAt?: number
}>

export type Spec = Readonly<{
  part: Part
  entry: string
  args: readonly string[]
  /** What the part writes to stdout and stderr. */
  onOutput(text: string): void
  onChange(state: PartState, error?: CliError): void
}>

export type Supervised = Readonly<{
  part: Part
  /** What the part said when it was ready, the first time. Rejects with what the part itself said when it could not. */
  ready: Promise<Info>
  state(): PartState
  stop(): Promise<void>
}>

/** The last thing that a part said about why it ends: an ordinary line, or what a fatal line of its log says. */
function lastWords(tail: string): string {
  const line = tail.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) return line
  try {
    const { level, msg, err } = JSON.parse(line)
    return Number(level) >= FATAL ? String(err?.message ?? msg) : ''
  } catch {
    return ''
  }
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })

/** Keeps one part running until `stop`: a crash is told and followed by a new start, later each time. */
export function supervise(spec: Spec): Supervised {
  let state: PartState = { state: 'starting', restarts: 0 }
  let child: ChildProcess | undefined
  let wake = (): void => {}
  let wanted = true
  let hasRun = false
  const ready = Promise.withResolvers<Info>()
  ready.promise.catch(() => {})

  const change = (next: PartState, error?: CliError): void => {
    state = next
    spec.onChange(next, error)
  }

  const once = async (): Promise<{ end: string; error?: CliError; ranMs: number }> => {
    const began = Date.now()
    let error: CliError | undefined
    let tail = ''
    // A process group of its own: Ctrl-C in the terminal reaches only the supervisor, which stops the parts in order.
    const started = fork(spec.entry, spec.args, {
      silent: true,
      detached: true,
      env: { ...process.env, [SUPERVISED]: '1' },
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        tail = (tail + text).slice(-TAIL)
        spec.onOutput(text)
      })
    }
    started.on('message', raw => {
      const message = readMessage(raw)
      if (message?.type === 'failed') error = message.error
      if (message?.type !== 'ready') return
      hasRun = true
      const why = state.reason === undefined ? {} : { reason: state.reason }
      change({
        state: 'running',
        restarts: state.restarts,
        ...why,
        ...(started.pid === undefined ? {} : { pid: started.pid }),
      })
      ready.resolve(message.info)
    })
    const end = await endOf(started)
    child = undefined
    const ranMs = Date.now() - began
    if (error !== undefined) return { end: error.message, error, ranMs }
    // Whoever was killed had no time to say why.
    const words = end.startsWith('SIG') ? '' : lastWords(tail)
    return { end: words === '' ? end : `${end}: ${words}`, ranMs }
  }

  const loop = async (): Promise<void> => {
    let failures = 0
    while (wanted) {
      const { end, error, ranMs } = await once()
      if (!wanted) break
      if (!hasRun) {
        ready.reject(error ?? CliError.of('child_failed', { part: spec.part, reason: end }))
        break
      }
      failures = ranMs > STEADY_MS ? 0 : failures
      const wait = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)] ?? 0
      change({ state: 'waiting', restarts: state.restarts + 1, reason: end, retryAt: Date.now() + wait }, error)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, wait)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      if (wanted) change({ state: 'starting', restarts: state.restarts, reason: end })
    }
    change({ state: 'stopped', restarts: state.restarts })
  }
  const done = loop()

  return {
    part: spec.part,
    ready: ready.promise,
    state: () => state,
    async stop() {
      wanted = false
      wake()
      const ending = child
      if (ending !== undefined) {
        const message: ToChild = { type: 'stop' }
        if (ending.connected) ending.send(message)
        else ending.kill('SIGTERM')
        const terminate = setTimeout(() => ending.kill('SIGTERM'), STOP_MS.ask)
        const kill = setTimeout(() => ending.kill('SIGKILL'), STOP_MS.ask + STOP_MS.terminate)
        await done
        clearTimeout(terminate)
        clearTimeout(kill)
      }
      await done
    },
  }
}
