import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** A program: passes every binary message on to all others, and asks nobody who they are. What a relay costs at least. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', from =>
  from.on('message', (data, isBinary) => {
    if (!isBinary) return
    for (const to of server.clients) if (to !== from) to.send(data)
  }),
)
server.on('listening', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
})
