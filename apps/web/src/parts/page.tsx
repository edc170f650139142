import { type ReactNode, useEffect } from 'react'
import { useLanguage, useWords } from '../words/language.ts'
import { alarmIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { moment } from '../words/time.ts'
import { useHousehold, useNow } from './engine.tsx'
import { Icon } from './icon.tsx'
import { Seal } from './seal.tsx'
import { AWAY_MS } from './seal-state.ts'

/** One place of the app: its title with the seal beside it, what everybody must know, and the content. */
export function Page(props: {
  readonly title: ReactNode
  /** For the window's title, where `title` is more than text. */
  readonly name: string
  readonly sub?: ReactNode
  readonly className?: string
  /** Beside the page on a wide window, below it on a phone. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  useEffect(() => {
    document.title = `${props.name} · ${words.common.brand}`
  }, [props.name, words])
  const vaultAway = household.vault.state === 'away' && now - household.vault.since > AWAY_MS
  return (
    <main className={`page-frame ${props.className ?? ''}`} id="page" tabIndex={-1}>
      <div className="page">
        <header className="page-head">
          <div className="title grow">
            {typeof props.title === 'string' ? <h1>{props.title}</h1> : props.title}
            {props.sub === undefined ? null : <span className="sub">{props.sub}</span>}
          </div>
          <Seal />
        </header>
        {household.alarms.map(alarm => {
          const advice = alarmIn(words, alarm.code)
          return (
            <div className="banner" data-tone="alarm" role="alert" key={`${alarm.code} ${alarm.at}`}>
              <Icon name="warn" />
              <div className="grow">
                <p>
                  <b>{advice.what}</b>{' '}
                  <span className="quiet small">
                    {say(words.alarms.at, { when: moment(words, language, alarm.at, now) })}
                  </span>
                </p>
                <p>
                  {advice.kept} {advice.next}
                </p>
              </div>
            </div>
          )
        })}
        {vaultAway ? (
          <div className="banner" data-tone="wait" role="status">
            <Icon name="away" />
            <p>{say(words.common.vaultAway, { since: moment(words, language, household.vault.since, now) })}</p>
          </div>
        ) : null}
        {props.children}
      </div>
      {props.aside}
    </main>
  )
}
