import { pause } from '@hausrecht/client/http-call'
import { type HttpResponse, type Transport, TransportError } from '@hausrecht/client/transport'
import type { VaultClient } from '@hausrecht/client/vault-client'
import { VaultError } from '@hausrecht/client/vault-error'
import { utf8 } from '@hausrecht/crypto/bytes'
import { parseTilePath } from '@hausrecht/tlog/tiles'
import { CliError } from '../errors.ts'
import { CHECKPOINT, type LogFiles, POLICY } from './source.ts'

const AHEAD = 8
const ATTEMPTS = 3
const RETRY_MS = 300
const TIMEOUT_MS = 30_000
/** An entry bundle of 256 of the longest entries. */
const FILE_MAX = 256 * (2 + 65_535)

/** A log on any web server: an exported folder, or another tool's. Asked without a signature. */
export function webFiles(prefix: string, transport: Transport, signal: AbortSignal): LogFiles {
  const base = prefix.replace(/\/+$/, '')
  const ask = async (path: string): Promise<HttpResponse> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const request = { method: 'GET', headers: {}, body: null, timeoutMs: TIMEOUT_MS, maxBytes: FILE_MAX, signal }
        const answer = await transport({ ...request, url: `${base}/${path}` })
        if (answer.status < 500 || attempt >= ATTEMPTS) return answer
      } catch (error) {
        if (!(error instanceof TransportError)) throw error
        if (attempt >= ATTEMPTS) throw CliError.of('log_unreachable', { url: base }, { cause: error })
      }
      await pause(RETRY_MS * attempt, signal)
    }
  }
  return {
    name: base,
    ahead: AHEAD,
    async read(path) {
      const { status, body } = await ask(path)
      if (status === 200) return body
      if (status === 404 || status === 410) return null
      if (status === 401 || status === 403) throw CliError.of('log_not_open', { url: base })
      throw CliError.of('log_unreachable', { url: `${base} (${status})` })
    },
  }
}

/** The household's log as its vault serves it to a device, which signs what it asks. */
export const vaultFiles = (vault: VaultClient, signal: AbortSignal): LogFiles => ({
  name: vault.url,
  ahead: AHEAD,
  async read(path) {
    if (path === POLICY) return null
    try {
      if (path === CHECKPOINT) return utf8(await vault.checkpoint({ signal }))
      const tile = parseTilePath(path)
      if (tile.kind === 'entries') return await vault.entryBundle(tile.index, tile.width)
      return await vault.hashTile(tile.level, tile.index, tile.width)
    } catch (error) {
      if (error instanceof VaultError && error.code === 'not_found') return null
      throw error
    }
  },
})
