import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../check/repository.ts'
import { install, installed, SetupError } from '../setup.mjs'
import { messages } from '../setup-messages.mjs'
import { add, type Counts, exitCode, failuresOf, lastLine, NOTHING, ofCommand, ofVitest } from './counts.ts'
import { ensureDebianPackages } from './debian.ts'
import { choose, MINUTES, PARTS, type Part, WITH_PEERS } from './parts.ts'

const RESULTS = join(ROOT, 'build', 'test')
const LTS = join(ROOT, 'tools', 'node-lts')
const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name)
/** What failed in the parts so far. */
const failures: string[] = []
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs a command in a process group of its own, so that at its limit everything that it started ends with it. */
function run(part: Part, command: string, args: readonly string[]): Promise<number> {
  return new Promise(resolve => {
    const PATH = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`
    const env = { ...process.env, PATH, HAUSRECHT_SKIP_SETUP: '1' }
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env, detached: true })
    const stop = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, signal)
      } catch {
        // It has ended by itself in the meantime.
      }
    }
    const limit = setTimeout(() => {
      say(`${part} took longer than ${MINUTES[part]} minutes and was stopped.`)
      stop('SIGKILL')
    }, MINUTES[part] * 60_000)
    const interrupted = (signal: NodeJS.Signals): void => stop(signal)
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
    child.on('error', error => say(`${command}: ${error.message}`))
    child.on('close', code => {
      clearTimeout(limit)
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
      resolve(code ?? 1)
    })
  })
}

async function vitest(part: Part, node: string, project: string, filters: readonly string[]): Promise<Counts> {
  const report = join(RESULTS, `${part}.json`)
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const entry = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const code = await run(part, node, [entry, 'run', '--project', project, ...reporters, ...filters])
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  failures.push(...failuresOf(result).map(failure => `${part}: ${failure.replace(`${ROOT}/`, '')}`))
  return ofVitest(result, code)
}

async function ltsNode(): Promise<string> {
  if (!installed(LTS).ready) await install(LTS, messages().nextNode)
  return join(LTS, 'node_modules', 'node', 'bin', 'node')
}

async function runPart(part: Part, filters: readonly string[]): Promise<Counts> {
  switch (part) {
    case 'types':
      return ofCommand(await run(part, bin('tsc'), ['-p', 'tsconfig.json']))
    case 'lint':
      return ofCommand(await run(part, bin('biome'), ['check', '--error-on-warnings', '.']))
    case 'dead':
      return ofCommand(await run(part, bin('knip'), ['--no-progress']))
    case 'lts':
      return vitest(part, await ltsNode(), 'unit', filters)
    default:
      return vitest(part, process.execPath, part, filters)
  }
}

async function main(): Promise<number> {
  const chosen = choose(process.argv.slice(2))
  if (chosen === undefined) {
    say(`npm test -- [${PARTS.join('|')}|fast|all]… [path…]`)
    return 2
  }
  mkdirSync(RESULTS, { recursive: true })
  let total = NOTHING
  const times: string[] = []
  const problem = chosen.parts.some(part => WITH_PEERS.includes(part)) ? ensureDebianPackages(say) : undefined
  if (problem !== undefined) say(problem)
  for (const part of chosen.parts) {
    if (problem !== undefined && WITH_PEERS.includes(part)) {
      total = add(total, ofCommand(1))
      times.push(`${part}: not run`)
      continue
    }
    say(`\n── ${part}`)
    const began = Date.now()
    let counts = ofCommand(1)
    try {
      counts = await runPart(part, chosen.filters)
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      say(error.message)
    }
    total = add(total, counts)
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    times.push(`${part}: ${lastLine(counts)}${skipped}, ${Math.round((Date.now() - began) / 1000)} s`)
  }
  if (problem !== undefined) say(`\n${problem}`)
  if (failures.length > 0) say(`\nFailed:\n${failures.join('\n')}`)
  say(`\n${times.join('\n')}\n\n${lastLine(total)}`)
  return exitCode(total)
}

process.exitCode = await main()
