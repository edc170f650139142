import { useCallback, useEffect, useRef, useState } from 'react'

/** What a promise of the engine rejects with, as the page shows it. */
export type Failure = { readonly code: string; readonly detail: string | null }

const isFailure = (error: unknown): error is Failure =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'

export function failureOf(error: unknown): Failure {
  if (isFailure(error)) return { code: error.code, detail: typeof error.detail === 'string' ? error.detail : null }
  return { code: 'internal', detail: error instanceof Error ? error.message : null }
}

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure }

/**
 * Asks the engine for something when `key` changes, and again on `again()`. What was there stays while it is asked again, and
 * the answer to an older question is dropped.
 */
export function useAsked<T>(key: string, ask: () => Promise<T>): Loaded<T> & { readonly again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const [turn, setTurn] = useState(0)
  const asking = useRef(ask)
  asking.current = ask
  // biome-ignore lint/correctness/useExhaustiveDependencies: key and turn say when to ask again
  useEffect(() => {
    let wanted = true
    asking.current().then(
      value => {
        if (wanted) setLoaded({ state: 'here', value })
      },
      error => {
        if (wanted) setLoaded({ state: 'failed', failure: failureOf(error) })
      },
    )
    return () => {
      wanted = false
    }
  }, [key, turn])
  const again = useCallback(() => setTurn(before => before + 1), [])
  return { ...loaded, again }
}

export type Task = {
  readonly busy: boolean
  readonly failure: Failure | null
  /** Runs it unless it runs already. Resolves to true when it went well. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
  readonly clear: () => void
}

/** One thing at a time that a person has asked for, and how it went. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const running = useRef(false)
  const run = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    if (running.current) return false
    running.current = true
    setBusy(true)
    setFailure(null)
    try {
      await work()
      return true
    } catch (error) {
      setFailure(failureOf(error))
      return false
    } finally {
      running.current = false
      setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setFailure(null), [])
  return { busy, failure, run, clear }
}

/** True once something has lasted longer than this many ms. */
export function useLasting(ms: number, lasting = true): boolean {
  const [long, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!lasting) return
    const timer = setTimeout(() => setLong(true), ms)
    return () => clearTimeout(timer)
  }, [ms, lasting])
  return long
}
