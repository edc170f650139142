import { useEffect, useMemo } from 'react'
import type { CameraId, Engine } from '../engine/api.ts'
import { RibbonControl } from './control.ts'
import { SpanLoader } from './loader.ts'

const HOUR = 3_600_000
/** So much is shown at first, ms. */
export const SPAN_AT_FIRST = { horizontal: 6 * HOUR, vertical: 3 * HOUR } as const

/** The view and the spans of a camera's timeline. The view stays when the camera changes. */
export function useTimeline(
  engine: Pick<Engine, 'spans'>,
  camera: CameraId,
  earliest: number,
  orientation: keyof typeof SPAN_AT_FIRST,
): { readonly control: RibbonControl; readonly loader: SpanLoader } {
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what is given is where it begins
  const control = useMemo(() => new RibbonControl(Date.now(), SPAN_AT_FIRST[orientation], earliest), [])
  const loader = useMemo(
    () => new SpanLoader(range => engine.spans(camera, range), { now: Date.now, earliest }),
    [engine, camera, earliest],
  )
  useEffect(() => () => loader.rest(), [loader])
  return { control, loader }
}
