import { type RefCallback, useCallback, useRef, useState } from 'react'

export type Size = { readonly width: number; readonly height: number }

/** The size of an element, as it changes; null until it is known. */
export function useSize(): readonly [RefCallback<HTMLElement>, Size | null] {
  const [size, setSize] = useState<Size | null>(null)
  const observer = useRef<ResizeObserver | null>(null)
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect()
    observer.current = null
    if (element === null) return
    const made = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      setSize(before => (before?.width === width && before.height === height ? before : { width, height }))
    })
    made.observe(element)
    observer.current = made
  }, [])
  return [ref, size]
}
