import { memo, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { CameraView } from '../engine/api.ts'
import { looks } from '../parts/access.ts'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { DeviceFace } from '../parts/seal.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useAsked } from '../parts/task.ts'
import { cameraOf, firstName } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { moment, range } from '../words/time.ts'

const SHOWN = 6
const READ = 80

/** Beside the picture: who watches this camera now, and who looked. */
export const CameraSide = memo(function CameraSide({ camera }: { readonly camera: CameraView }): ReactNode {
  return (
    <aside className="aside camera-side">
      <Watching camera={camera} />
      <WhoLooked camera={camera} />
    </aside>
  )
})

function Watching({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const { watching } = words.camera
  const viewers = camera.live?.viewers ?? null
  return (
    <section className="stack" aria-labelledby="watching">
      <h2 id="watching">{watching.title}</h2>
      {viewers === null ? (
        <p className="quiet">{watching.unknown}</p>
      ) : viewers.length === 0 ? (
        <p className="quiet">{watching.nobody}</p>
      ) : (
        <ul className="who-list" aria-live="polite">
          {viewers.map(id => {
            const device = household.devices.find(one => one.id === id)
            const name = firstName(words, household, id)
            return (
              <li key={id}>
                {device === undefined ? null : <DeviceFace device={device} name={name} small />}
                <b>{name}</b>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

function WhoLooked({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(10_000)
  const { looked } = words.camera
  const asked = useAsked(`looked ${household.log.size}`, () => engine.accesses({ before: null, limit: READ }))
  const rows =
    asked.state === 'here'
      ? looks(asked.value, stream => cameraOf(household, stream)?.id ?? stream)
          .filter(row => row.stream === camera.id)
          .slice(0, SHOWN)
      : []
  return (
    <section className="stack" aria-labelledby="who-looked">
      <h2 id="who-looked">{looked.title}</h2>
      {asked.state === 'loading' ? <Waits text={words.privacy.looked.loading} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {asked.state === 'here' ? (
        <ul className="who-list">
          {rows.length === 0 ? <li className="quiet">{looked.empty}</li> : null}
          {rows.map(row => {
            const device = household.devices.find(one => one.id === row.reader)
            const name = firstName(words, household, row.reader)
            const what = row.live
              ? `${looked.live}, ${moment(words, language, row.at, now)}`
              : say(words.privacy.looked.watched, { range: range(words, language, row.from, row.to, now) })
            return (
              <li key={row.index}>
                {device === undefined ? null : <DeviceFace device={device} name={name} small />}
                <span className="grow">
                  <b>{name}</b> <span className="second">{what}</span>
                </span>
              </li>
            )
          })}
          <li>
            <span className="avatar" data-small data-nobody aria-hidden="true">
              0
            </span>
            <span className="second">{looked.outside}</span>
          </li>
        </ul>
      ) : null}
      <p>
        <Link href="/privacy#looked" className="text-link">
          {looked.all}
        </Link>
      </p>
    </section>
  )
}
