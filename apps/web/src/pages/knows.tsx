import type { ReactNode } from 'react'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useAsked } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, say } from '../words/say.ts'
import { bytes, number } from '../words/time.ts'

/** The exact list of what the vault can see, with the numbers of now. */
export function Knows(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const { knows } = words.privacy
  const asked = useAsked('knows', async () => {
    const [usage, passkeys, deletions] = await Promise.all([engine.usage(), engine.passkeys(), engine.deletions()])
    return { usage, passkeys: passkeys.length, deletions: deletions.length }
  })
  const rows = (): readonly (readonly [string, string])[] => {
    if (asked.state !== 'here') return []
    const { usage, passkeys, deletions } = asked.value
    return [
      [knows.number, household.id],
      [knows.devices, count(language, knows.devicesNow, household.devices.length)],
      [knows.streams, count(language, knows.streamsNow, household.cameras.length)],
      [
        knows.objects,
        say(knows.objectsNow, { n: number(language, usage.objects), bytes: bytes(language, usage.bytes) }),
      ],
      [knows.access, say(knows.accessNow, { n: number(language, usage.logSize) })],
      [knows.deletions, count(language, knows.deletionsNow, deletions)],
      [
        knows.network,
        count(language, knows.networkNow, household.devices.filter(device => device.online || device.self).length),
      ],
      [knows.live, knows.passing],
      [knows.messages, knows.passing],
      [knows.visits, knows.visitsNow],
      [knows.passkeys, count(language, knows.passkeysNow, passkeys)],
    ]
  }
  return (
    <section className="stack" aria-labelledby="knows">
      <div>
        <h2 id="knows">{knows.title}</h2>
        <p className="second">{knows.text}</p>
      </div>
      {asked.state === 'loading' ? <Waits text={words.common.loading} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {asked.state === 'here' ? (
        <dl className="panel facts-list">
          {rows().map(([what, now]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{now}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <p className="second">{knows.sizes}</p>
      <div className="good">
        <div className="grow">
          <p>
            <b>{knows.notTitle}</b>
          </p>
          <p className="second">{knows.not}</p>
        </div>
      </div>
    </section>
  )
}
