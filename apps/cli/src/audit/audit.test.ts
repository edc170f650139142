import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { tempFolder } from '@hausrecht/testkit/temp'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { parseNote } from '@hausrecht/tlog/note'
import { type Policy, parsePolicy } from '@hausrecht/tlog/policy'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, audit, type Trust } from './audit.ts'
import { CHECKS, FAULTS } from './checks.ts'
import { folderFiles } from './folder-files.ts'
import { judgesFor } from './judge-pool.ts'
import { BEGAN, MadeLog } from './test/made-log.ts'
import { TIME_BOUNDS } from './times.ts'

let folder: ReturnType<typeof tempFolder>
let log: MadeLog
beforeEach(async () => {
  folder = tempFolder('audit')
  log = await MadeLog.found()
})
afterEach(() => folder.remove())

const trusting = (text: string): Trust => ({ policy: parsePolicy(text), household: null, seen: null })
const look = async (trust: Trust = trusting(log.policy)): Promise<Audit> => {
  const found = await audit({ files: folderFiles(folder.path), trust })
  if (found === null) throw new Error('no log')
  return found
}
/** What each check that failed says, and those that could not be decided. */
const wrong = ({ checks }: Audit): Record<string, string> =>
  Object.fromEntries(
    checks.flatMap(result =>
      result.state === 'failed'
        ? [[result.check, result.fault.code]]
        : result.state === 'undecided'
          ? [[result.check, 'undecided']]
          : [],
    ),
  )
const add = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await log.access(i)
}

describe('an honest log', () => {
  test('passes every check and is counted by type and reader', async () => {
    await add(5)
    const phone = (await generateSigningKey()).key
    const entitlement = { from: 0, streams: 'all' } as const
    await log.entry({ type: 'add_device', publicKey: phone.publicKey, roles: ['vault'], entitlement, prekeys: [] })
    await log.access(7, { by: phone })
    await log.write(folder.path)
    const found = await look({ ...trusting(log.policy), household: log.household, seen: { size: 9, root: log.root } })
    expect(found.ok).toBe(false)
    expect(wrong(found)).toEqual({ seen: 'other_history' })
    const again = await look()
    expect([again.ok, wrong(again)]).toEqual([true, {}])
    expect(again.tally.types).toEqual([
      ['access', 6],
      ['add_device', 1],
      ['add_stream', 1],
      ['generation', 1],
      ['genesis', 1],
    ])
    const [founder, second] = [deviceIdOf(log.founder.publicKey), deviceIdOf(phone.publicKey)]
    expect(again.tally.readers.map(([reader, { count }]) => [reader, count])).toEqual([
      [founder, 5],
      [second, 1],
    ])
    expect(again.tally.all).toEqual({ count: 10, first: BEGAN, last: log.now - 1 })
    expect([...again.cosigned.keys()]).toEqual(['witness.test/w1'])
    expect(again.log).toMatchObject({ origin: log.origin, size: 10 })
  })

  test.each([1, 255, 256, 257, 700, 1300])('of %i leaves, whoever judges, with every size seen before', async size => {
    log.leaves.splice(1)
    log.state = null
    const seenAt = fc.sample(fc.integer({ min: 1, max: size }), 1)[0] ?? size
    let seen: Trust['seen'] = null
    for (let i = 1; i <= size; i++) {
      if (i === seenAt) seen = { size: i, root: log.root }
      if (i < size) await log.access(i)
    }
    await log.write(folder.path)
    const done: number[] = []
    const judges = judgesFor(1)
    const options = { files: folderFiles(folder.path), trust: { ...trusting(log.policy), seen } }
    const [alone, many] = await Promise.all([
      audit({ ...options, judges, onProgress: at => done.push(at) }),
      audit(options),
    ])
    expect(wrong(alone ?? (await look()))).toEqual({})
    expect([alone?.ok, many?.ok, alone?.tally.all]).toEqual([true, true, many?.tally.all])
    expect(done.at(-1)).toBe(size)
  })

  test('without a policy says that nobody was asked, and with none that fits it fails', async () => {
    await log.write(folder.path)
    const alone = await look({ policy: null, household: null, seen: null })
    expect(alone.ok).toBe(true)
    expect(alone.checks.filter(({ state }) => state === 'not_asked').map(({ check }) => check)).toEqual([
      'cosignatures',
      'seen',
    ])
    const other = await MadeLog.found()
    expect(wrong(await look(trusting(other.policy)))).toEqual({
      checkpoint: 'other_log',
      cosignatures: 'too_few_witnesses',
    })
    expect(wrong(await look({ policy: null, household: other.household, seen: null }))).toEqual({
      checkpoint: 'other_household',
    })
    expect(wrong(await look({ policy: null, household: null, seen: { size: 9, root: log.root } }))).toEqual({
      seen: 'shorter',
    })
    expect(await audit({ files: folderFiles(join(folder.path, 'nothing')), trust: trusting(log.policy) })).toBeNull()
  })
})

