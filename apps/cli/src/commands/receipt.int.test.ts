import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { deleteRange } from '@hausrecht/client/delete'
import { sync } from '@hausrecht/client/device'
import { addCamera } from '@hausrecht/client/household'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { completeOrders } from '@hausrecht/client/receipts'
import type { OrderId } from '@hausrecht/crypto/ids'
import { TestHousehold } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import type { Handler } from '../handler.ts'
import type { Language } from '../language.ts'
import { createOutput } from '../output.ts'
import { given } from '../program/options.ts'
import { createAsker } from '../terminal/ask.ts'
import { deletions } from './deletions.ts'
import { writeReceipt } from './receipt.ts'
import { verifyReceiptFile } from './verify-receipt.ts'

let world: TestHousehold
let hub: OpenDevice
let order: OrderId
beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('data/home')
  const { video } = await addCamera(hub, { name: 'Hall', sound: false })
  const from = world.clock.now() + 3_600_000
  order = (await deleteRange(hub, { streams: [video], from, to: from + 60_000 })).order
})
afterAll(() => world.close())

async function run(
  handler: Handler,
  args: readonly string[],
  { options = {}, dataDir = world.home('data'), language = 'en' as Language } = {},
) {
  let said = ''
  let json = ''
  const context: Context = {
    ...{ language, env: {}, clock: world.clock, invocation: 'hausrecht', version: '0', dataDir },
    out: createOutput(
      { stdout: { write: part => (json += part) }, stderr: { write: part => (said += part) }, env: {} },
      true,
    ),
    ask: createAsker(process.stdin, process.stderr),
    signal: new AbortController().signal,
  }
  const code = await handler(context, args, given(options, 'hausrecht'))
  return { code, said, values: json.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)])) }
}

test('from the list to a receipt that verifies without vault, network and household', async () => {
  const file = join(world.folder, 'deleted.json')
  const listed = await run(deletions, [])
  expect(listed.values).toMatchObject([{ order, complete: false, holders: [{ device: hub.id, how: 'receipt' }] }])
  expect(listed.said).toContain('Hall, ')
  expect(listed.said).toContain('keys erased from files')
  expect(listed.said).toContain('not complete')
  const early = await run(writeReceipt, [order.slice(0, 6), file])
  expect([early.code, early.values]).toMatchObject([0, [{ order, complete: false }]])
  expect((await run(verifyReceiptFile, [file])).code).toBe(1)

  await completeOrders(hub)
  await sync(hub)
  await expect(run(writeReceipt, [order, file])).rejects.toMatchObject({ code: 'output_exists' })
  const late = await run(writeReceipt, [order, file], { options: { overwrite: true, names: true }, language: 'de' })
  expect(late.said).toContain('Jeder kann sie prüfen')
  const verified = await run(verifyReceiptFile, [file], { dataDir: join(world.folder, 'nobody') })
  expect([verified.code, verified.values]).toMatchObject([0, [{ ok: true, against: 'receipt' }]])
  expect(verified.said).toContain('✓ Keys kept')
  expect(verified.said).toContain('Hall, ')
  const own = await run(verifyReceiptFile, [file])
  expect(own.values).toMatchObject([{ ok: true, against: 'device' }])
})

test('a number that is none, or nobody’s, makes no file', async () => {
  const file = join(world.folder, 'nothing.json')
  await expect(run(writeReceipt, ['zzzz', file])).rejects.toMatchObject({ code: 'no_such_order' })
  await expect(run(writeReceipt, ['', file])).rejects.toMatchObject({ code: 'no_such_order' })
  expect(existsSync(file)).toBe(false)
})
