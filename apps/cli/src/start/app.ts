import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../errors.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const APP = join(ROOT, 'apps', 'web')
/** What is left of the builder's words in an error. */
const SAID_MAX = 400
/** Everything that goes into the app for browsers. */
const SOURCES = [
  ...['src', 'public', 'build', 'index.html', 'vite.config.ts', 'package.json'].map(name => join(APP, name)),
  ...['chain', 'client', 'contract', 'crypto', 'keytree', 'media', 'tlog'].map(name => join(ROOT, 'packages', name)),
  join(ROOT, 'package-lock.json'),
]

/** When anything below a path changed last, ms; 0 when nothing is there. */
export function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0)
}

/** Whether the built app is as new as its sources. An installation without sources keeps what it came with. */
export function isBuilt(built: string, sources: readonly string[]): boolean {
  const made = newest(built)
  return made > 0 && sources.every(source => newest(source) <= made)
}

/** Builds the app for browsers if that is needed. `say` is called before, since it takes some seconds. @throws CliError app_build */
export async function buildApp(say: () => void, signal: AbortSignal): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  if (isBuilt(join(APP, 'dist', 'release.json'), SOURCES) || !existsSync(vite)) return
  say()
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: APP,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID_MAX)
    })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.on('error', reject)
  child.on('close', code => (code === 0 ? resolve() : reject(CliError.of('app_build', { reason: said.trim() }))))
  try {
    await promise
  } catch (error) {
    // Whoever stops the start stops this too.
    if (!signal.aborted) throw error
  }
}
