import type { OrderId } from '@hausrecht/crypto/ids'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ReceiptCheck, ReceiptFaultCode } from './receipt-checks.ts'
import { parseReceiptFile } from './receipt-file.ts'
import { addDevice, founder, laptop, me, phone, phoneId, testKey } from './test/household.ts'
import { coverOf, kept, laptopId, ReceiptLog } from './test/receipt-log.ts'
import { type VerifiedReceipt, verifyReceipt } from './verify-receipt.ts'

/** [0, 63] and [256, 319]: nothing of [100, 199]. */
const CLEAR = [kept(0, 26), kept(4, 26)]
/** Where the steps of `complete` stand in the log. */
const AT = { addPhone: 1, order: 5, receipt: 6, phone: 7, cut: 8, complete: 9 } as const

/** A deletion from the order to the vault's word, and a later entry of the chain. */
async function complete(): Promise<{ readonly log: ReceiptLog; readonly order: OrderId }> {
  const log = await ReceiptLog.found()
  await log.access(90, 110)
  const order = await log.order()
  await log.receipt(founder, CLEAR)
  await log.receipt(phone)
  await log.cut(laptopId)
  await log.add(founder, { type: 'delete_complete', order })
  await log.removal(order)
  await log.add(founder, { type: 'lease', minutes: 30 })
  return { log, order }
}

let log: ReceiptLog
let order: OrderId
let file: string
beforeAll(async () => {
  ;({ log, order } = await complete())
  file = await log.file(order, { covers: [coverOf(CLEAR)], labels: new Map([[me, 'Hub']]) })
})

/** The checks that did not pass, and why: a fault's code, or the state. */
const wrong = ({ checks }: VerifiedReceipt): Partial<Record<ReceiptCheck, ReceiptFaultCode | string>> =>
  Object.fromEntries(
    checks.flatMap(result =>
      result.state === 'passed' ? [] : [[result.check, result.state === 'failed' ? result.fault.code : result.state]],
    ),
  )
const verify = (text: string): Promise<VerifiedReceipt> => verifyReceipt(text, log.policy)

describe('an honest receipt', () => {
  test('passes every check and says how it went', async () => {
    const verified = await verify(file)
    expect(wrong(verified)).toEqual({})
    expect(verified.ok).toBe(true)
    expect(verified.deletion).toMatchObject({
      ...{ order, by: me, complete: true, readers: [phoneId], removal: { objects: 3, bytes: 999 } },
      holders: [
        { device: me, how: 'receipt', cell: 'file' },
        { device: phoneId, how: 'receipt' },
        { device: laptopId, how: 'cut' },
      ],
    })
    expect(verified.labels.get(me)).toBe('Hub')
  })

  test('needs nobody: without a policy it says that nobody was asked', async () => {
    const verified = await verifyReceipt(file, null)
    expect([verified.ok, wrong(verified)]).toEqual([true, { cosignatures: 'not_asked' }])
  })

  test('without covers, the vault’s word or a later entry those stay open, and nothing else', async () => {
    const verified = await verify(await log.file(order, {}, [4, 10, 11]))
    expect(wrong(verified)).toEqual({ devices: 'undecided', covers: 'not_asked', removal: 'not_asked' })
    expect(verified.ok).toBe(true)
  })

  test('a device that was put out is named, and holds nobody up', async () => {
    const other = await ReceiptLog.found()
    const id = await other.order()
    await other.receipt(founder)
    await other.receipt(phone)
    await other.add(founder, { type: 'remove_device', device: laptopId })
    await other.add(founder, { type: 'delete_complete', order: id })
    const verified = await verifyReceipt(await other.file(id), other.policy)
    expect(verified.ok).toBe(true)
    expect(verified.deletion?.holders.at(-1)).toMatchObject({ device: laptopId, how: 'removed' })
  })
})

