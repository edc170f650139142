import { type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { CameraView } from '../engine/api.ts'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { LazyVideo, NoPicture, useHeld, useNoPicture } from '../parts/picture.tsx'
import { Problem } from '../parts/states.tsx'
import { useLasting } from '../parts/task.ts'
import type { PlayerOptions, PlayerState } from '../player/player.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { clockSeconds, moment } from '../words/time.ts'
import {
  type Actions,
  fullScreen,
  pictureInPicture,
  SPEEDS,
  snapshot,
  togglePlay,
  toggleSound,
  zoomStage,
} from './shortcuts.tsx'

/** The picture, what is said on it, and what can be done with it. */
export function Stage(props: {
  readonly camera: CameraView
  readonly actions: Actions
  readonly state: PlayerState | null
  readonly onState: (state: PlayerState) => void
  readonly live: boolean
}): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const engine = useEngine()
  const { camera, actions, state, live } = props
  const hasSound = camera.audio !== null
  const hasSmall = camera.sub !== null
  const options = useMemo(
    (): PlayerOptions => ({ camera: camera.id, sound: hasSound, small: false, hasSmall }),
    [camera.id, hasSound, hasSmall],
  )
  const noKeys = household.hub.keys === 'waiting'
  const noPicture = useNoPicture(camera)
  const held = useHeld(state)
  return (
    <section className="stage" ref={actions.stage} aria-label={say(words.camera.stage, { camera: camera.name })}>
      {noKeys ? (
        <NoKeys />
      ) : (
        <>
          <Suspense fallback={null}>
            <LazyVideo
              engine={engine}
              options={options}
              label={say(words.camera.stage, { camera: camera.name })}
              zoomable
              onState={props.onState}
              player={actions.player}
              element={actions.video}
            />
          </Suspense>
          <Over camera={camera} state={state} live={live} held={held} />
          <div className="stage-top">
            {held || (live && noPicture !== null) ? null : (
              <Now
                live={live}
                state={state}
                onNow={() => actions.player.current?.goLive()}
                stopped={camera.stoppedAt !== null}
              />
            )}
          </div>
          <Controls actions={actions} state={state} live={live} />
        </>
      )}
    </section>
  )
}

/** Keys live in memory only; without the hub there are none. */
function NoKeys(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  const { state: text } = words.camera
  return household.hub.state === 'away' ? (
    <NoPicture
      icon="shutter"
      text={say(text.hubAway, { since: moment(words, language, household.hub.since, now) })}
      more={text.hubAwayText}
    />
  ) : (
    <NoPicture icon="key" text={text.waitingKeys} more={text.waitingKeysText} />
  )
}

const WAIT_MS = 400

/** What is said over the picture: waiting, nothing there, trouble, a substitute. */
function Over(props: {
  readonly camera: CameraView
  readonly state: PlayerState | null
  readonly live: boolean
  readonly held: boolean
}): ReactNode {
  const words = useWords()
  const { state: text } = words.camera
  const { camera, state, live } = props
  const none = useNoPicture(camera)
  const stalled = state === null || state.stalled || state.wall === null
  const long = useLasting(WAIT_MS, stalled)
  if (live && none !== null && camera.stoppedAt === null) {
    return (
      <NoPicture
        icon={none.icon}
        text={none.text}
        more={none.more ?? (none.icon === 'warn' ? text.troubleText : undefined)}
      />
    )
  }
  if (state?.problem) {
    return (
      <div className="stage-over">
        <Problem failure={state.problem} />
      </div>
    )
  }
  if (props.held) return <NoPicture icon="warn" text={text.held} more={text.heldText} />
  const finding = state?.finding ?? null
  const nothing =
    finding === null || !stalled
      ? null
      : finding.type === 'gap'
        ? `${text.nothing} ${gapIn(words, finding.reason)}`
        : finding.type === 'deleted'
          ? words.errors.deleted_range.what
          : text.nothing
  return (
    <>
      {nothing === null ? null : <p className="stage-said">{nothing}</p>}
      {nothing === null && stalled && long ? (
        <span className="tile-wait">
          <i className="spinner" />
          <span className="only-heard" role="status">
            {words.common.loading}
          </span>
        </span>
      ) : null}
      {state?.substitute ? (
        <p className="stage-note">{say(text.small, { codec: camera.live?.codec ?? 'H.265' })}</p>
      ) : null}
    </>
  )
}

