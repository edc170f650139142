import { useSyncExternalStore } from 'react'

/**
 * What this browser remembers of how it shows things. Nothing of the household is in it but two moments and an id: when
 * somebody last looked here, and at which camera.
 */
const DEFAULTS = {
  language: 'auto',
  appearance: 'auto',
  seenAt: '',
  camera: '',
  sound: 'off',
} as const
export type Setting = keyof typeof DEFAULTS

const PREFIX = 'hausrecht.'
const listeners = new Set<() => void>()

/** A browser may refuse to store anything (private windows); then a setting lasts as long as the page. */
const held = new Map<Setting, string>()

export function setting(name: Setting): string {
  const value = held.get(name)
  if (value !== undefined) return value
  try {
    return localStorage.getItem(PREFIX + name) ?? DEFAULTS[name]
  } catch {
    return DEFAULTS[name]
  }
}

export function changeSetting(name: Setting, value: string): void {
  held.set(name, value)
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // held in memory
  }
  for (const listener of listeners) listener()
}

/** For a browser that leaves the household. */
export function forgetSettings(): void {
  for (const name of ['seenAt', 'camera'] as const) {
    held.delete(name)
    try {
      localStorage.removeItem(PREFIX + name)
    } catch {
      // nothing is there
    }
  }
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A setting, as it changes. */
export const useSetting = (name: Setting): string => useSyncExternalStore(subscribe, () => setting(name))
