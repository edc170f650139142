import type { ReactNode } from 'react'
import { DeletionDetail } from '../parts/deletion-detail.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Icon } from '../parts/icon.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useAsked } from '../parts/task.ts'
import { byName, cameraOf } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, list, say } from '../words/say.ts'
import { moment, range } from '../words/time.ts'
import { Keep } from './keep.tsx'

/** What is kept until when, from the rule in force; and what was deleted. */
export function Kept(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(60_000)
  const { kept, keep } = words.privacy
  const asked = useAsked(`deletions ${household.log.size}`, () => engine.deletions())
  const cameraName = (stream: string | null): string =>
    stream === null ? words.home.allCameras : (cameraOf(household, stream)?.name ?? words.common.unknownCamera)
  return (
    <section className="stack" aria-labelledby="kept">
      <div>
        <h2 id="kept">{kept.title}</h2>
        <p className="second">{kept.text}</p>
      </div>
      <ul className="panel rows">
        {household.cameras.map(camera => (
          <li className="row" key={camera.id}>
            <span className="avatar" aria-hidden="true">
              <Icon name="camera" size={20} />
            </span>
            <div className="grow">
              <p>
                <b>{camera.name}</b>
              </p>
              <p className="quiet">
                {say(kept.since, { since: moment(words, language, camera.addedAt, now) })}
                {camera.stoppedAt === null
                  ? ''
                  : ` · ${say(kept.until, { until: moment(words, language, camera.stoppedAt, now) })}`}
                {camera.endedBefore === null || camera.endedBefore < camera.addedAt
                  ? ''
                  : ` · ${say(kept.ended, { until: moment(words, language, camera.endedBefore, now) })}`}
              </p>
            </div>
            <span className="tag">{camera.days === null ? kept.noEnd : count(language, keep.days, camera.days)}</span>
          </li>
        ))}
        {household.cameras.length === 0 ? <li className="row second">{kept.none}</li> : null}
      </ul>
      {household.admin && household.cameras.length > 0 ? <Keep /> : null}
      <h3>{kept.deletions}</h3>
      {asked.state === 'loading' ? <Waits text={words.common.loading} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {asked.state === 'here' ? (
        <ul className="panel rows">
          {asked.value.length === 0 ? <li className="row second">{kept.deletionsNone}</li> : null}
          {asked.value
            .toSorted((a, b) => b.at - a.at)
            .map(deletion => (
              <li className="row" key={deletion.order}>
                <span className="happened-mark" data-tone="gap">
                  <Icon name="bin" size={20} />
                </span>
                <div className="grow">
                  {spansOf(deletion.ranges).map(one => (
                    <p key={`${one.from} ${one.to}`}>
                      {say(kept.deletion, {
                        cameras: list(language, [...new Set(one.streams.map(cameraName))]),
                        range: range(words, language, one.from, one.to, now),
                      })}
                    </p>
                  ))}
                  <p className="quiet">
                    {say(kept.by, {
                      who: byName(words, household, deletion.by),
                      when: moment(words, language, deletion.at, now),
                    })}
                  </p>
                  <DeletionDetail deletion={deletion} />
                </div>
              </li>
            ))}
        </ul>
      ) : null}
      <p className="quiet">
        {kept.how}: {kept.howText}
      </p>
    </section>
  )
}

type Ranges = readonly { readonly stream: string | null; readonly from: number; readonly to: number }[]

/** The streams of one order by the range they share: picture, sound and small picture go together. */
function spansOf(
  ranges: Ranges,
): readonly { readonly from: number; readonly to: number; readonly streams: readonly (string | null)[] }[] {
  const found = new Map<string, { from: number; to: number; streams: (string | null)[] }>()
  for (const { stream, from, to } of ranges) {
    const known = found.get(`${from} ${to}`)
    if (known === undefined) found.set(`${from} ${to}`, { from, to, streams: [stream] })
    else known.streams.push(stream)
  }
  return [...found.values()]
}