describe('a lie is named', () => {
  const written = async (note?: string): Promise<Record<string, string>> => {
    await log.write(folder.path, note)
    return wrong(await look())
  }
  const stranger = async () => (await generateSigningKey()).key

  test('another key signed the checkpoint, or nobody did', async () => {
    expect(await written(await log.note(await stranger()))).toMatchObject({ checkpoint: 'not_signed' })
    writeFileSync(join(folder.path, 'checkpoint'), 'hello')
    const { checks, log: head } = await look()
    expect([head, checks.map(({ state }) => state)]).toEqual([null, ['failed', ...Array(7).fill('undecided')]])
  })

  test('no witness, a false line of one, and one key under two names', async () => {
    const bare = await signCheckpoint({ origin: log.origin, size: 3, root: log.root }, log.vault)
    expect(await written(bare)).toEqual({ cosignatures: 'too_few_witnesses' })
    const line = await cosign('witness.test/w1', log.witness, parseNote(await log.note()).text.replace('3', '4'), BEGAN)
    expect(await written(bare + line)).toEqual({ cosignatures: 'false_cosignature' })
    const foreign = await cosign('witness.test/w1', await stranger(), parseNote(bare).text, BEGAN)
    expect(await written(bare + foreign)).toEqual({ cosignatures: 'too_few_witnesses' })
  })

  test('an entry that nobody signed, and one that the rules refuse', async () => {
    const state = log.state
    await log.entry({ type: 'policy', deleters: 'any' }, await stranger())
    expect(await written()).toEqual({ entries: 'bad_entry', accesses: 'undecided', times: 'undecided' })
    log.leaves.pop()
    log.leaves.push(log.leaves[1] ?? new Uint8Array(0))
    expect(await written()).toEqual({ entries: 'rejected_entry', accesses: 'undecided', times: 'undecided' })
    log.leaves.pop()
    log.state = state
    log.leaves.push(new Uint8Array(40))
    expect(await written()).toEqual({ entries: 'bad_entry', accesses: 'undecided', times: 'undecided' })
  })

  test.each([
    ['that the vault did not sign', async () => log.access(1, { signer: await stranger() }), 'bad_access'],
    ['that its reader did not ask for', () => log.access(1, { asked: '{"stream":"","lo":1}' }), 'bad_access'],
    ['by somebody outside', async () => log.access(1, { by: await stranger() }), 'unknown_reader'],
  ])('an access %s', async (_, lie, code) => {
    await add(3)
    await lie()
    await add(300)
    expect(await written()).toEqual({ accesses: code })
  })

  test('an access by a device before it was added', async () => {
    const phone = await stranger()
    await log.access(1, { by: phone })
    const entitlement = { from: 0, streams: 'all' } as const
    await log.entry({ type: 'add_device', publicKey: phone.publicKey, roles: ['vault'], entitlement, prekeys: [] })
    await log.access(2, { by: phone })
    expect(await written()).toEqual({ accesses: 'unknown_reader' })
  })

  test('times that run backwards by more than the bound, and not by less', async () => {
    log.now = BEGAN + TIME_BOUNDS.device
    await log.access(1)
    await log.access(2, { time: log.now - 1 - TIME_BOUNDS.vault })
    await log.entry({ type: 'policy', deleters: 'any' }, log.founder, log.now - 1 - TIME_BOUNDS.device)
    expect(await written()).toEqual({})
    await log.access(3, { time: log.now - 2 - TIME_BOUNDS.vault })
    expect(await written()).toEqual({ times: 'time_backwards' })
    log.leaves.pop()
    await log.entry({ type: 'policy', deleters: 'admins' }, log.founder, log.now - 2 - TIME_BOUNDS.device)
    expect(await written()).toEqual({ times: 'time_backwards' })
  })

  test('a log that does not begin with a household', async () => {
    log.leaves.shift()
    await log.write(folder.path)
    expect(wrong(await look())).toMatchObject({ entries: 'bad_genesis' })
  })

  test('leaves of another checkpoint, and files that are gone', async () => {
    await add(300)
    const note = await log.note()
    await log.write(folder.path)
    const swapped = await MadeLog.found()
    for (let i = 0; i < 300; i++) await swapped.access(i)
    await swapped.write(folder.path)
    writeFileSync(join(folder.path, 'checkpoint'), note)
    expect(wrong(await look())).toMatchObject({ leaves: 'other_root', tiles: 'undecided' })
    await log.write(folder.path)
    for (const [path, faults] of [
      ['tile/1/000.p/1', { tiles: 'missing_tile' }],
      ['tile/0/000', { tiles: 'missing_tile' }],
      ['tile/entries/001.p/47', { leaves: 'missing_bundle' }],
    ] as const) {
      const kept = readFileSync(join(folder.path, path))
      rmSync(join(folder.path, path))
      expect(wrong(await look()), path).toMatchObject(faults)
      writeFileSync(join(folder.path, path), kept)
    }
    expect(wrong(await look())).toEqual({})
  })
})

