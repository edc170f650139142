import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Redirect, useLocation, useSearchParams } from 'wouter'
import type { CameraView } from '../engine/api.ts'
import { Button, ButtonLink, IconButton } from '../parts/button.tsx'
import { useHousehold, useNow } from '../parts/engine.tsx'
import { useNarrow } from '../parts/narrow.ts'
import { Page } from '../parts/page.tsx'
import { Blank } from '../parts/states.tsx'
import { activeCameras } from '../parts/who.ts'
import type { Player, PlayerState } from '../player/player.ts'
import { changeSetting, setting } from '../settings.ts'
import type { Selection } from '../timeline/select.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { ago, clockSeconds, day, dayName } from '../words/time.ts'
import { CameraSide } from './camera-side.tsx'
import { Stage } from './camera-stage.tsx'
import { CameraSwitch } from './camera-switch.tsx'
import { CameraTimeline } from './camera-timeline.tsx'
import { DeleteRange } from './delete-range.tsx'
import { ExportRange } from './export-range.tsx'
import { JumpDialog } from './jump.tsx'
import { SelectBar } from './select-bar.tsx'
import { type Actions, Shortcuts, useShortcuts } from './shortcuts.tsx'

/** The camera that was looked at last, else the first. */
export function AnyCamera(): ReactNode {
  const household = useHousehold()
  const cameras = activeCameras(household)
  const camera = cameras.find(one => one.id === setting('camera')) ?? cameras[0]
  if (camera === undefined && household.hub.keys === 'waiting') return <Locked />
  return <Redirect to={camera === undefined ? '/cameras/new' : `/cameras/${camera.id}`} replace />
}

/** Names come with the keys: until then nobody knows which cameras there are. */
function Locked(): ReactNode {
  const words = useWords()
  return (
    <Page title={words.places.cameras} name={words.places.cameras}>
      <Blank icon="key" title={words.home.waitingKeys} text={words.seal.keysWaitingText} />
    </Page>
  )
}

export function Camera({ id }: { readonly id: string }): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const camera = household.cameras.find(one => one.id === id)
  useEffect(() => {
    if (camera !== undefined) changeSetting('camera', camera.id)
  }, [camera])
  if (camera === undefined && household.hub.keys === 'waiting') return <Locked />
  if (camera === undefined) {
    return (
      <Page title={words.places.cameras} name={words.places.cameras}>
        <Blank icon="camera" title={words.common.unknownCamera} text={words.errors.not_found.next}>
          <ButtonLink to="/" kind="main">
            {words.common.notFound.next}
          </ButtonLink>
        </Blank>
      </Page>
    )
  }
  return <Watch camera={camera} />
}

type Open = 'jump' | 'help' | 'delete' | 'export' | null
const SELECTED_AT_FIRST_MS = 10 * 60_000

