import type { Engine, EngineState, HouseholdView } from '../../apps/web/src/engine/api.ts'
import { connectEngine } from '../../apps/web/src/engine/connect.ts'
import { expose } from './stage.ts'

/** The app's engine in this page. */
export const engine: Engine = connectEngine()
const listeners = new Set<(state: EngineState) => void>()
let state: EngineState = { phase: 'starting' }
void engine.onState(next => {
  state = next
  for (const listener of listeners) listener(next)
})

/** Resolves with what is found in the state, as soon as there is something. */
export function when<T>(find: (state: EngineState) => T | null): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  const look = (now: EngineState): void => {
    const found = find(now)
    if (found === null) return
    listeners.delete(look)
    resolve(found)
  }
  listeners.add(look)
  look(state)
  return promise
}

/** The household, when this browser holds its keys and knows a camera. */
export const home = (): Promise<HouseholdView> =>
  when(now => {
    const household = now.phase === 'ready' ? now.household : null
    return household?.hub.keys === 'held' && household.cameras.length > 0 ? household : null
  })

/** Joins the household of a claim link; the digits are taken to match. */
async function join(link: string): Promise<void> {
  const claimed = engine.claim(link, { household: 'Bench', device: 'bench' })
  const digits = when(now => (now.phase === 'pending' ? now.digits : null))
  await Promise.race([digits, claimed])
  await engine.confirmDigits()
  await claimed
  await home()
}

expose({ join })
