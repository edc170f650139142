import { type ReactNode, useMemo } from 'react'
import { Link } from 'wouter'
import type { CameraView } from '../engine/api.ts'
import { ButtonLink } from '../parts/button.tsx'
import { useHousehold, useNow } from '../parts/engine.tsx'
import { Happened } from '../parts/happened-list.tsx'
import { useSize } from '../parts/measure.ts'
import { pack } from '../parts/pack.ts'
import { Page } from '../parts/page.tsx'
import { NoPicture, TilePicture, useNoPicture } from '../parts/picture.tsx'
import { Blank } from '../parts/states.tsx'
import { activeCameras } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, say } from '../words/say.ts'
import { ago, moment } from '../words/time.ts'

const GAP_PX = 8
const SMALLEST_PX = 168
/** What a camera's picture is taken for until the hub has said. */
const USUAL_ASPECT = 16 / 9
const NARROW_PX = 760

export function Home(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const cameras = activeCameras(household)
  return (
    <Page
      title={household.name || words.home.title}
      name={words.home.title}
      sub={<Health cameras={cameras} />}
      className="with-aside"
      aside={<Happened />}
    >
      {cameras.length === 0 ? (
        <div className="panel home-empty">
          <Blank icon="camera" title={words.home.empty.title} text={words.home.empty.text}>
            <ButtonLink to="/cameras/new" kind="main" icon="plus">
              {words.home.empty.next}
            </ButtonLink>
          </Blank>
        </div>
      ) : (
        <Wall cameras={cameras} />
      )}
    </Page>
  )
}

/** Health at a glance, in one line below the title. */
function Health({ cameras }: { readonly cameras: readonly CameraView[] }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  const { hub } = household
  if (hub.state === 'away') {
    return <span data-tone="wait">{say(words.home.hubAway, { since: moment(words, language, hub.since, now) })}</span>
  }
  if (cameras.length === 0) return words.home.healthGood
  const recording = cameras.filter(camera => camera.live?.state === 'recording')
  const sealed = Math.min(...recording.map(camera => camera.live?.sealedAt ?? now))
  return recording.length === cameras.length ? (
    <span>
      {count(language, words.home.allRecording, cameras.length)} ·{' '}
      {say(words.home.sealed, { ago: ago(language, sealed, now) })}
    </span>
  ) : (
    <span data-tone="wait">{say(words.home.someRecording, { recording: recording.length, all: cameras.length })}</span>
  )
}

/** All cameras at once, each as large as the window allows. */
function Wall({ cameras }: { readonly cameras: readonly CameraView[] }): ReactNode {
  const words = useWords()
  const [ref, size] = useSize()
  const shapes = cameras
    .map(({ live }) => (live?.width && live.height ? live.width / live.height : USUAL_ASPECT))
    .join(' ')
  const packing = useMemo(() => {
    if (size === null) return null
    const narrow = window.innerWidth <= NARROW_PX
    const height = narrow ? window.innerHeight * 0.9 : size.height
    return pack(shapes.split(' ').map(Number), {
      width: size.width,
      height,
      gap: GAP_PX,
      smallest: SMALLEST_PX,
      fill: narrow,
    })
  }, [shapes, size])
  return (
    <section className="wall" ref={ref} aria-label={words.places.cameras}>
      <ul style={{ height: packing?.height ?? 0 }}>
        {packing === null
          ? null
          : cameras.map((camera, i) => {
              const spot = packing.spots[i]
              return spot === undefined ? null : (
                <li
                  key={camera.id}
                  className="tile"
                  style={{ left: spot.x, top: spot.y, width: spot.width, height: spot.height }}
                  data-size={spot.width < 260 ? 'small' : 'large'}
                >
                  <Tile camera={camera} width={spot.width} />
                </li>
              )
            })}
      </ul>
    </section>
  )
}

function Tile({ camera, width }: { readonly camera: CameraView; readonly width: number }): ReactNode {
  const words = useWords()
  const none = useNoPicture(camera)
  // The name comes first in the document, so that it is heard first; it lies over the picture.
  return (
    <Link href={`/cameras/${camera.id}`}>
      <span className="tile-name" data-over={none === null || undefined}>
        {none === null ? <i className="live-dot" /> : null}
        <b>{camera.name}</b>
        {none === null ? <span className="only-heard">{words.home.state.recording}</span> : null}
      </span>
      {none === null ? <TilePicture camera={camera} width={width} /> : <NoPicture {...none} />}
    </Link>
  )
}
