import type { KeyStore } from './key-store.ts'

/** A key that waits for other keys: whoever has it, and what the vault may hold back, has them too. */
export type UnderWay = {
  /** It opens nothing any more. */
  readonly over: boolean
  forget(): void
}

const waiting = new WeakMap<KeyStore, Set<UnderWay>>()

/** What waits for keys in this process, until it is over or an order comes. */
export function awaitKeys(keys: KeyStore, underWay: UnderWay): void {
  const all = waiting.get(keys) ?? new Set()
  for (const each of all) if (each.over) all.delete(each)
  waiting.set(keys, all.add(underWay))
}

/**
 * An order is carried out: what is under way may hold what it names, and a vault that holds it back could open it with what waits here,
 * after everybody has signed that it is erased. What was lost so is asked for again.
 */
export function forgetUnderWay(keys: KeyStore): void {
  for (const each of waiting.get(keys) ?? []) each.forget()
  waiting.delete(keys)
}
