import { type ReactNode, useCallback, useEffect, useRef } from 'react'
import type { CameraView } from '../engine/api.ts'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { NoPicture } from '../parts/picture.tsx'
import type { PlayerState } from '../player/player.ts'
import { Previews } from '../player/preview.ts'
import { Ribbon } from '../timeline/ribbon.tsx'
import type { Selection } from '../timeline/select.ts'
import { useTimeline } from '../timeline/use-timeline.ts'
import { RIBBON_WORDS } from '../timeline/words.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'

const PREVIEW_PX = 240
/** So many times the range is seen when it begins to be chosen. */
const AROUND_SELECTION = 5
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

type Props = {
  readonly camera: CameraView
  readonly state: PlayerState | null
  readonly live: boolean
  readonly narrow: boolean
  readonly selection: Selection | null
  readonly onSelection: (selection: Selection) => void
  readonly onSeek: (at: number) => void
  /** A range that was just deleted: what was known of it is asked for again. */
  readonly erased: Selection | null
}

/** The ribbon below the picture, with the preview that follows the finger. */
export function CameraTimeline(props: Props): ReactNode {
  const words = useWords()
  const household = useHousehold()
  if (household.hub.keys === 'waiting') {
    return (
      <div className="ribbon-waits">
        <NoPicture icon="key" text={words.camera.ribbon.waits} />
      </div>
    )
  }
  return <Timeline {...props} key={props.narrow ? 'vertical' : 'horizontal'} />
}

function Timeline(props: Props): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const engine = useEngine()
  const household = useHousehold()
  const { camera, state, live } = props
  const orientation = props.narrow ? 'vertical' : 'horizontal'
  const own = household.devices.find(device => device.self)
  const earliest = Math.max(camera.addedAt, own?.from ?? 0)
  const { control, loader } = useTimeline(engine, camera.id, earliest, orientation)
  const { erased } = props
  useEffect(() => {
    if (erased !== null) loader.invalidate(erased.from, erased.to)
  }, [erased, loader])

  // The ribbon goes along when something else jumps.
  const wall = state?.wall ?? null
  const before = useRef<number | null>(null)
  useEffect(() => {
    const last = before.current
    before.current = wall
    if (wall !== null && last !== null && Math.abs(wall - last) > 3000 && !control.isShown(wall)) control.jump(wall)
  }, [wall, control])

  // A range that begins to be chosen is shown large enough to be held at both ends.
  const { selection } = props
  const choosing = useRef(false)
  useEffect(() => {
    if (selection !== null && !choosing.current) {
      control.jump((selection.from + selection.to) / 2, (selection.to - selection.from) * AROUND_SELECTION)
    }
    choosing.current = selection !== null
  }, [selection, control])

  const canvas = useRef<HTMLCanvasElement>(null)
  const previews = useRef<Previews | null>(null)
  useEffect(() => {
    const made = new Previews(engine, camera.id, PREVIEW_PX)
    previews.current = made
    return () => {
      made.close()
      previews.current = null
    }
  }, [engine, camera.id])
  const scrub = useCallback((at: number | null) => {
    if (at === null) return
    void previews.current
      ?.at(at)
      .then(preview => {
        const target = canvas.current
        if (target === null || preview === null) return
        target.hidden = false
        target.width = preview.bitmap.width
        target.height = preview.bitmap.height
        target.getContext('2d')?.drawImage(preview.bitmap, 0, 0)
      })
      .catch(() => {
        if (canvas.current !== null) canvas.current.hidden = true
      })
  }, [])
  return (
    <Ribbon
      orientation={orientation}
      control={control}
      loader={loader}
      playhead={wall}
      rate={state?.playing && !state.stalled ? state.rate : 0}
      live={live}
      earliest={earliest}
      recordedUntil={camera.live?.sealedAt ?? null}
      zone={ZONE}
      language={language}
      words={RIBBON_WORDS[language]}
      reason={reason => gapIn(words, reason)}
      onSeek={props.onSeek}
      onScrub={scrub}
      selection={props.selection}
      {...(props.selection !== null && { onSelect: props.onSelection })}
      preview={<canvas className="preview" ref={canvas} hidden />}
    />
  )
}
