import { type ReactNode, useState } from 'react'
import type { AccessView } from '../engine/api.ts'
import { type AccessRow, byDay, looks } from '../parts/access.ts'
import { Button } from '../parts/button.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Pick } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { DeviceFace } from '../parts/seal.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useAsked } from '../parts/task.ts'
import { cameraOf, firstName } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { clock, day, range } from '../words/time.ts'

const PAGE = 40

/** Who looked, from the log, each entry checked here. */
export function Looked(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(60_000)
  const { looked } = words.privacy
  const [limit, setLimit] = useState(PAGE)
  const [camera, setCamera] = useState('')
  const [device, setDevice] = useState('')
  // What is new in the log appears by itself.
  const asked = useAsked(`looked ${household.log.size} ${limit}`, async () => ({
    rows: await engine.accesses({ before: null, limit }),
    limit,
  }))
  const rows = asked.state === 'here' ? asked.value.rows : null
  const ended = asked.state === 'here' && asked.value.rows.length < asked.value.limit

  const same = (stream: AccessView['stream']): AccessView['stream'] => cameraOf(household, stream)?.id ?? stream
  const all = looks(rows ?? [], same)
  const shown = all.filter(row => (camera === '' || row.stream === camera) && (device === '' || row.reader === device))
  const readersSeen = [...new Set(all.map(row => row.reader))]
  return (
    <section className="stack" aria-labelledby="looked">
      <div>
        <h2 id="looked">{looked.title}</h2>
        <p className="second">{looked.text}</p>
      </div>
      <div className="filters">
        <Pick
          label={looked.camera}
          value={camera}
          onChange={setCamera}
          options={[
            { value: '', label: looked.everyCamera },
            ...household.cameras.map(({ id, name }) => ({ value: id as string, label: name })),
          ]}
        />
        <Pick
          label={looked.device}
          value={device}
          onChange={setDevice}
          options={[
            { value: '', label: looked.everyDevice },
            ...readersSeen.map(id => ({ value: id as string, label: firstName(words, household, id) })),
          ]}
        />
      </div>
      {asked.state === 'loading' ? <Waits text={looked.loading} /> : null}
      {rows?.length === 0 ? <p className="panel padded second">{looked.none}</p> : null}
      {rows !== null && rows.length > 0 && shown.length === 0 ? (
        <p className="panel padded second">{looked.noneFiltered}</p>
      ) : null}
      {byDay(shown).map(group => (
        <div className="stack tight" key={group.day}>
          <h3>{day(words, language, group.day, now)}</h3>
          <ul className="panel rows">
            {group.rows.map(row => (
              <Look key={row.index} row={row} now={now} />
            ))}
          </ul>
        </div>
      ))}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {rows === null || rows.length === 0 ? null : ended ? (
        <p className="quiet">{looked.end}</p>
      ) : (
        <div className="buttons">
          <Button
            busy={asked.state === 'here' && asked.value.limit < limit}
            onPress={() => setLimit(before => before + PAGE)}
          >
            {looked.more}
          </Button>
        </div>
      )}
    </section>
  )
}

function Look({ row, now }: { readonly row: AccessRow; readonly now: number }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const { looked } = words.privacy
  const device = household.devices.find(one => one.id === row.reader)
  const name = firstName(words, household, row.reader)
  const span = range(words, language, row.from, row.to, now)
  const what = row.live
    ? looked.live
    : row.purpose === 'own'
      ? say(looked.watched, { range: span })
      : say(looked.purpose, { range: span, purpose: row.purpose })
  return (
    <li className="row look">
      {device === undefined ? (
        <span className="avatar" data-small data-nobody />
      ) : (
        <DeviceFace device={device} name={name} small />
      )}
      <p className="grow">
        <b>{name}</b> <span className="second">{what}</span>
        <br />
        <span className="quiet">
          {cameraOf(household, row.stream)?.name ?? words.common.unknownCamera} · {clock(language, row.at)}
        </span>
      </p>
      <span className="tag" data-tone={row.proven ? 'good' : 'wait'} title={row.proven ? looked.provenText : undefined}>
        {row.proven ? <Icon name="check" size={14} /> : null}
        {row.proven ? looked.proven : looked.unproven}
      </span>
    </li>
  )
}
