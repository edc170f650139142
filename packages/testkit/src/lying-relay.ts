import type { Server } from 'node:http'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

export type RelayMessage = string | Uint8Array
/** What is passed on in place of a message: itself, something else, several, or nothing. */
export type RelayLie = (message: RelayMessage, to: 'device' | 'vault') => readonly RelayMessage[]

const honest: RelayLie = message => [message]

/** Stands in the middle of every WebSocket to a real vault: passes all on until it is told to lie. */
export class LyingRelay {
  readonly #doors = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: protocols => [...protocols][0] ?? false,
  })
  readonly #far = new Set<WebSocket>()
  #lie = honest

  constructor(server: Server, target: string) {
    server.on('upgrade', (request, socket, head) => {
      const { origin, host, 'sec-websocket-protocol': protocol } = request.headers
      const headers = { ...(origin && { origin }), ...(host && { host }) }
      const far = new WebSocket(`${target.replace(/^http/, 'ws')}${request.url}`, protocol ?? [], {
        headers,
        perMessageDeflate: false,
      })
      // Whoever is refused there is refused here.
      far.on('unexpected-response', () => socket.destroy())
      far.on('error', () => socket.destroy())
      far.once('open', () => this.#doors.handleUpgrade(request, socket, head, near => this.#join(near, far)))
      this.#far.add(far)
    })
  }

  /** Lies from now on; nothing is the truth. */
  tell(lie: RelayLie = honest): void {
    this.#lie = lie
  }

  close(): void {
    for (const far of this.#far) far.terminate()
    this.#doors.close()
  }

  #join(near: WebSocket, far: WebSocket): void {
    const pass = (from: WebSocket, to: WebSocket, side: 'device' | 'vault'): void => {
      from.on('message', (data, isBinary) => {
        for (const message of this.#lie(read(data, isBinary), side)) to.send(message)
      })
      from.on('ping', () => to.ping())
      from.on('close', (code, reason) => {
        this.#far.delete(far)
        if (code >= 1000 && code !== 1005 && code !== 1006) to.close(code, reason)
        else to.terminate()
      })
      from.on('error', () => to.terminate())
    }
    pass(far, near, 'device')
    pass(near, far, 'vault')
  }
}

function read(data: RawData, isBinary: boolean): RelayMessage {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
  return isBinary ? new Uint8Array(bytes) : bytes.toString('utf8')
}
