import type { ReactNode } from 'react'
import type { CameraView } from '../engine/api.ts'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Icon } from '../parts/icon.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useAsked } from '../parts/task.ts'
import { activeCameras } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { ago, bytes, moment, number } from '../words/time.ts'

/** Whether the hub and the vault are there, and when the last segment of each camera was sealed. */
export function HubHealth(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  const { hub, vault } = words.settings
  const since = (at: number): string => moment(words, language, at, now)
  return (
    <>
      <ul className="panel rows">
        <li className="row">
          <span className="happened-mark" data-tone={household.hub.state === 'here' ? 'good' : 'alarm'}>
            <Icon name="hub" size={20} />
          </span>
          <div className="grow">
            <p>
              <b>{hub.title}</b>
            </p>
            <p className="second">
              {say(household.hub.state === 'here' ? hub.here : hub.away, { since: since(household.hub.since) })}
            </p>
            {household.hub.state === 'away' ? <p className="quiet">{hub.awayText}</p> : null}
          </div>
        </li>
        <li className="row">
          <span className="happened-mark" data-tone={household.vault.state === 'here' ? 'good' : 'alarm'}>
            <Icon name={household.vault.state === 'here' ? 'privacy' : 'away'} size={20} />
          </span>
          <div className="grow">
            <p>
              <b>{vault.title}</b>
            </p>
            <p className="second">
              {say(household.vault.state === 'here' ? vault.here : vault.away, { since: since(household.vault.since) })}
            </p>
          </div>
        </li>
      </ul>
      {household.cameras.length === 0 ? null : (
        <ul className="panel rows">
          {activeCameras(household).map(camera => (
            <CameraHealth key={camera.id} camera={camera} />
          ))}
        </ul>
      )}
    </>
  )
}

function CameraHealth({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const { hub } = words.settings
  const { live } = camera
  const good = live?.state === 'recording'
  const sealed =
    live === null
      ? hub.unknown
      : live.sealedAt === null
        ? hub.never
        : say(hub.sealed, { ago: ago(language, live.sealedAt, now) })
  const facts =
    live === null
      ? []
      : [
          live.width === null || live.height === null ? null : `${live.width} × ${live.height}`,
          live.codec,
          live.bitrate === null ? null : say(hub.rate, { rate: number(language, Math.round(live.bitrate / 1e5) / 10) }),
        ].filter(fact => fact !== null)
  return (
    <li className="row">
      <span className="happened-mark" data-tone={good ? 'good' : live === null ? 'none' : 'alarm'}>
        <Icon name={good || live === null ? 'camera' : 'warn'} size={20} />
      </span>
      <div className="grow">
        <p>
          <b>{camera.name}</b>
        </p>
        <p className="second">
          {live?.problem ? `${say(words.camera.state.trouble, { reason: gapIn(words, live.problem) })} · ` : ''}
          {sealed}
        </p>
        {facts.length === 0 ? null : <p className="quiet">{facts.join(' · ')}</p>}
      </div>
    </li>
  )
}

/** What the vault holds, and what still waits at the hub. */
export function Storage(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const engine = useEngine()
  const now = useNow(30_000)
  const { storage, hub } = words.settings
  const asked = useAsked(`usage ${now}`, () => engine.usage())
  if (asked.state === 'loading') return <Waits text={words.common.loading} />
  if (asked.state === 'failed') return <Problem failure={asked.failure} again={asked.again} />
  const { bytes: used, objects, quotaBytes, logSize, spool } = asked.value
  const part = quotaBytes === null ? null : Math.min(100, (used / quotaBytes) * 100)
  return (
    <div className="panel padded stack">
      <p>{say(storage.used, { bytes: bytes(language, used), n: number(language, objects) })}</p>
      {quotaBytes === null || part === null ? (
        <p className="quiet">{storage.noQuota}</p>
      ) : (
        <>
          <meter className="meter" aria-label={storage.title} min={0} max={100} value={Math.round(part)} />
          <p className="quiet">
            {say(storage.of, { bytes: bytes(language, used), quota: bytes(language, quotaBytes) })}
          </p>
        </>
      )}
      <p className="second">
        {hub.spool}:{' '}
        {spool === null
          ? hub.unknown
          : spool.segments === 0
            ? hub.spoolNone
            : say(hub.spoolSome, {
                bytes: bytes(language, spool.bytes),
                n: number(language, spool.segments),
                since: spool.oldestAt === null ? '?' : moment(words, language, spool.oldestAt, now),
              })}
      </p>
      <p className="second">
        {storage.log}: {number(language, logSize)}
      </p>
    </div>
  )
}
