import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './port.ts'
import { startProgram } from './program.ts'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

/** Debian's PostgreSQL, as a self-hoster has it. */
const BIN = '/usr/lib/postgresql/15/bin'

export type Postgres = {
  readonly url: string
  /** Runs one of PostgreSQL's programs against it and gives what it printed. @throws with its errors */
  tool(name: 'psql' | 'pg_dump' | 'pg_restore', ...args: readonly string[]): Buffer
  close(): Promise<void>
}

/** PostgreSQL refuses root; there it runs where root is called nobody. */
const asNobody = (command: string, args: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0
    ? ['unshare', ['--user', '--map-user=65534', '--map-group=65534', command, ...args]]
    : [command, [...args]]

/** Makes a cluster in a temporary folder and starts it on a port of 127.0.0.1. @throws with its output */
export async function startPostgres(): Promise<Postgres> {
  const folder = tempFolder('pg')
  const data = join(folder.path, 'data')
  mkdirSync(data)
  chmodSync(data, 0o700)
  const made = spawnSync(
    ...asNobody(join(BIN, 'initdb'), ['-D', data, '-U', 'vault', '-E', 'UTF8', '--locale=C', '-A', 'trust', '-N']),
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.error ?? made.stderr}`)
  const port = await freePort()
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-p', String(port)]
  const server = await startProgram(...asNobody(join(BIN, 'postgres'), ['-D', data, ...settings]))
  const url = `postgres://vault@127.0.0.1:${port}/postgres`
  const tool: Postgres['tool'] = (name, ...args) => {
    const done = spawnSync(join(BIN, name), [...args, '-d', url], { maxBuffer: 1 << 28 })
    if (done.status !== 0) throw new Error(`${name}: ${done.error ?? done.stderr}`)
    return done.stdout
  }
  const close = async (): Promise<void> => {
    // Fast shutdown: who is still connected is cut off.
    await server.stop('SIGINT')
    folder.remove()
  }
  try {
    await until(() => tool('psql', '-c', 'select 1'), {
      what: `PostgreSQL answers: ${server.stderr()}`,
      timeoutMs: 30_000,
    })
    return { url, tool, close }
  } catch (error) {
    await close()
    throw error
  }
}
