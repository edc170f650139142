import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinRanges, type LeafRanges } from '@hausrecht/chain/state'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { KeyTree } from '@hausrecht/keytree/tree'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyStore, type LeafRange } from './key-store.ts'
import {
  at,
  days,
  type Fault,
  FaultyStore,
  inside,
  name,
  oldFile,
  PROBES,
  part,
  reaching,
  readable,
  spine,
  stream,
  whole,
} from './keys-fixture.ts'
import { FolderStore } from './node/folder-store.ts'
import type { Store } from './store.ts'

const leaf = fc.constantFrom(...PROBES, at(1, 50), at(2, 40_000))
const range: fc.Arbitrary<LeafRange> = fc.oneof(
  fc.tuple(leaf, leaf).map(([a, b]) => ({ lo: Math.min(a, b), hi: Math.max(a, b) })),
  leaf.map(one => ({ lo: one, hi: one })),
  fc.tuple(fc.nat(3), fc.nat(1)).map(([first, more]) => days(first, first + more)),
)
const step = fc.record({
  by: fc.constantFrom(0 as const, 1 as const),
  act: fc.oneof(
    { weight: 4, arbitrary: fc.array(range, { minLength: 1, maxLength: 3 }).map(gone => ({ gone })) },
    { weight: 3, arbitrary: fc.oneof(range, fc.constant({ lo: 0, hi: MAX_LEAF })).map(given => ({ given })) },
    { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
  ),
})
const fault: fc.Arbitrary<Fault | null> = fc.option(
  fc.record({ at: fc.nat(9), after: fc.boolean(), forGood: fc.boolean() }),
)

/** What a tree must be: which probes are held, and what is deleted. */
class Model {
  readonly held = new Set<number>()
  deleted: LeafRanges = []

  delete(gone: readonly LeafRange[]): void {
    for (const each of gone) this.deleted = joinRanges(this.deleted, [each])
    for (const probe of PROBES) if (inside(gone, probe)) this.held.delete(probe)
  }

  give(given: LeafRange): void {
    for (const probe of PROBES) if (inside([given], probe) && !inside(this.deleted, probe)) this.held.add(probe)
  }

  /** The probes, in order. */
  get probes(): readonly number[] {
    return PROBES.filter(probe => this.held.has(probe))
  }
}

/**
 * Two processes on one store do what they like. Neither knows what the other was told to delete, so only the files can keep it from
 * bringing that back; what they are given is cut by the giver.
 */
async function walk(
  store: Store,
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
): Promise<void> {
  const model = new Model()
  const orders: [LeafRanges, LeafRanges] = [[], []]
  const open = (by: 0 | 1): Promise<KeyStore> => KeyStore.open(store, () => orders[by])
  const keys: [KeyStore, KeyStore] = [await open(0), await open(1)]
  for (const { by, act } of steps) {
    if ('reopen' in act) {
      keys[by].close()
      keys[by] = await open(by)
    } else if ('gone' in act) {
      model.delete(act.gone)
      for (const each of act.gone) orders[by] = joinRanges(orders[by], [each])
      await keys[by].puncture(stream, act.gone)
    } else {
      model.give(act.given)
      const given = KeyTree.fromCover(part(act.given))
      for (const { lo, hi } of model.deleted) given.puncture(lo, hi)
      await keys[by].import(name, given.cover())
    }
    const own = keys[by]
    expect(readable(own)).toEqual(model.probes)
  }
  for (const each of keys) await each.refresh()
  const alone = await KeyStore.open(store, () => [])
  for (const each of [...keys, alone]) expect(readable(each)).toEqual(model.probes)
  const tree = KeyTree.fromCover(alone.export(name, { lo: 0, hi: MAX_LEAF }))
  expect(PROBES.filter(probe => tree.isAlive(probe))).toEqual(model.probes)
  expect(tree.positions()).toEqual(alone.positions(name))
}

describe('the key store against a model', () => {
  test('two processes on one store in memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), steps => walk(new FaultyStore(), steps)),
      { numRuns: 150 },
    )
  })

  test('two processes on one folder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
        const folder = await mkdtemp(join(tmpdir(), 'hausrecht-keys-'))
        try {
          await walk(await FolderStore.open(folder), steps)
        } finally {
          await rm(folder, { recursive: true })
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  test('cut off at any operation, nothing deleted comes back and nothing that lives is lost', async () => {
    const steps = fc.array(fc.tuple(step, fault), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (script, old) => {
        const store = new FaultyStore()
        const model = new Model()
        const open = (): Promise<KeyStore> => KeyStore.open(store, () => model.deleted)
        if (old) {
          // What the release before pages left: one file, with holes.
          const tree = KeyTree.fromCover(whole())
          tree.puncture(at(1, 999), at(1, 1000))
          await store.writeSecret(spine, oldFile(tree.cover()))
          model.give({ lo: 0, hi: MAX_LEAF })
          model.delete([{ lo: at(1, 999), hi: at(1, 1000) }])
        }
        let keys = await open()
        for (const [{ act }, cut] of script) {
          const before = new Set(model.held)
          if ('gone' in act) model.delete(act.gone)
          if ('given' in act) model.give(act.given)
          const work = async (): Promise<void> => {
            if ('gone' in act) await keys.puncture(stream, act.gone)
            else if ('given' in act) await keys.import(name, part(act.given))
            else keys = await open()
          }
          store.fail(cut)
          const failed = await work().then(
            () => false,
            (error: unknown) => String(error).includes('power cut') || Promise.reject(error),
          )
          store.fail(null)
          if (failed && cut?.forGood === true) keys = await open()
          // (b): what lived before and is not deleted lives, whatever was on its way.
          const has = readable(keys)
          expect([...before].filter(probe => model.held.has(probe) && !has.includes(probe))).toEqual([])
          if (failed) await work()
          // (a): and what resolved is so in the files, whoever reads them and however.
          expect(await reaching(store, model.deleted)).toEqual([])
          expect(readable(keys)).toEqual(model.probes)
        }
        expect(readable(await KeyStore.open(store, () => []))).toEqual(model.probes)
      }),
      { numRuns: 400 },
    )
  })
})
