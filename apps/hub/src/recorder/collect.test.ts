import { until } from '@hausrecht/testkit/until'
import { expect, test } from 'vitest'
import { COLLECT_EVERY_BYTES, makeCollector } from './collect.ts'

test('collects once for every so many bytes', () => {
  let collections = 0
  const sealed = makeCollector(() => {
    collections += 1
  })
  for (let i = 0; i < 10; i += 1) sealed(COLLECT_EVERY_BYTES / 4)
  expect(collections).toBe(2)
})

test('the collector of the runtime can be called, and frees what died', async () => {
  const sealed = makeCollector()
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 16; i += 1) new Uint8Array(1024 * 1024).fill(i)
  sealed(COLLECT_EVERY_BYTES)
  // The memory itself is given back by another thread.
  await until(() => process.memoryUsage().arrayBuffers - before < 12 * 1024 * 1024, { what: 'memory to be freed' })
})
