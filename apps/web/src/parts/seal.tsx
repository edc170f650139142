import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import type { DeviceView } from '../engine/api.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { alarmIn } from '../words/problems.ts'
import { count, list, say } from '../words/say.ts'
import { ago, moment, number } from '../words/time.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { useHousehold, useNow } from './engine.tsx'
import { Icon, type IconName, SealMark } from './icon.tsx'
import { sealState, type Waiting } from './seal-state.ts'
import { firstName, initial, isHub, nameOf, readers } from './who.ts'

/** Names on the seal; more are counted. */
const NAMED = 3

/** Top right on every page: who can open what is here, and whether something waits. */
export function Seal(): ReactNode {
  const [open, setOpen] = useState(false)
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  const { tone, waiting } = sealState(household, now)
  const devices = readers(household)
  const names = devices.map(device => nameOf(words, household, device.id))
  const shown = names.length > NAMED ? [...names.slice(0, NAMED - 1), `+${names.length - NAMED + 1}`] : names
  const who = list(language, shown)
  return (
    <>
      <button type="button" className="seal" data-tone={tone} onClick={() => setOpen(true)} aria-haspopup="dialog">
        <SealMark />
        <span className="label">
          {tone === 'good' ? (
            <>
              <b className="short-names">{who}</b>{' '}
              <span className="long">{count(language, words.seal.can, names.length)}</span>
            </>
          ) : (
            <b>{tone === 'wait' ? words.seal.waits : words.seal.alarm}</b>
          )}
        </span>
      </button>
      <Dialog open={open} title={words.seal.title} onClose={() => setOpen(false)}>
        {waiting.length === 0 ? null : (
          <ul className="seal-waits">
            {waiting.map(item => (
              <li key={keyOf(item)}>
                <WaitingRow item={item} onLeave={() => setOpen(false)} />
              </li>
            ))}
          </ul>
        )}
        <p className="second">{words.seal.intro}</p>
        <ul className="panel rows">
          {devices.map(device => (
            <li className="row" key={device.id}>
              <DeviceFace device={device} name={nameOf(words, household, device.id)} />
              <div className="grow">
                <p>
                  <b>{firstName(words, household, device.id)}</b>{' '}
                  {device.self ? <span className="quiet">{words.seal.self}</span> : null}
                </p>
                <p className="quiet">
                  {isHub(device)
                    ? words.seal.hubRole
                    : device.from === 0
                      ? words.seal.everything
                      : say(words.seal.from, { from: moment(words, language, device.from, now) })}
                </p>
              </div>
              <span className="quiet small">
                {device.online || device.self ? words.seal.online : words.seal.offline}
              </span>
            </li>
          ))}
          <li className="row">
            <span className="avatar" data-nobody>
              0
            </span>
            <div className="grow">
              <p>
                <b>{words.seal.nobodyElse}</b>
              </p>
              <p className="quiet">{words.seal.nobodyElseText}</p>
            </div>
          </li>
        </ul>
        <section>
          <h3>{words.seal.log}</h3>
          <p className="second">
            {household.log.checkedAt === null
              ? words.seal.logUnchecked
              : say(words.seal.logText, {
                  n: number(language, household.log.size),
                  ago: ago(language, household.log.checkedAt, now),
                })}
          </p>
          <ul>
            {household.log.witnesses.length === 0 ? <li className="quiet">{words.seal.noWitness}</li> : null}
            {household.log.witnesses.map(witness => (
              <li className="second" key={witness.name}>
                {say(words.seal.witness, { name: witness.name })}
                {witness.own ? ` (${words.seal.witnessOwn})` : ''}:{' '}
                {witness.cosignedAt === null
                  ? words.seal.witnessNever
                  : say(words.seal.witnessSeen, { ago: ago(language, witness.cosignedAt, now) })}
              </li>
            ))}
          </ul>
        </section>
      </Dialog>
    </>
  )
}

const keyOf = (item: Waiting): string =>
  item.type === 'alarm'
    ? `alarm ${item.alarm.code} ${item.alarm.at}`
    : item.type === 'witness'
      ? `witness ${item.witness.name}`
      : item.type

/** The face of a device: its first letter, and a dot while it is connected. */
export function DeviceFace(props: {
  readonly device: DeviceView
  readonly name: string
  readonly small?: boolean
}): ReactNode {
  const { device } = props
  return (
    <span className="avatar" data-small={props.small || undefined} aria-hidden="true">
      {isHub(device) ? <Icon name="hub" size={props.small ? 15 : 20} /> : initial(props.name)}
      {device.online || device.self ? <i className="online" /> : null}
    </span>
  )
}

function WaitingRow({ item, onLeave }: { readonly item: Waiting; readonly onLeave: () => void }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const [, go] = useLocation()
  const line = (icon: IconName, tone: 'wait' | 'alarm', what: string, text?: string, more?: ReactNode): ReactNode => (
    <div className="banner" data-tone={tone}>
      <Icon name={icon} />
      <div className="grow">
        <p>
          <b>{what}</b>
        </p>
        {text === undefined ? null : <p>{text}</p>}
        {more}
      </div>
    </div>
  )
  const { seal } = words
  switch (item.type) {
    case 'alarm': {
      const advice = alarmIn(words, item.alarm.code)
      return line('warn', 'alarm', advice.what, advice.kept, <p>{advice.next}</p>)
    }
    case 'pending':
      return line(
        'device',
        'wait',
        count(language, seal.pending, item.devices.length),
        undefined,
        <div className="buttons">
          <Button
            onPress={() => {
              onLeave()
              go('/family')
            }}
          >
            {seal.pendingNext}
          </Button>
        </div>,
      )
    case 'hub':
      return line(
        'hub',
        'wait',
        say(seal.hubAway, { since: moment(words, language, item.since, now) }),
        seal.hubAwayText,
      )
    case 'vault':
      return line(
        'away',
        'wait',
        say(seal.vaultAway, { since: moment(words, language, item.since, now) }),
        seal.vaultAwayText,
      )
    case 'keys':
      return line('key', 'wait', seal.keysWaiting, seal.keysWaitingText)
    case 'witness':
      return line('eye', 'wait', say(seal.witnessSilent, { name: item.witness.name }), seal.witnessSilentText)
  }
}
