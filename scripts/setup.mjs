// @ts-check
// Plain JavaScript for Node 18 and newer: this runs before anything is installed.
// It makes a clean clone ready (npm ci, Node 24 from npm) and then hands over to an entry in TypeScript.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { messages } from './setup-messages.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE = join(root, 'node_modules', 'node', 'bin', 'node')
/** The first release of Node that strips types without a warning. */
const FLOOR = { major: 24, minor: 12 }
const REDRAW_MS = 150
/** Less room than this after a failed set-up means that it failed for want of room: it needs about 700 MB. */
const SCARCE_BYTES = 200_000_000

/** A reason to stop that a person can act on: printed as it is, without a stack. */
export class SetupError extends Error {}

/** @param {string} path */
const readJson = path => JSON.parse(readFileSync(path, 'utf8'))

/**
 * What the lock file asks for and what npm wrote down when it finished (node_modules/.package-lock.json).
 * Times of files say nothing after a `git clone`, so contents are compared.
 * @param {string} folder
 * @returns {{ready: boolean, wanted: string[]}}
 */
export function installed(folder) {
  const lock = readJson(join(folder, 'package-lock.json')).packages
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  const have = existsSync(hidden) ? readJson(hidden).packages : {}
  const wanted = Object.keys(lock).filter(
    path => path.includes('node_modules/') && !lock[path].link && !lock[path].optional,
  )
  const ready = wanted.every(path => have[path] !== undefined && have[path].integrity === lock[path].integrity)
  return { ready: ready && existsSync(join(folder, 'node_modules', 'node', 'bin', 'node')), wanted }
}

/** npm runs on the machine's own Node: the one in node_modules goes away while `npm ci` works. */
function pathWithoutOurs() {
  const parts = (process.env.PATH ?? '').split(delimiter)
  return parts.filter(part => !part.endsWith(join('node_modules', '.bin'))).join(delimiter)
}

/**
 * Room on the disk. A full disk shows up in many ways when npm runs npm, so that is looked at and not its words.
 * @param {string} path
 */
function freeBytes(path) {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** @param {string} output what npm wrote to stderr */
function reasonOf(output) {
  const t = messages()
  if (/\bENOSPC\b/.test(output) || freeBytes(root) < SCARCE_BYTES) return t.diskFull(root)
  if (/\b(EROFS|EACCES|EPERM)\b/.test(output)) return t.readOnly(root)
  if (/\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(output))
    return t.offline
  const last = output.split('\n').filter(line => /npm (ERR!|error)/.test(line) && !/complete log|debug-0/.test(line))
  return t.failed(last.slice(0, 4).join('\n') || output.slice(-400))
}

/**
 * Runs `npm ci` in a folder with one line of progress: packages on disk, of those the lock file names.
 * @param {string} folder
 * @param {string} what
 * @returns {Promise<void>}
 */
export function install(folder, what) {
  const t = messages()
  const { wanted } = installed(folder)
  const began = Date.now()
  const tty = process.stderr.isTTY === true
  const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
  let frame = 0
  let quarter = -1
  const draw = () => {
    const done = wanted.filter(path => existsSync(join(folder, path, 'package.json'))).length
    const percent = Math.min(99, Math.floor((100 * done) / Math.max(1, wanted.length)))
    const seconds = Math.round((Date.now() - began) / 1000)
    const line = t.progress(what, percent, done, wanted.length, seconds)
    if (tty) {
      const width = (process.stderr.columns || 80) - 3
      process.stderr.write(`\r\x1b[K${frames[frame++ % frames.length]} ${line.slice(0, width)}`)
    } else if (Math.floor(percent / 25) > quarter) {
      quarter = Math.floor(percent / 25)
      process.stderr.write(`${line}\n`)
    }
  }
  draw()
  const timer = setInterval(draw, REDRAW_MS)
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PATH: pathWithoutOurs() },
    })
    let output = ''
    npm.stderr.on('data', chunk => {
      output = (output + chunk).slice(-20_000)
    })
    const end = () => {
      clearInterval(timer)
      if (tty) process.stderr.write('\r\x1b[K')
    }
    npm.on('error', error => {
      end()
      reject(new SetupError(/** @type {any} */ (error).code === 'ENOENT' ? t.noNpm : t.failed(error.message)))
    })
    npm.on('close', code => {
      end()
      if (code !== 0) return reject(new SetupError(reasonOf(output)))
      process.stderr.write(`${t.done(what, Math.round((Date.now() - began) / 1000))}\n`)
      resolve()
    })
  })
}

/** Makes the clone ready: nothing to do when node_modules is what the lock file says. */
export async function prepare() {
  const t = messages()
  if (process.env.HAUSRECHT_SKIP_SETUP === '1' || installed(root).ready) return
  try {
    accessSync(root, constants.W_OK)
  } catch {
    throw new SetupError(t.readOnly(root))
  }
  await install(root, t.dependencies)
  if (!existsSync(NODE)) throw new SetupError(t.noNode)
}

const runsTypeScript = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > FLOOR.major || (major === FLOOR.major && minor >= FLOOR.minor)
}

/**
 * npm passes SIGTERM on to a shell that does not pass it on to us. Under npm, the death of who started us is the same as that signal.
 * @param {() => void} stop
 */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, REDRAW_MS)
  timer.unref()
}

/**
 * Runs a TypeScript entry of this repository on Node 24: in this process when it is new enough,
 * otherwise in a child that gets our signals and whose exit code is ours.
 * @param {string} entry path from the root of the repository
 * @param {string[]} args
 */
export async function enter(entry, args) {
  const path = join(root, ...entry.split('/'))
  try {
    await prepare()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
  // Stripped and compiled once, not at every call: `hausrecht status` takes half the time. Children inherit it.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compile')
  if (runsTypeScript()) {
    nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
    process.argv = [process.execPath, path, ...args]
    stopWithNpm(() => process.kill(process.pid, 'SIGTERM'))
    await import(pathToFileURL(path).href)
    return
  }
  // The fourth channel closes when this process dies, however it dies: the child then stops by itself.
  const child = spawn(NODE, [path, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  // Ctrl-C in a terminal reaches the child by itself too; it takes two of them within a moment for one.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  stopWithNpm(() => child.kill('SIGTERM'))
  child.on('error', error => {
    process.stderr.write(`${messages().noNode} (${error.message})\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

export { root }