describe('whatever byte of an exported log is changed', () => {
  let shared: ReturnType<typeof tempFolder>
  let made: MadeLog
  let policy: Policy
  const files = (path: string): string[] =>
    readdirSync(path).flatMap(name => {
      const file = join(path, name)
      return statSync(file).isDirectory() ? files(file) : [file]
    })
  beforeAll(async () => {
    shared = tempFolder('audit-bytes')
    made = await MadeLog.found()
    for (let i = 0; i < 270; i++) await made.access(i)
    await made.write(shared.path)
    policy = parsePolicy(made.policy)
  })
  afterAll(() => shared.remove())

  test('every byte of a checkpoint is used', async () => {
    await log.write(folder.path)
    const file = join(folder.path, 'checkpoint')
    const kept = readFileSync(file)
    for (const [at, byte] of kept.entries())
      for (const changed of [byte ^ 1, byte ^ 0x80]) {
        writeFileSync(file, kept.with(at, changed))
        const failed = Object.keys(wrong(await look())).filter(check =>
          ['checkpoint', 'cosignatures', 'leaves'].includes(check),
        )
        expect(failed, `byte ${at}`).not.toEqual([])
      }
  })

  test('the check that fails is named', async () => {
    const all = files(shared.path).filter(file => !file.endsWith('/policy'))
    expect(all.map(file => file.slice(shared.path.length + 1)).sort()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001.p/17',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/17',
    ])
    const trust = { policy, household: null, seen: null }
    const named: Record<string, readonly string[]> = {
      checkpoint: ['checkpoint', 'cosignatures', 'leaves'],
      entries: ['leaves'],
      tile: ['tiles'],
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, at, flip) => {
        const kept = readFileSync(file)
        const changed = Buffer.from(kept)
        const place = at % kept.length
        changed[place] = (kept[place] ?? 0) ^ flip
        writeFileSync(file, changed)
        try {
          const found = await audit({ files: folderFiles(shared.path), trust })
          const failed = found?.checks.filter(({ state }) => state === 'failed').map(({ check }) => check) ?? []
          const kind = file.endsWith('checkpoint') ? 'checkpoint' : file.includes('entries') ? 'entries' : 'tile'
          expect(found?.ok).toBe(false)
          expect(failed.some(check => named[kind]?.includes(check))).toBe(true)
          // Of a hash tile nothing else depends.
          expect(kind === 'tile' ? failed : ['tiles']).toEqual(['tiles'])
        } finally {
          writeFileSync(file, kept)
        }
      }),
      { numRuns: 50 },
    )
    expect((await audit({ files: folderFiles(shared.path), trust }))?.ok).toBe(true)
  }, 120_000)
})

test('each fault is of a check', () => {
  for (const check of Object.values(FAULTS)) expect(CHECKS).toContain(check)
})