describe('lies', () => {
  test('AB33: while one of three devices has said nothing, no file shows the deletion as done', async () => {
    const other = await ReceiptLog.found()
    const id = await other.order()
    await other.receipt(founder)
    await other.receipt(phone)
    const open = await verifyReceipt(await other.file(id), other.policy)
    expect([open.ok, wrong(open)]).toMatchObject([false, { holders: 'owed', complete: 'not_complete' }])
    // Somebody says it is done all the same, and the vault logs that.
    await other.add(founder, { type: 'delete_complete', order: id })
    const claimed = await verifyReceipt(await other.file(id), other.policy)
    expect([claimed.ok, wrong(claimed)]).toMatchObject([false, { entries: 'rejected_entry', holders: 'owed' }])
    expect(claimed.deletion?.complete).toBe(false)
  })

  test('the entries of one holder are left out', async () => {
    const lies: readonly [readonly number[], object][] = [
      [[AT.phone], { entries: 'rejected_entry', holders: 'owed', complete: 'not_complete' }],
      [[AT.phone, AT.complete], { holders: 'owed', complete: 'not_complete' }],
      [[AT.cut], { entries: 'rejected_entry', holders: 'owed' }],
      [[AT.addPhone], { entries: 'rejected_entry', order: 'no_order' }],
      [[AT.addPhone, AT.phone], { entries: 'rejected_entry' }],
      [[0], { entries: 'bad_entry' }],
      [[AT.order], { entries: 'rejected_entry', order: 'no_order' }],
      [[AT.receipt], { entries: 'rejected_entry', holders: 'owed', covers: 'other_cover' }],
      [[AT.complete], { complete: 'not_complete' }],
    ]
    const covers = [coverOf(CLEAR)]
    for (const [without, faults] of lies) {
      const verified = await verify(await log.file(order, { covers }, without))
      expect([without, verified.ok, wrong(verified)]).toMatchObject([without, false, faults])
    }
  })

  test('a device that was let in last is left out: the list of devices is then not shown to be whole', async () => {
    const other = await ReceiptLog.found()
    await other.access(1, 2)
    const lastAdded = other.leaves.length
    await other.add(founder, addDevice(await testKey(6)))
    await other.access(1, 2)
    const id = await other.order()
    for (const key of [founder, phone, laptop]) await other.receipt(key)
    await other.add(founder, { type: 'delete_complete', order: id })
    const whole = await verifyReceipt(await other.file(id), other.policy)
    expect(wrong(whole)).toMatchObject({ entries: 'rejected_entry', holders: 'owed' })
    // The vault has logged what the rules refuse, which stops every device; a file alone can hide it, but not look whole.
    const hidden = await verifyReceipt(await other.file(id, {}, [lastAdded]), other.policy)
    expect(wrong(hidden)).toEqual({ devices: 'undecided', covers: 'not_asked', removal: 'not_asked' })
    await other.add(founder, { type: 'lease', minutes: 30 })
    const closed = await verifyReceipt(await other.file(id, {}, [lastAdded]), other.policy)
    expect(wrong(closed)).toMatchObject({ entries: 'rejected_entry' })
  })

  test('a list of devices is whole when every leaf before the order is shown, accesses too', async () => {
    const other = await ReceiptLog.found()
    await other.access(1, 2)
    const id = await other.order()
    expect(wrong(await verifyReceipt(await other.file(id), other.policy))).not.toHaveProperty('devices')
    expect(wrong(await verifyReceipt(await other.file(id, {}, [4]), other.policy))).toHaveProperty(
      'devices',
      'undecided',
    )
  })

  test('a receipt names an older frontier', async () => {
    const other = await ReceiptLog.found()
    await other.order(1, 9)
    const id = await other.order()
    await other.receipt(founder, CLEAR, 1)
    await other.receipt(phone, [], 1)
    await other.cut(laptopId)
    const verified = await verifyReceipt(await other.file(id, { covers: [coverOf(CLEAR)] }), other.policy)
    expect(wrong(verified)).toMatchObject({ holders: 'owed', complete: 'not_complete', covers: 'other_cover' })
    expect(verified.deletion?.holders.map(({ how }) => how)).toEqual(['owed', 'owed', 'cut'])
  })

  test('a receipt names a frontier of orders that were never given', async () => {
    const other = await ReceiptLog.found()
    const id = await other.order()
    const frontier = new Uint8Array(32).fill(7)
    const receipt = { type: 'erase_receipt', applied: 1, until: 0, cell: 'file', cover: frontier } as const
    await other.add(founder, { ...receipt, frontier })
    const verified = await verifyReceipt(await other.file(id), other.policy)
    expect(wrong(verified)).toMatchObject({ entries: 'rejected_entry' })
  })

  test('a forged cover: another list, or a signed one with a node above what was deleted', async () => {
    const forged = await verify(await log.file(order, { covers: [coverOf([kept(4, 26)])] }))
    expect([forged.ok, wrong(forged)]).toEqual([false, { covers: 'other_cover' }])
    const none = await verify(await log.file(order, { covers: [coverOf(CLEAR, laptopId)] }))
    expect(wrong(none)).toEqual({ covers: 'other_cover' })
    for (const node of [kept(0, 25), kept(2, 26), kept(0, 0), kept(199, 32), kept(100, 32)]) {
      const other = await ReceiptLog.found()
      const id = await other.order()
      await other.receipt(founder, [node])
      const keeps = await verifyReceipt(await other.file(id, { covers: [coverOf([node])] }), other.policy)
      expect(wrong(keeps)).toMatchObject({ covers: 'cover_keeps' })
    }
    const beside = await ReceiptLog.found()
    const id = await beside.order()
    await beside.receipt(founder, [kept(200, 32), kept(99, 32)])
    const clear = await beside.file(id, { covers: [coverOf([kept(99, 32), kept(200, 32)])] })
    expect(wrong(await verifyReceipt(clear, beside.policy))).not.toHaveProperty('covers')
  })

  test('a checkpoint of another log, or of this one at another time', async () => {
    const other = await ReceiptLog.found()
    await other.order()
    const elsewhere = await verify(await log.file(order, { checkpoint: await log.note('vault.example/hh/elsewhere') }))
    expect(wrong(elsewhere)).toMatchObject({ checkpoint: 'other_log' })
    const [key] = log.policy.witnesses
    const logs = key === undefined ? [] : [key]
    const unnamed = await verifyReceipt(file, { ...log.policy, logs })
    expect(wrong(unnamed)).toEqual({ checkpoint: 'other_log' })
    const earlier = await verify(await log.file(order, { checkpoint: await other.note(log.origin) }))
    expect(wrong(earlier)).toMatchObject({ leaves: 'not_included' })
  })

  test('without a cosignature, or without the log’s signature', async () => {
    const alone = await verify(await log.file(order, { checkpoint: await log.note(log.origin, false) }))
    expect([alone.ok, wrong(alone)]).toMatchObject([false, { cosignatures: 'too_few_witnesses' }])
    const note = await log.note()
    const unsigned = note.replace(/\u2014 vault.*\n/, '')
    expect(wrong(await verify(await log.file(order, { checkpoint: unsigned })))).toMatchObject({
      checkpoint: 'not_signed',
    })
  })

  test('leaves twice or in another order', async () => {
    const { leaves } = parseReceiptFile(file)
    const swapped = await verify(await log.file(order, { leaves: leaves.toReversed() }))
    expect(wrong(swapped)).toMatchObject({ leaves: 'leaf_order' })
    const [first] = leaves
    const twice = await verify(await log.file(order, { leaves: first === undefined ? [] : [first, ...leaves] }))
    expect(wrong(twice)).toMatchObject({ leaves: 'leaf_order', entries: 'rejected_entry' })
    expect(wrong(await verify(await log.file(order, { leaves: [] })))).toMatchObject({ entries: 'rejected_entry' })
  })

  test('what is no receipt is said', async () => {
    const texts = ['', '[]', '{}', 'null', file.replace('receipt/1', 'receipt/2'), file.replace('"order"', '"other"')]
    for (const text of texts) expect(wrong(await verify(text))).toMatchObject({ file: 'not_a_receipt' })
  })
})

