import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { MediaPart } from '../engine/api.ts'

/** Draws the first picture of a part, decoded here. `fallback` stands where the browser can't decode it. */
export function KeyFrame(props: {
  readonly part: Pick<MediaPart, 'init' | 'fragment'>
  readonly label: string
  readonly width: number
  readonly fallback: ReactNode
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [failed, setFailed] = useState(false)
  const { part, width } = props
  useEffect(() => {
    let wanted = true
    setFailed(false)
    const draw = async (): Promise<void> => {
      const { decodePicture } = await import('../player/preview.ts')
      const bitmap = await decodePicture(part, width)
      const target = canvas.current
      if (wanted && target !== null) {
        target.width = bitmap.width
        target.height = bitmap.height
        target.getContext('2d')?.drawImage(bitmap, 0, 0)
      }
      bitmap.close()
    }
    draw().catch(() => {
      if (wanted) setFailed(true)
    })
    return () => {
      wanted = false
    }
  }, [part, width])
  return failed ? props.fallback : <canvas ref={canvas} className="key-frame" role="img" aria-label={props.label} />
}
