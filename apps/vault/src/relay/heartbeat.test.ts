import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RELAY_PATH, RELAY_PROTOCOL } from '@hausrecht/contract/relay'
import { until } from '@hausrecht/testkit/until'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { systemClock } from '../config.ts'
import { Relay } from './relay.ts'

test('a line that answers no ping is cut, one that does stays', async () => {
  const relay = new Relay({
    households: { onEntry: () => undefined, known: () => null, state: () => Promise.reject(new Error('nobody asks')) },
    accesses: { find: () => Promise.resolve(null) },
    nonces: { use: () => undefined },
    clock: systemClock,
    log: pino({ level: 'silent' }),
    beatMs: 100,
  })
  const server = createServer()
  relay.attach(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const address = `ws://127.0.0.1:${port}${RELAY_PATH.replace(':household', 'a'.repeat(26))}`
  const alive = new WebSocket(address, RELAY_PROTOCOL)
  const dead = new WebSocket(address, RELAY_PROTOCOL, { autoPong: false })
  let pings = 0
  alive.on('ping', () => pings++)
  await until(() => dead.readyState === WebSocket.CLOSED, { what: 'the end of the dead line' })
  const before = pings
  await until(() => pings >= before + 2, { what: 'two more pings' })
  expect(alive.readyState).toBe(WebSocket.OPEN)
  expect(relay.connected).toBe(1)
  await relay.close()
  expect(relay.connected).toBe(0)
  server.close()
})