/** Live and the time of the picture; in the past, the way back to now. */
function Now(props: {
  readonly live: boolean
  readonly stopped: boolean
  readonly state: PlayerState | null
  readonly onNow: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const wall = props.state?.wall ?? null
  return (
    <>
      {props.live ? (
        <span className="live-badge">
          <i className="live-dot" />
          {words.camera.live}
        </span>
      ) : props.stopped ? null : (
        <button type="button" className="live-badge to-now" onClick={props.onNow} aria-keyshortcuts="n">
          <Icon name="right" size={18} />
          {words.camera.toNow}
        </button>
      )}
      {wall === null ? null : (
        <span className="stage-clock">
          {props.live
            ? clockSeconds(language, wall)
            : moment(words, language, wall, now).replace(/\d\d:\d\d$/, clockSeconds(language, wall))}
        </span>
      )}
    </>
  )
}

function Tool(props: {
  readonly icon: IconName
  readonly label: string
  readonly keys?: string
  readonly className?: string
  readonly onPress: () => void
}): ReactNode {
  return (
    <button
      type="button"
      className={props.className}
      aria-label={props.label}
      title={props.label}
      aria-keyshortcuts={props.keys}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
    </button>
  )
}

function Controls(props: {
  readonly actions: Actions
  readonly state: PlayerState | null
  readonly live: boolean
}): ReactNode {
  const words = useWords()
  const { actions, state } = props
  const { camera: text } = words
  const playing = state?.playing ?? true
  const muted = state?.muted ?? true
  const [full, setFull] = useState(false)
  useEffect(() => {
    const follow = (): void => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', follow)
    return () => document.removeEventListener('fullscreenchange', follow)
  }, [])
  const by = (ms: number): void => {
    const wall = actions.player.current?.state.wall
    if (wall !== null && wall !== undefined) actions.player.current?.seek(wall + ms)
  }
  return (
    <div className="stage-bottom" role="toolbar" aria-label={text.controls}>
      <span className="pill">
        <Tool
          icon={playing ? 'pause' : 'play'}
          label={playing ? text.pause : text.play}
          keys="Space"
          onPress={() => togglePlay(actions)}
        />
        {actions.hasSound ? (
          <Tool
            icon={muted ? 'mute' : 'sound'}
            label={muted ? text.soundOn : text.soundOff}
            keys="m"
            onPress={() => toggleSound(actions)}
          />
        ) : null}
        <Tool icon="back10" label={text.back10} keys="ArrowLeft" onPress={() => by(-10_000)} />
        <Tool
          icon="forward10"
          label={text.forward10}
          keys="ArrowRight"
          onPress={() => by(10_000)}
          className="wide-only"
        />
        <Tool
          icon="frameBack"
          label={text.frameBack}
          keys=","
          onPress={() => actions.player.current?.step(-1)}
          className="wide-only"
        />
        <Tool
          icon="frameForward"
          label={text.frameForward}
          keys="."
          onPress={() => actions.player.current?.step(1)}
          className="wide-only"
        />
      </span>
      <span className="grow" />
      <span className="pill">
        <Speed actions={actions} rate={state?.rate ?? 1} />
        <Tool
          icon="zoomOut"
          label={text.zoomOut}
          keys="-"
          onPress={() => zoomStage(actions, 1 / 1.5)}
          className="wide-only"
        />
        <Tool
          icon="zoomIn"
          label={text.zoomIn}
          keys="+"
          onPress={() => zoomStage(actions, 1.5)}
          className="wide-only"
        />
        <Tool icon="picture" label={text.snapshot} keys="s" onPress={() => void snapshot(actions, words)} />
        {document.pictureInPictureEnabled ? (
          <Tool
            icon="pip"
            label={text.pip}
            keys="p"
            onPress={() => void pictureInPicture(actions)}
            className="wide-only"
          />
        ) : null}
        <Tool
          icon={full ? 'unfull' : 'full'}
          label={full ? text.fullScreenEnd : text.fullScreen}
          keys="f"
          onPress={() => void fullScreen(actions)}
        />
      </span>
    </div>
  )
}

function Speed({ actions, rate }: { readonly actions: Actions; readonly rate: number }): ReactNode {
  const words = useWords()
  const shown = (speed: number): string =>
    say(words.camera.speedValue, { speed: speed === 0.25 ? '¼' : speed === 0.5 ? '½' : speed })
  return (
    <MenuTrigger>
      <AriaButton className="speed" aria-label={`${words.camera.speed}: ${shown(rate)}`}>
        {shown(rate)}
      </AriaButton>
      <Popover className="menu-box slim" placement="top" UNSTABLE_portalContainer={actions.stage.current ?? undefined}>
        <Menu
          className="menu"
          aria-label={words.camera.speed}
          selectionMode="single"
          selectedKeys={[String(rate)]}
          onAction={key => actions.player.current?.setRate(Number(key))}
        >
          {SPEEDS.toReversed().map(speed => (
            <MenuItem className="menu-item" id={String(speed)} key={speed} textValue={shown(speed)}>
              <span className="grow">{shown(speed)}</span>
              {speed === rate ? <Icon name="check" size={18} /> : null}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
