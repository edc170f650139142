import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { closeDevice, openDevice } from '@hausrecht/client/device'
import { createDeviceKey, saveFacts } from '@hausrecht/client/home'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { RELAY_PROTOCOL } from '@hausrecht/contract/relay'
import { householdIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { freePort } from '@hausrecht/testkit/port'
import { until } from '@hausrecht/testkit/until'
import { expect, test } from 'vitest'
import { connectLine, GOODBYE_MS } from './line.ts'

/** RFC 6455 §1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

test('a vault that takes the line and then hangs keeps nobody from stopping', async () => {
  const sockets: Duplex[] = []
  const server = createServer()
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${RELAY_PROTOCOL}\r\n\r\n`,
    )
    socket.on('error', () => undefined)
    sockets.push(socket)
  })
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const store = new MemoryStore()
  const key = await createDeviceKey(store)
  const household = householdIdOf(key.publicKey, new Uint8Array(32))
  const facts = { household, vault: `http://127.0.0.1:${port}`, witnesses: [], quorum: 0, name: 'hub' }
  const transport = httpTransport()
  const device = await openDevice(await saveFacts(store, key, facts), { transport })
  const line = connectLine(device, {
    answer: async () => null,
    onViewers: () => {},
    onNews: () => {},
    onGone: () => {},
  })
  await until(() => sockets.length === 1, { what: 'the line' })
  // Before it stands, and without anybody there, nothing waits and nothing fails.
  line.publish(newStreamId(), true, new Uint8Array(10))
  line.push('status', () => ({}))
  const began = performance.now()
  await line.close()
  expect(performance.now() - began).toBeLessThan(GOODBYE_MS + 500)
  for (const socket of sockets) socket.destroy()
  server.close()
  closeDevice(device)
  transport.close()
})
