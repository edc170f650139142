import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { changeSetting, setting } from '../settings.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'
import { list, say } from '../words/say.ts'
import { duration, moment, range } from '../words/time.ts'
import { Button } from './button.tsx'
import { useEngine, useHousehold, useNow } from './engine.tsx'
import { type Happening, happened } from './happened.ts'
import { Icon, type IconName } from './icon.tsx'
import { Problem, Waits } from './states.tsx'
import { useAsked } from './task.ts'
import { activeCameras, byName } from './who.ts'

/** Without an earlier visit, and at most, this much of the past is looked through, ms. */
const FIRST_MS = 24 * 3_600_000
const MOST_MS = 7 * FIRST_MS
const STEP_MS = 10_000
const AGAIN_MS = 60_000

function seenAt(now: number): number {
  const seen = Number(setting('seenAt'))
  return Math.max(now - MOST_MS, Number.isFinite(seen) && seen > 0 ? seen : now - FIRST_MS)
}

/** What happened since somebody last said that they have seen it. */
export function Happened(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(AGAIN_MS)
  const [since, setSince] = useState(() => seenAt(Date.now()))
  const cameras = activeCameras(household)
  const held = household.hub.keys === 'held'
  const asked = useAsked(
    `${since} ${now} ${held} ${household.log.size} ${cameras.map(camera => camera.id).join()}`,
    async () => {
      const until = Date.now()
      const recorded = held
        ? await Promise.all(
            cameras.map(async ({ id }) => ({
              camera: id,
              spans: await engine.spans(id, { from: since, to: until, step: STEP_MS }),
            })),
          )
        : []
      return { recorded, deletions: await engine.deletions() }
    },
  )
  const items =
    asked.state === 'here' ? happened(household, asked.value.recorded, asked.value.deletions, since, now) : []
  return (
    <aside className="aside happened" aria-labelledby="happened">
      <header>
        <h2 id="happened">{words.home.happened}</h2>
        <span className="quiet small">
          {say(words.home.happenedSince, { since: moment(words, language, since, now) })}
        </span>
      </header>
      {asked.state === 'loading' ? <Waits text={words.home.checking} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {asked.state === 'here' && items.length === 0 ? (
        <div className="happened-quiet">
          <Icon name="check" size={24} />
          <p>
            {words.home.quiet}
            <br />
            <span className="quiet">{words.home.quietText}</span>
          </p>
        </div>
      ) : null}
      <ul>
        {items.map(item => (
          <li key={keyOf(item)}>
            <Item item={item} now={now} />
          </li>
        ))}
      </ul>
      {items.length === 0 ? null : (
        <div className="buttons">
          <Button
            icon="check"
            onPress={() => {
              const seen = Date.now()
              changeSetting('seenAt', String(seen))
              setSince(seen)
            }}
          >
            {words.home.allSeen}
          </Button>
        </div>
      )}
    </aside>
  )
}

const keyOf = (item: Happening): string =>
  item.type === 'gap'
    ? `gap ${item.at} ${item.reason} ${item.cameras[0]}`
    : item.type === 'deletion'
      ? `deletion ${item.deletion.order}`
      : `${item.type} ${item.device.id}`

function Item({ item, now }: { readonly item: Happening; readonly now: number }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const cameraName = (id: string | null): string =>
    id === null
      ? words.home.allCameras
      : (household.cameras.find(one => one.id === id)?.name ?? words.common.unknownCamera)
  const row = (icon: IconName, tone: string, what: string, text: string, to: string | null): ReactNode => {
    const inside = (
      <>
        <span className="happened-mark" data-tone={tone}>
          <Icon name={icon} size={20} />
        </span>
        <span className="grow">
          {what}
          <small>{text}</small>
        </span>
      </>
    )
    return to === null ? (
      <div className="happened-row">{inside}</div>
    ) : (
      <Link className="happened-row" href={to}>
        {inside}
      </Link>
    )
  }
  switch (item.type) {
    case 'gap': {
      const all = item.cameras.length > 2 && item.cameras.length === activeCameras(household).length
      const camera = all ? words.home.allCameras : list(language, item.cameras.map(cameraName))
      const length = duration(words, language, item.to - item.at)
      return row(
        'gap',
        item.open ? 'alarm' : 'gap',
        say(item.open ? words.home.gapNow : words.home.gap, { camera }),
        `${moment(words, language, item.at, now)} · ${length} · ${gapIn(words, item.reason)}`,
        `/cameras/${item.cameras[0]}?at=${item.at - 5000}`,
      )
    }
    case 'added':
      return row(
        'device',
        'good',
        say(words.home.deviceAdded, { device: item.device.name }),
        moment(words, language, item.at, now),
        '/family',
      )
    case 'removed':
      return row(
        'device',
        'gap',
        say(words.home.deviceRemoved, { device: item.device.name }),
        moment(words, language, item.at, now),
        '/family',
      )
    case 'deletion': {
      const { ranges, by } = item.deletion
      const [first] = ranges
      const cameras = list(language, [...new Set(ranges.map(one => cameraName(one.stream)))])
      const text =
        first === undefined
          ? moment(words, language, item.at, now)
          : say(words.home.deletionOf, { cameras, range: range(words, language, first.from, first.to, now) })
      return row('bin', 'gap', say(words.home.deletion, { who: byName(words, household, by) }), text, '/privacy#kept')
    }
  }
}
