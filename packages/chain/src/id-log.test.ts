import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdLog } from './id-log.ts'

test('every state of a branching history has its own ids only', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), picks => {
      const states: { log: IdLog<string>; ids: readonly string[] }[] = [{ log: new IdLog(), ids: [] }]
      for (const [index, pick] of picks.entries()) {
        const from = states[pick % states.length]
        if (!from) throw new Error('no state')
        // The same id may come on several branches, at several places.
        const id = `id ${index % 7}`
        expect(from.log.has(id)).toBe(from.ids.includes(id))
        if (!from.ids.includes(id)) states.push({ log: from.log.with(id), ids: [...from.ids, id] })
      }
      for (const { log, ids } of states)
        for (let id = 0; id < 7; id++) expect(log.has(`id ${id}`)).toBe(ids.includes(`id ${id}`))
    }),
  )
})
