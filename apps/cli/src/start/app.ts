import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitForLock } from '@hausrecht/client/node/lock'
import { CliError } from '../errors.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const APP = join(ROOT, 'apps', 'web')
/** What is left of the builder's words in an error. */
const SAID_MAX = 400
/** So long a start waits for another one that is building, ms. */
const BUILD_WAIT_MS = 120_000
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

/** Puts a whole build where the old one was. A crash in between leaves no app or a whole one, and the next start builds again. */
function replaceFolder(folder: string, by: string): void {
  const old = `${folder}-old`
  rmSync(old, { recursive: true, force: true })
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(by, folder)
  rmSync(old, { recursive: true, force: true })
}

async function build(vite: string, signal: AbortSignal): Promise<void> {
  const made = join(APP, 'dist-new')
  rmSync(made, { recursive: true, force: true })
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', made], {
    cwd: APP,
    // What this process is run for decides nothing about the app: with another value its libraries come with their checks for developers.
    env: { ...process.env, NODE_ENV: 'production' },
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
  await promise
  replaceFolder(join(APP, 'dist'), made)
}

/**
 * Builds the app for browsers if that is needed. Several starts from the same folder build it once: the others wait. `say` is called
 * before, since it takes some seconds.
 *
 * @throws CliError app_build
 */
export async function buildApp(say: () => void, signal: AbortSignal): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  const upToDate = (): boolean => isBuilt(join(APP, 'dist', 'release.json'), SOURCES)
  if (upToDate() || !existsSync(vite)) return
  say()
  const release = await waitForLock(join(APP, 'dist.lock'), BUILD_WAIT_MS)
  try {
    if (!upToDate()) await build(vite, signal)
  } catch (error) {
    // Whoever stops the start stops this too.
    if (!signal.aborted) throw error
  } finally {
    release()
  }
}
