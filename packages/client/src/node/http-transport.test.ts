import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpTransport } from './http-transport.ts'

describe('the HTTP transport', () => {
  let server: Server
  let url: string
  const transport = httpTransport()
  let connections = 0

  beforeAll(async () => {
    server = createServer((request, response) => {
      switch (request.url) {
        case '/echo':
          response.setHeader('x-Mixed', 'Case')
          request.pipe(response)
          break
        case '/long':
          response.end(Buffer.alloc(2000))
          break
        case '/cut':
          response.writeHead(200, { 'content-length': '100' })
          response.write('short', () => response.destroy())
          break
        case '/never':
          break
        default:
          response.writeHead(418).end('no')
      }
    })
    server.on('connection', () => connections++)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    transport.close()
    server.closeAllConnections()
    server.close()
  })
  const ask = (
    path: string,
    more: { body?: Uint8Array; timeoutMs?: number; maxBytes?: number; signal?: AbortSignal } = {},
  ) => transport({ method: 'POST', url: url + path, headers: {}, body: null, timeoutMs: 5000, maxBytes: 1000, ...more })

  test('brings bodies there and back over one kept connection', async () => {
    const body = Uint8Array.of(1, 2, 3)
    for (let i = 0; i < 3; i++)
      expect(await ask('/echo', { body })).toMatchObject({ status: 200, body, headers: { 'x-mixed': 'Case' } })
    expect(await ask('/other')).toMatchObject({ status: 418 })
    expect(connections).toBe(1)
  })

  test('names what went wrong on the way', async () => {
    await expect(ask('/long')).rejects.toMatchObject({ code: 'too_large' })
    await expect(ask('/echo', { body: new Uint8Array(2000) })).rejects.toMatchObject({ code: 'too_large' })
    await expect(ask('/cut')).rejects.toMatchObject({ code: 'unreachable', sent: true })
    await expect(ask('/never', { timeoutMs: 30 })).rejects.toMatchObject({ code: 'timeout', sent: true })
    const gone = transport({
      method: 'GET',
      url: 'http://127.0.0.1:1/',
      headers: {},
      body: null,
      timeoutMs: 1000,
      maxBytes: 1,
    })
    await expect(gone).rejects.toMatchObject({ code: 'unreachable', sent: false })
  })

  test('can be stopped, before and while it waits', async () => {
    const stop = new AbortController()
    const waiting = ask('/never', { signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await expect(ask('/echo', { signal: stop.signal })).rejects.toThrow('stopped')
  })
})
