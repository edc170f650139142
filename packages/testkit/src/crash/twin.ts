import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ended, startProgram } from '../program.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const REGISTER = fileURLToPath(new URL('register.ts', import.meta.url))

/** A program and the files of ours in which it is to die, by parts of their paths below the repository. */
export type CrashTwin = {
  readonly program: string
  readonly files: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** A place in the code, and which of its passes. */
export type CrashPoint = { readonly name: string; readonly pass: number }

type Ran = { readonly ended: Ended; readonly lines: readonly string[]; readonly stderr: string }

async function run({ program, files, env }: CrashTwin, args: readonly string[], orders: object): Promise<Ran> {
  const HAUSRECHT_CRASH = JSON.stringify({ root: ROOT, files, ...orders })
  const child = await startProgram(process.execPath, ['--import', REGISTER, program, ...args], {
    env: { ...process.env, ...env, HAUSRECHT_CRASH },
  })
  const ended = await child.ended
  return { ended, lines: child.stdout().split('\n').slice(0, -1), stderr: child.stderr() }
}

/** With this set, points are died at in their last pass too: twice the time. */
const LONG = process.env.HAUSRECHT_LONG === '1'

/**
 * Every point that the program passes when nothing happens, in its first pass; for long runs also in its last, as the state is another
 * one by then. @throws Error when the program does not end well
 */
export async function crashPoints(twin: CrashTwin, args: readonly string[]): Promise<readonly CrashPoint[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hausrecht-crash-'))
  try {
    const trace = join(folder, 'trace.json')
    const { ended, stderr } = await run(twin, args, { trace })
    if (ended.code !== 0) throw new Error(`the program ended with ${ended.code ?? ended.signal}: ${stderr}`)
    const passed: readonly (readonly [string, number])[] = JSON.parse(await readFile(trace, 'utf8'))
    return passed.flatMap(([name, times]) => [{ name, pass: 1 }, ...(LONG && times > 1 ? [{ name, pass: times }] : [])])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Has the program die at a point, and gives the lines it printed before. @throws Error when it did not die there */
export async function dieAt(twin: CrashTwin, args: readonly string[], at: CrashPoint): Promise<readonly string[]> {
  const { ended, lines, stderr } = await run(twin, args, { at })
  if (ended.signal !== 'SIGKILL') throw new Error(`it passed ${at.name} and ended with ${ended.code}: ${stderr}`)
  return lines
}

/** Calls `check` for every item, `width` at a time. */
export async function each<Item>(
  items: readonly Item[],
  width: number,
  check: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await check(item)
  }
  await Promise.all(Array.from({ length: width }, work))
}
