import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a port of this machine that can be cut: everything on it ends at once, and nothing new comes through. */
export class CutOff {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #cut = false

  private constructor(server: Server, port: number, to: number) {
    this.#server = server
    this.port = port
    server.on('connection', socket => {
      this.#keep(socket)
      if (this.#cut) socket.destroy()
      else {
        const other = connect({ port: to, host: '127.0.0.1' })
        this.#keep(other)
        socket.pipe(other).pipe(socket)
        socket.once('close', () => other.destroy())
        other.once('close', () => socket.destroy())
      }
    })
  }

  static async to(port: number): Promise<CutOff> {
    const server = createServer()
    server.listen({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return new CutOff(server, address.port, port)
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#cut = false
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
