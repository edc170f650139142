import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { CliError } from '../errors.ts'

const LISTEN = '0A'

const inodeListeningOn = (port: number): string | undefined => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      for (const line of readFileSync(table, 'latin1').split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/)
        if (fields[1]?.endsWith(`:${hex}`) && fields[3] === LISTEN) return fields[9]
      }
    } catch {
      // Not Linux, or no such table: nobody can be named.
    }
  }
  return undefined
}

const holds = (pid: string, link: string): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === link
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}

/** Who listens on a TCP port of this machine, as `name (process 123)`; empty when that can't be seen. */
export function whoListensOn(port: number): string {
  const inode = inodeListeningOn(port)
  if (inode === undefined) return ''
  const pid = readdirSync('/proc').find(name => /^\d+$/.test(name) && holds(name, `socket:[${inode}]`))
  if (pid === undefined) return ''
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    return `${name} (${pid})`
  } catch {
    return ''
  }
}

/**
 * Checks that a port can be listened on.
 * @throws CliError port_taken, host_refused
 */
export function requirePort(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') reject(CliError.of('host_refused', { host }))
      else reject(CliError.of('port_taken', { port, who: error.code === 'EADDRINUSE' ? whoListensOn(port) : '' }))
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()))
  })
}
