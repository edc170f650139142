import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { Secret } from '@hausrecht/crypto/secret'
import { KeyTree } from '@hausrecht/keytree/tree'
import { type CrashPoint, type CrashTwin, crashPoints, dieAt, each } from '@hausrecht/testkit/crash/twin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CRASH_OTHER, CRASH_ROUNDS, CRASH_STREAM, CRASH_TREE, rootOf } from '../crash-facts.ts'
import { KeyStore } from '../key-store.ts'
import { FolderStore } from './folder-store.ts'
import { SealedStore } from './sealed-store.ts'
import { FileChip } from './test/file-chip.ts'

const twin: CrashTwin = {
  program: join(import.meta.dirname, 'sealed-crash-scenario.ts'),
  files: ['packages/client/src/node/sealed-store.ts', 'packages/client/src/node/test/file-chip.ts'],
}
let folder = ''
let points: readonly CrashPoint[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-sealed-crash-'))
  points = await crashPoints(twin, [join(folder, 'trace'), join(folder, 'trace-chip')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Beside what is deleted, and far from it. */
const KEPT = [20_003 * 65_536, 20_004 * 65_536 + 8, 19_000 * 65_536, 21_000 * 65_536 + 5]

async function rawOf(dir: string): Promise<string> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true })
  const contents = files.filter(file => file.isFile()).map(file => readFile(join(file.parentPath, file.name), 'hex'))
  return (await Promise.all(contents)).join('|')
}

test('killed behind every statement of the sealed store: nothing is lost, what was said to be gone stays gone, and no root lies in the open', async () => {
  expect(points.length).toBeGreaterThan(60)
  const whole = [0, 1].map(generation =>
    KeyTree.fromRoot(Secret.from((rootOf(generation)[0]?.seed ?? new Uint8Array()).slice())),
  )
  await each(points, 2, async point => {
    const where = `${point.name} (${point.pass})`
    const dir = join(folder, `${point.name.replaceAll('/', '_')}-${point.pass}`)
    const chip = `${dir}-chip`
    const lines = await dieAt(twin, [dir, chip], point)
    // While keys are taken out they lie in both places.
    const sealedAt = lines.includes('sealed') && !lines.includes('forgotten')
    const raw = await rawOf(dir)
    const roots = [0, 1].map(generation => toHex(rootOf(generation)[0]?.seed ?? new Uint8Array()))
    expect(sealedAt ? roots.filter(root => raw.includes(root)) : [], where).toEqual([])

    const keys = await KeyStore.open(await SealedStore.open(await FolderStore.open(dir), new FileChip(chip)), () => [])
    const said = CRASH_ROUNDS.filter((_, round) => lines.includes(`punctured ${round}`)).flat()
    for (const { lo } of said) expect(() => keys.leafKey(CRASH_TREE, lo), where).toThrow()
    const begun = lines.includes('begun')
    for (const leaf of begun ? KEPT : [])
      expect(keys.leafKey(CRASH_TREE, leaf).use(toHex), where).toBe(whole[0]?.leafKey(leaf)?.use(toHex))
    const has = lines.includes('imported') && !lines.includes(`punctured ${CRASH_ROUNDS.length - 1}`)
    for (const leaf of has ? KEPT : [])
      expect(keys.leafKey(CRASH_OTHER, leaf).use(toHex), where).toBe(whole[1]?.leafKey(leaf)?.use(toHex))
    // It goes on as if nothing had been.
    for (const ranges of CRASH_ROUNDS) await keys.puncture(CRASH_STREAM, ranges)
    await keys.forget(CRASH_OTHER)
    keys.close()
    const left = (await rawOf(dir)).split('|').length
    expect(left, where).toBeLessThan(20)
  })
}, 600_000)
