import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { Secret } from '@hausrecht/crypto/secret'
import { child } from '@hausrecht/keytree/part'
import { KeyTree } from '@hausrecht/keytree/tree'
import { type CrashPoint, type CrashTwin, crashPoints, dieAt, each } from '@hausrecht/testkit/crash/twin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CRASH_OTHER, CRASH_ROUNDS, CRASH_STREAM, CRASH_TREE, rootOf } from './crash-facts.ts'
import { KeyStore, type LeafRange } from './key-store.ts'
import { FolderStore } from './node/folder-store.ts'

/** What works in memory alone leaves nothing behind that the others do not: only long runs die there too. */
const IN_MEMORY = process.env.HAUSRECHT_LONG === '1' ? ['paged-tree.ts', 'key-store.ts'] : []
const FILES = ['tree-files.ts', 'node/folder-store.ts', 'node/durable.ts', ...IN_MEMORY]
const twin: CrashTwin = {
  program: join(import.meta.dirname, 'crash-scenario.ts'),
  files: FILES.map(name => `packages/client/src/${name}`),
}
let folder = ''
let points: readonly CrashPoint[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-keys-crash-'))
  points = await crashPoints(twin, [join(folder, 'trace')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Every seed on the way to a leaf: each of them opens it. */
function seedsTo(leaf: number, generation: number): readonly string[] {
  const seeds = [rootOf(generation)[0]?.seed ?? new Uint8Array(0)]
  for (let depth = 0; depth < 32; depth++)
    seeds.push(child(seeds.at(-1) ?? new Uint8Array(0), (leaf >>> (31 - depth)) & 1))
  return seeds.map(toHex)
}

async function onDisk(dir: string): Promise<string> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true })
  const contents = files.filter(file => file.isFile()).map(file => readFile(join(file.parentPath, file.name), 'hex'))
  return (await Promise.all(contents)).join('|')
}

const ends = (ranges: readonly LeafRange[]): readonly number[] =>
  ranges.flatMap(({ lo, hi }) => [lo, Math.floor((lo + hi) / 2), hi])
const ALL = CRASH_ROUNDS.flat()
/** Right beside what is deleted, and far from it. */
const KEPT = [
  ...ALL.flatMap(({ lo, hi }) => [lo - 1, hi + 1]).filter(leaf => !ALL.some(({ lo, hi }) => lo <= leaf && leaf <= hi)),
  19_000 * 65_536,
  21_000 * 65_536 + 5,
]

test('killed behind every statement that erases keys: what was said to be gone is on no disk, and nothing else is lost', async () => {
  expect(points.length).toBeGreaterThan(100)
  const whole = [0, 1].map(generation =>
    KeyTree.fromRoot(Secret.from((rootOf(generation)[0]?.seed ?? new Uint8Array()).slice())),
  )
  const keyOf = (tree: KeyTree | undefined, leaf: number) => tree?.leafKey(leaf)?.use(toHex)
  await each(points, 2, async point => {
    const where = `${point.name} (${point.pass})`
    const dir = join(folder, `${point.name.replaceAll('/', '_')}-${point.pass}`)
    const lines = await dieAt(twin, [dir], point)
    // What it had said before it died holds on the raw disk, before anybody tidies up.
    const raw = await onDisk(dir)
    const said = CRASH_ROUNDS.filter((_, round) => lines.includes(`punctured ${round}`)).flat()
    expect(
      ends(said)
        .flatMap(leaf => seedsTo(leaf, 0))
        .filter(seed => raw.includes(seed)),
      where,
    ).toEqual([])
    // It starts again and does all of it anew, as `sync` does.
    const store = await FolderStore.open(dir)
    const keys = await KeyStore.open(store, () => [])
    if (!lines.includes('imported')) {
      await keys.import(CRASH_TREE, rootOf(0))
      await keys.import(CRASH_OTHER, rootOf(1))
    }
    for (const ranges of CRASH_ROUNDS) await keys.puncture(CRASH_STREAM, ranges)
    for (const leaf of KEPT) expect(keys.leafKey(CRASH_TREE, leaf).use(toHex), where).toBe(keyOf(whole[0], leaf))
    // Whoever was about to forget a tree may have lost some of it.
    const forgetting = lines.includes(`punctured ${CRASH_ROUNDS.length - 1}`)
    for (const leaf of forgetting ? [] : KEPT)
      expect(keys.leafKey(CRASH_OTHER, leaf).use(toHex), where).toBe(keyOf(whole[1], leaf))
    await keys.forget(CRASH_OTHER)
    keys.close()
    const left = await onDisk(dir)
    const gone = [...ends(ALL).flatMap(leaf => seedsTo(leaf, 0)), ...KEPT.flatMap(leaf => seedsTo(leaf, 1))]
    expect(
      gone.filter(seed => left.includes(seed)),
      where,
    ).toEqual([])
  })
}, 600_000)
