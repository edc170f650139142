import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer, isIP } from 'node:net'
import { basename } from 'node:path'
import { CliError } from '../errors.ts'

const LISTEN = '0A'
const NAME_MAX = 40

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

/** What a process is, in a few words: its program, and for one of ours the command. */
function nameOf(pid: string): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  const ours = words.findIndex(word => word.endsWith('/cli/src/main.ts') || word.endsWith('/bin/hausrecht.mjs'))
  return ours < 0 ? basename(words[0] ?? '').slice(0, NAME_MAX) : `hausrecht ${words[ours + 1] ?? ''}`.trim()
}

/** Who listens on a TCP port of this machine, as `name (pid)`; empty when that can't be seen. */
export function whoListensOn(port: number): string {
  const inode = inodeListeningOn(port)
  if (inode === undefined) return ''
  try {
    const pid = readdirSync('/proc').find(name => /^\d+$/.test(name) && holds(name, `socket:[${inode}]`))
    return pid === undefined ? '' : `${nameOf(pid)} (${pid})`
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

/** Only this machine reaches it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