/** Every text and number of a JSON value, with the way to it. */
function valuesOf(value: unknown, path: readonly string[]): readonly (readonly [readonly string[], unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) => valuesOf(inner, [...path, name]))
}

/** The same with another value at the end of the way. */
function withValue(value: unknown, [name, ...rest]: readonly string[], changed: unknown): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return changed
  if (Array.isArray(value))
    return value.map((inner, at) => (String(at) === name ? withValue(inner, rest, changed) : inner))
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [field, field === name ? withValue(inner, rest, changed) : inner]),
  )
}

/** A number one higher; a text whose middle is another letter, so that base64 and ids stay what they are. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  const text = String(value)
  const at = Math.floor(text.length / 2)
  return `${text.slice(0, at)}${text[at] === 'b' ? 'c' : 'b'}${text.slice(at + 1)}`
}

describe('any changed byte', () => {
  /** Everything up to the labels, which nobody signed, and the policy, which is the maker's word. */
  const proven = (): number => file.indexOf('"policy"')
  const OTHER = ['A', '1', 'x', '"'] as const

  test('of a part that proves something fails a named check', async () => {
    const wholly = new Set<string>()
    const passed: string[] = []
    // Every place would be thousands of signatures: a step that is prime to every length visits each part.
    for (let at = 1; at < proven(); at += 37) {
      const other = OTHER.find(char => char !== file[at]) ?? 'A'
      if (/\s/.test(file[at] ?? '')) continue
      const verified = await verify(`${file.slice(0, at)}${other}${file.slice(at + 1)}`)
      if (verified.ok) passed.push(file.slice(at - 20, at + 20))
      for (const { check, state } of verified.checks) if (state === 'failed') wholly.add(check)
    }
    expect(passed).toEqual([])
    expect([...wholly]).toEqual(expect.arrayContaining(['file', 'checkpoint', 'leaves', 'entries']))
  }, 60_000)

  test('every value of every field fails when it is another one', async () => {
    const whole: unknown = JSON.parse(file)
    const values = valuesOf(whole, []).filter(([[field]]) => field !== 'labels' && field !== 'policy')
    expect(values.length).toBeGreaterThan(60)
    for (const [path, value] of values) {
      const verified = await verify(JSON.stringify(withValue(whole, path, another(value))))
      expect([path, verified.ok]).toEqual([path, false])
      expect(verified.checks.map(({ state }) => state)).toContain('failed')
    }
  }, 60_000)

  test('of a leaf’s bytes fails, wherever it is, even when the log has it so', async () => {
    for (const index of [AT.order, AT.receipt, AT.phone, AT.cut, AT.complete]) {
      const leaf = log.leaves[index] ?? new Uint8Array(0)
      for (const at of [0, 5, 20, Math.floor(leaf.length / 2), leaf.length - 70, leaf.length - 1]) {
        const liar = new ReceiptLog()
        liar.state = log.state
        liar.leaves.push(...log.leaves.with(index, leaf.with(at, (leaf[at] ?? 0) ^ 1)))
        const verified = await verifyReceipt(await liar.file(order), log.policy)
        expect([index, at, verified.ok]).toEqual([index, at, false])
        expect(wrong(verified)).toHaveProperty('entries')
      }
    }
  })
})
