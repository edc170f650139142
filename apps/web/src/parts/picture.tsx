import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import type { CameraView } from '../engine/api.ts'
import type { PlayerOptions, PlayerState } from '../player/player.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { useEngine, useHousehold } from './engine.tsx'
import { Icon, type IconName } from './icon.tsx'

/** The player is not needed to draw the page, so it comes after it. */
export const LazyVideo = lazy(async () => ({ default: (await import('../player/video.tsx')).Video }))

/** So long a live picture may stand still before it is said, ms. */
const HELD_MS = 6000

/** The hub records, and for a while nothing live has come of it: a picture that stands still must not be taken for now. */
export function useHeld(state: PlayerState | null): boolean {
  const [held, setHeld] = useState(false)
  const waits = state !== null && state.mode === 'live' && state.playing
  const wall = state?.wall ?? null
  // What is shown is what counts: a browser may stop some pictures before the end of what it has. Each picture begins the time anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment shown is no input, but its change is
  useEffect(() => {
    setHeld(false)
    if (!waits) return
    const timer = setTimeout(() => setHeld(true), HELD_MS)
    return () => clearTimeout(timer)
  }, [waits, wall])
  return held
}

/** Below this width, CSS pixels, the camera's small picture is enough. */
const SMALL_PX = 700

/** Why there is no live picture of a camera, or null when there should be one. */
export function useNoPicture(
  camera: CameraView,
): { readonly icon: IconName; readonly text: string; readonly more?: string } | null {
  const words = useWords()
  const household = useHousehold()
  useLanguage()
  if (camera.stoppedAt !== null) return { icon: 'shutter', text: words.camera.state.stopped }
  if (household.hub.state === 'away') return { icon: 'shutter', text: words.home.shutter, more: words.home.shutterText }
  if (household.hub.keys === 'waiting') return { icon: 'key', text: words.home.waitingKeys }
  // The hub is here, and has not said yet what its cameras do.
  if (camera.live === null) return { icon: 'camera', text: words.camera.state.connecting }
  const { state, problem } = camera.live
  if (state === 'trouble')
    return {
      icon: 'warn',
      text:
        problem === null
          ? words.home.state.trouble
          : say(words.camera.state.trouble, { reason: gapIn(words, problem) }),
    }
  if (state === 'connecting') return { icon: 'camera', text: words.camera.state.connecting }
  if (state === 'paused') return { icon: 'pause', text: words.home.state.paused }
  return null
}

/** The live picture of a camera in a tile: without sound, the small stream where that is enough. */
export function TilePicture({ camera, width }: { readonly camera: CameraView; readonly width: number }): ReactNode {
  const engine = useEngine()
  const words = useWords()
  const [state, setState] = useState<PlayerState | null>(null)
  const hasSmall = camera.sub !== null
  const small = hasSmall && width < SMALL_PX
  const options = useMemo(
    (): PlayerOptions => ({ camera: camera.id, sound: false, small, hasSmall }),
    [camera.id, small, hasSmall],
  )
  const held = useHeld(state)
  return (
    <>
      <Suspense fallback={null}>
        <LazyVideo
          engine={engine}
          options={options}
          label={say(words.camera.stage, { camera: camera.name })}
          onState={setState}
        />
      </Suspense>
      {held ? (
        <NoPicture icon="warn" text={words.camera.state.held} more={words.camera.state.heldText} />
      ) : state?.wall === null || state === null ? (
        <span className="tile-wait">
          <i className="spinner" />
        </span>
      ) : null}
    </>
  )
}

/** What stands where a picture would be. */
export function NoPicture(props: {
  readonly icon: IconName
  readonly text: string
  readonly more?: string | undefined
}): ReactNode {
  return (
    <div className="no-picture">
      <Icon name={props.icon} size={28} />
      <p>{props.text}</p>
      {props.more === undefined ? null : <p className="more">{props.more}</p>}
    </div>
  )
}
