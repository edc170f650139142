import type { ReactNode } from 'react'
import type { DeletionView, HouseholdView } from '../engine/api.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { moment } from '../words/time.ts'
import { useHousehold, useNow } from './engine.tsx'
import { Icon } from './icon.tsx'
import { DeviceFace } from './seal.tsx'
import { firstName } from './who.ts'

/** Devices that owe nothing of a deletion any more, and all of them. */
export const erasedOn = ({ holders }: DeletionView): { readonly done: number; readonly all: number } => ({
  done: holders.filter(({ how }) => how !== 'owed').length,
  all: holders.length,
})

/** The devices that may have held keys of what was deleted, and what each has said: from the log, nothing assumed. */
export function Erasures({ deletion }: { readonly deletion: DeletionView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow(10_000)
  const { erasures } = words.privacy
  return (
    <ul className="panel rows">
      {deletion.holders.map(({ device: id, how, at, cell }) => {
        const device = household.devices.find(one => one.id === id)
        const name = firstName(words, household, id)
        const when = at === null ? '' : moment(words, language, at, now)
        return (
          <li className="row" key={id}>
            {device === undefined ? (
              <span className="avatar" data-small data-nobody />
            ) : (
              <DeviceFace device={device} name={name} />
            )}
            <p className="grow">
              <b>{name}</b>
              <br />
              <span className="second">
                {how === 'owed'
                  ? isOnline(household, id)
                    ? erasures.now
                    : erasures.owed
                  : say(erasures[how], { when, cell: cell === null ? '' : erasures.cells[cell] })}
              </span>
            </p>
          </li>
        )
      })}
      <li className="row">
        <span className="avatar" data-small aria-hidden="true">
          <Icon name="bin" size={16} />
        </span>
        <p className="grow">
          <b>{erasures.vault}</b>
          <br />
          <span className="second">
            {deletion.removed === null
              ? erasures.removing
              : say(erasures.bytesGone, { when: moment(words, language, deletion.removed.at, now) })}
          </span>
        </p>
      </li>
    </ul>
  )
}

const isOnline = (household: HouseholdView, id: string): boolean =>
  household.devices.some(device => device.id === id && device.online)
