import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { requirePort, whoListensOn } from './port.ts'

test('a taken port is named with who has it, a free one is fine', async () => {
  const server = createServer()
  const port = await new Promise<number>(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
  expect(whoListensOn(port)).toContain(`(${process.pid})`)
  await expect(requirePort(port, '127.0.0.1')).rejects.toMatchObject({ code: 'port_taken' })
  await expect(requirePort(port, '127.0.0.1')).rejects.toThrow(String(process.pid))
  await new Promise(resolve => server.close(resolve))
  await requirePort(port, '127.0.0.1')
  expect(whoListensOn(port)).toBe('')
})

test('an address that this machine does not have', async () => {
  await expect(requirePort(0, '192.0.2.1')).rejects.toMatchObject({ code: 'host_refused' })
})
