import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type WitnessProcess = {
  readonly url: string
  readonly vkey: string
  /** Sends the signal and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Runs the command line entry as a process of its own, under `wrapper` (strace, say) if there is one. */
export async function spawnWitness(args: readonly string[], wrapper: readonly string[] = []): Promise<WitnessProcess> {
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, MAIN, '--port', '0', ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await firstLine(child)
  const { url, vkey }: { url: string; vkey: string } = JSON.parse(line)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return { url, vkey, end }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the witness ended before it was ready')
}