/** Live and past in one view. */
function Watch({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const narrow = useNarrow()
  const [, go] = useLocation()
  const [search] = useSearchParams()
  const player = useRef<Player | null>(null)
  const stage = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [state, setState] = useState<PlayerState | null>(null)
  const [open, setOpen] = useState<Open>(null)
  const [selection, setSelection] = useState<Selection | null>(null)
  const [erased, setErased] = useState<Selection | null>(null)
  const wall = state?.wall ?? null
  const live = state === null || state.mode === 'live'
  const held = household.hub.keys === 'held'

  const asked = Number(search.get('at') ?? Number.NaN)
  const startAt = Number.isFinite(asked) && asked > 0 ? asked : null
  const begun = useRef(false)
  useEffect(() => {
    // The address may name a moment; a camera that no longer records has only a past.
    if (begun.current || player.current === null || state === null) return
    begun.current = true
    const from = startAt ?? (camera.stoppedAt === null ? null : camera.stoppedAt - 10_000)
    if (from !== null) player.current.seek(from)
  }, [state, startAt, camera.stoppedAt])

  const seek = useCallback((at: number) => player.current?.seek(at), [])
  const select = (): void => {
    const to = wall ?? Date.now()
    setSelection(selection === null ? { from: to - SELECTED_AT_FIRST_MS, to } : null)
  }
  const actions: Actions = {
    player,
    stage,
    video,
    hasSound: camera.audio !== null,
    jump: () => setOpen('jump'),
    help: () => setOpen('help'),
    select,
    cameraName: camera.name,
  }
  useShortcuts(actions, open === null)

  return (
    <Page
      name={camera.name}
      className="with-aside camera-page"
      title={<CameraSwitch camera={camera} at={live ? null : wall} />}
      sub={narrow ? undefined : <Facts camera={camera} muted={state?.muted ?? true} />}
      aside={<CameraSide camera={camera} />}
    >
      <Stage camera={camera} actions={actions} state={state} onState={setState} live={live} />
      <section className="camera-time">
        {selection === null ? (
          <header className="camera-bar">
            <Moment wall={wall} live={live} />
            <span className="grow" />
            <Button icon="clock" onPress={() => setOpen('jump')} label={words.camera.jump}>
              <span className="wide-only">{words.camera.jump}</span>
            </Button>
            <Button icon="scissors" onPress={select} label={words.camera.select} disabled={!held}>
              <span className="wide-only">{words.camera.select}</span>
            </Button>
            <span className="wide-only">
              <IconButton icon="keys" label={words.camera.shortcuts.open} onPress={() => setOpen('help')} keys="?" />
            </span>
            {household.admin ? (
              <IconButton
                icon="edit"
                label={say(words.settings.cameras.edit, { camera: camera.name })}
                onPress={() => go(`/cameras/${camera.id}/edit`)}
              />
            ) : null}
          </header>
        ) : (
          <SelectBar
            selection={selection}
            at={wall}
            onSelection={setSelection}
            onDelete={() => setOpen('delete')}
            onExport={() => setOpen('export')}
            onEnd={() => setSelection(null)}
          />
        )}
        <CameraTimeline
          camera={camera}
          state={state}
          live={live}
          narrow={narrow}
          selection={selection}
          onSelection={setSelection}
          onSeek={seek}
          erased={erased}
        />
      </section>
      <JumpDialog open={open === 'jump'} at={wall} onJump={seek} onClose={() => setOpen(null)} />
      <Shortcuts open={open === 'help'} onClose={() => setOpen(null)} />
      {selection === null ? null : (
        <>
          <DeleteRange
            open={open === 'delete'}
            camera={camera}
            range={selection}
            onErased={() => setErased(selection)}
            onClose={done => {
              setOpen(null)
              if (done) setSelection(null)
            }}
          />
          <ExportRange open={open === 'export'} camera={camera} range={selection} onClose={() => setOpen(null)} />
        </>
      )}
    </Page>
  )
}

/** "Sealed 2 s ago · 1080p · sound on" */
function Facts({ camera, muted }: { readonly camera: CameraView; readonly muted: boolean }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const { live } = camera
  if (camera.stoppedAt !== null) return words.camera.state.stopped
  if (live === null) return null
  const { sub } = words.camera
  const facts = [
    live.sealedAt === null ? null : say(sub.sealed, { ago: ago(language, live.sealedAt, now) }),
    live.height === null || live.width === null ? null : `${Math.min(live.width, live.height)}p`,
    camera.audio === null ? null : muted ? sub.muted : sub.sound,
  ]
  return facts.filter(fact => fact !== null).join(' · ')
}

/** Which day and time the picture is of. */
function Moment({ wall, live }: { readonly wall: number | null; readonly live: boolean }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const at = wall ?? now
  const name = useMemo(() => day(words, language, at, now), [words, language, at, now])
  return (
    <p className="moment">
      <b>{name}</b>
      <span className="second" data-live={live || undefined}>
        {live ? dayName(language, at) : clockSeconds(language, at)}
      </span>
    </p>
  )
}
