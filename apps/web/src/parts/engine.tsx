import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { Engine, EngineState, HouseholdView } from '../engine/api.ts'

type Held = { readonly engine: Engine; readonly state: EngineState }
const EngineContext = createContext<Held | null>(null)

/** Gives the pages the engine and its newest state. */
export function EngineProvider({
  engine,
  children,
}: {
  readonly engine: Engine
  readonly children: ReactNode
}): ReactNode {
  const [state, setState] = useState<EngineState>({ phase: 'starting' })
  useEffect(() => {
    let mounted = true
    engine
      .onState(next => {
        if (mounted) setState(next)
      })
      .catch(() => {
        if (mounted) setState({ phase: 'stopped', code: 'internal', detail: null })
      })
    return () => {
      mounted = false
    }
  }, [engine])
  return <EngineContext value={{ engine, state }}>{children}</EngineContext>
}

function useHeld(): Held {
  const held = useContext(EngineContext)
  if (held === null) throw new Error('outside EngineProvider')
  return held
}

export const useEngine = (): Engine => useHeld().engine
export const useEngineState = (): EngineState => useHeld().state

/** The household; for pages that are only shown when there is one. */
export function useHousehold(): HouseholdView {
  const { state } = useHeld()
  if (state.phase !== 'ready') throw new Error('no household yet')
  return state.household
}

type Ticking = { readonly now: () => number; readonly subscribe: (listener: () => void) => () => void }
const ticking = new Map<number, Ticking>()

function makeTicking(every: number): Ticking {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | null = null
  let now = Date.now()
  return {
    now: () => now,
    subscribe: listener => {
      listeners.add(listener)
      timer ??= setInterval(() => {
        now = Date.now()
        for (const each of listeners) each()
      }, every)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || timer === null) return
        clearInterval(timer)
        timer = null
      }
    },
  }
}

/** The time, looked at again every so many ms: one clock for all that ask alike. */
export function useNow(every = 1000): number {
  let clock = ticking.get(every)
  if (clock === undefined) {
    clock = makeTicking(every)
    ticking.set(every, clock)
  }
  return useSyncExternalStore(clock.subscribe, clock.now)
}
