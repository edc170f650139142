import { useSyncExternalStore } from 'react'

const NARROW = window.matchMedia('(max-width: 760px)')

/** True on a phone: the same width at which the styles change. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    listener => {
      NARROW.addEventListener('change', listener)
      return () => NARROW.removeEventListener('change', listener)
    },
    () => NARROW.matches,
  )
