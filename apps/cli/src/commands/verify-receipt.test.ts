import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatReceiptFile, parseReceiptFile } from '@hausrecht/chain/receipt-file'
import { founder, phone } from '@hausrecht/chain/test/household'
import { laptopId, ReceiptLog } from '@hausrecht/chain/test/receipt-log'
import type { OrderId } from '@hausrecht/crypto/ids'
import { tempFolder } from '@hausrecht/testkit/temp'
import { formatPolicy } from '@hausrecht/tlog/policy-file'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import type { Language } from '../language.ts'
import { createOutput } from '../output.ts'
import { given } from '../program/options.ts'
import { createAsker } from '../terminal/ask.ts'
import { verifyReceiptFile } from './verify-receipt.ts'

let folder: ReturnType<typeof tempFolder>
let log: ReceiptLog
let order: OrderId
let policy: string
beforeAll(async () => {
  folder = tempFolder('receipt')
  log = await ReceiptLog.found()
  order = await log.order()
  await log.receipt(founder)
  await log.receipt(phone)
  await log.cut(laptopId)
  await log.add(founder, { type: 'delete_complete', order })
  const [key] = log.policy.logs
  if (key === undefined) throw new Error('no key')
  policy = formatPolicy(key.key, { witnesses: log.policy.witnesses.map(witness => witness.key), quorum: 1 })
})
afterAll(() => folder.remove())

async function run(text: string, options: Record<string, string> = {}, language: Language = 'en') {
  let said = ''
  let json = ''
  const context: Context = {
    ...{ language, env: {}, clock: Date, invocation: 'hausrecht', version: '0' },
    out: createOutput(
      { stdout: { write: part => (json += part) }, stderr: { write: part => (said += part) }, env: {} },
      true,
    ),
    ask: createAsker(process.stdin, process.stderr),
    dataDir: join(folder.path, 'nobody'),
    signal: new AbortController().signal,
  }
  const file = join(folder.path, 'receipt.json')
  writeFileSync(file, text)
  const code = await verifyReceiptFile(context, [file], given(options, 'hausrecht'))
  return { code, said, value: JSON.parse(json) }
}

test.each([
  ['en', '✓ Erased: each of them has signed', 'Everything that was checked is true: the deletion is complete.'],
  ['de', '✓ Vernichtet: jedes hat unterschrieben', 'Alles Geprüfte stimmt: Die Löschung ist vollständig.'],
] as const)(
  'in %s, without a household or a network: each check by name, and what it proves',
  async (language, erased, end) => {
    const { code, said, value } = await run(await log.file(order, { policy }), {}, language)
    expect(code).toBe(0)
    expect(said).toContain(erased)
    expect(said).toContain('witness.example/w1 (')
    expect(said.trim().endsWith(end)).toBe(true)
    expect(value).toMatchObject({ type: 'receipt', ok: true, against: 'receipt', deletion: { order, complete: true } })
    expect(Object.keys(value.cosigned)).toEqual(['witness.example/w1'])
  },
)

test('AB33: one that is still owed ends with 1, names who owes it, and never says complete', async () => {
  const open = await ReceiptLog.found()
  const id = await open.order()
  await open.receipt(founder)
  const { code, said, value } = await run(await open.file(id))
  expect([code, value.ok, value.against]).toEqual([1, false, 'nobody'])
  expect(said).toContain('✗ Erased: still owed by')
  expect(said).toContain(laptopId)
  expect(said).not.toContain('This proves')
  expect(said).not.toContain('the deletion is complete')
})

test('a forged one ends with 1, and nothing that it says of the deletion is repeated', async () => {
  const file = parseReceiptFile(await log.file(order, { labels: new Map([[laptopId, 'Nobody']]) }))
  const leaves = file.leaves.filter((_, at) => at !== 1)
  const { code, said } = await run(formatReceiptFile({ ...file, leaves }), {}, 'en')
  expect(code).toBe(1)
  expect(said).toContain('✗ Entries: leaf 2 is not allowed by the rules')
  expect(said).not.toContain('ordered by')
  expect(said).not.toContain('Nobody')
})

test('a policy of one’s own goes before the one in the receipt; names in it are said to be nobody’s', async () => {
  const mine = join(folder.path, 'mine')
  writeFileSync(mine, policy.replace('quorum enough', 'quorum none'))
  const labels = new Map([[laptopId, 'Laptop\u001b[31m']])
  const { code, said, value } = await run(await log.file(order, { labels }), { policy: mine })
  expect([code, value.against]).toEqual([0, 'file'])
  expect(said).toContain('nobody signed them')
  expect(said).toContain('Laptop')
  expect(said).not.toContain('\u001b[31m')
  await expect(run('{}', { policy: join(folder.path, 'gone') })).rejects.toMatchObject({ code: 'unreadable' })
  const nothing = await run('no receipt at all')
  expect([nothing.code, nothing.value.checks[0]]).toMatchObject([1, { check: 'file', state: 'failed' }])
})
