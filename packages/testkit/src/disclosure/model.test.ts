import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leafName } from './device.ts'
import { happenings } from './happenings.ts'
import { ALL_RULES, type Rule, type Rules, without } from './rules.ts'
import { run } from './run.ts'

const LONG = process.env.HAUSRECHT_LONG === '1'
const RUNS = LONG ? 300_000 : 6000
const LENGTH = 60

/** Each deleted or expired leaf of a run: what must be, by what devices said, and what the adversary can do. */
function verdicts(rules: Rules, all: Parameters<typeof run>[1]) {
  const world = run(rules, all)
  const opens = world.opens()
  return world.recorded.map(recorded => ({
    deleted: world.isDeleted(recorded.stream, recorded.leaf),
    expected: world.expected(recorded),
    opens: opens(recorded.tree, recorded.leaf),
  }))
}
const contradicts = ({ expected, opens }: { expected: string; opens: boolean }): boolean =>
  expected !== 'either' && (expected === 'open') !== opens

const property = (rules: Rules) =>
  fc.property(happenings(LENGTH), all => {
    expect(verdicts(rules, all).filter(contradicts)).toEqual([])
  })

test('with every byte and every device the adversary opens a deleted leaf if and only if some holder has neither said that it erased it nor been cut off', () => {
  fc.assert(property(ALL_RULES), { numRuns: RUNS })
}, 600_000)

test('the runs meet both: leaves that are gone, and leaves that somebody still has', () => {
  const met = { open: 0, shut: 0, either: 0 }
  for (const all of fc.sample(happenings(LENGTH), { numRuns: 500, seed: 4 }))
    for (const { deleted, expected } of verdicts(ALL_RULES, all)) if (deleted) met[expected]++
  expect(met.open).toBeGreaterThan(100)
  expect(met.shut).toBeGreaterThan(100)
})

test('with old copies of the files of a device it opens what that device ever stored, and nothing more: a file is no cell that erases', () => {
  fc.assert(
    fc.property(happenings(LENGTH), all => {
      const world = run(ALL_RULES, all)
      const phones = world.devices.filter(({ kind }) => kind === 'phone')
      const [opens, opensWithOld] = [world.opens(), world.opens(phones)]
      for (const { tree, leaf } of world.recorded) {
        const stored = phones.some(({ everStored }) => everStored.has(leafName(tree, leaf)))
        expect(opensWithOld(tree, leaf)).toBe(opens(tree, leaf) || stored)
      }
    }),
    { numRuns: RUNS / 4 },
  )
}, 600_000)

test('one-time keys that are kept open nothing as long as the shares are erased: two secrets, each erased by another device', () => {
  fc.assert(property(without('prekeysOnce')), { numRuns: RUNS / 4 })
}, 600_000)

/** Each rule is there for a reason: without it, something that everybody said was erased opens. */
const NEEDED: readonly (readonly [string, readonly Rule[]])[] = [
  ['imports are not cut by orders', ['importIsCut']],
  ['a receipt is signed before the keys are erased', ['erasedBeforeSaid']],
  ['release shares are not withdrawn', ['sharesWithdrawn']],
  ['a release share is written back after it was withdrawn', ['sharesStayWithdrawn']],
  ['one-time keys and release shares are kept', ['prekeysOnce', 'sharesWithdrawn']],
  ['what waits for a release share outlives the order', ['askedForgotten']],
  ['a share of a packet older than the order is asked for', ['oldPacketsLeft']],
  ['the keys of a channel last as long as the channel', ['channelsRatchet']],
  ['an answer with keys is awaited beyond the order', ['hangingClosed']],
  ['no new generation after a removal', ['newGenerations']],
  ['the root of a tree is kept', ['rootsErased']],
  ['a browser keeps its keys beyond its lease', ['leasesEnd']],
  ['old generations are left out', ['everyGeneration']],
]

test.each(NEEDED)('%s: found', (_, broken) => {
  const { failed } = fc.check(property(without(...broken)), { numRuns: 20_000, seed: 2, endOnFailure: true })
  expect(failed).toBe(true)
})
