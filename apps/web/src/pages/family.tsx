import { type ReactNode, useEffect, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { DeviceView, PendingView } from '../engine/api.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Icon } from '../parts/icon.tsx'
import { notify } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Passkeys } from '../parts/passkeys.tsx'
import { DeviceFace } from '../parts/seal.tsx'
import { Problem } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { isHub, readers } from '../parts/who.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, say } from '../words/say.ts'
import { ago, moment, when } from '../words/time.ts'
import { Approve } from './approve.tsx'

/** Who is let in, who asks to be, and what each may see. */
export function Family(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const { family } = words
  const devices = readers(household)
  const removed = household.devices.filter(device => device.removedAt !== null)
  const [search, setSearch] = useSearchParams()
  const [approving, setApproving] = useState<string | null>(null)
  const asked = search.get('approve')
  useEffect(() => {
    if (asked === null) return
    setApproving(asked)
    setSearch({}, { replace: true })
  }, [asked, setSearch])
  const alone = devices.filter(device => !isHub(device)).length <= 1 && household.pending.length === 0
  return (
    <Page title={family.title} name={family.title} sub={count(language, family.sub, devices.length)}>
      <div className="page-body stack">
        {household.pending.length === 0 ? null : (
          <section className="panel asks" aria-labelledby="asks">
            <h2 id="asks">{family.pending.title}</h2>
            <ul className="rows">
              {household.pending.map(pending => (
                <Asking key={pending.id} pending={pending} onCompare={() => setApproving(pending.id)} />
              ))}
            </ul>
          </section>
        )}
        <section aria-labelledby="devices" className="stack">
          <div>
            <h2 id="devices">{family.devices}</h2>
            <p className="second">{family.devicesText}</p>
          </div>
          <ul className="panel rows">
            {devices.map(device => (
              <Member key={device.id} device={device} />
            ))}
          </ul>
          {alone ? (
            <div className="banner">
              <Icon name="device" />
              <div className="grow">
                <p>
                  <b>{family.alone.title}</b>
                </p>
                <p>{family.alone.text}</p>
              </div>
            </div>
          ) : null}
        </section>
        <Passkeys />
        {removed.length === 0 ? null : (
          <section aria-labelledby="removed" className="stack">
            <h2 id="removed">{family.removedTitle}</h2>
            <ul className="panel rows">
              {removed.map(device => (
                <Gone key={device.id} device={device} />
              ))}
            </ul>
          </section>
        )}
      </div>
      <Approve device={approving} onClose={() => setApproving(null)} />
    </Page>
  )
}

function Asking({ pending, onCompare }: { readonly pending: PendingView; readonly onCompare: () => void }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow()
  const refusing = useTask()
  const { pending: text } = words.family
  return (
    <li>
      <div className="row">
        <span className="avatar" data-nobody>
          <Icon name="device" size={20} />
        </span>
        <div className="grow">
          <p>
            <b>{text.device}</b>
          </p>
          <p className="quiet">
            {say(text.text, { ago: ago(language, pending.createdAt, now) })}
            {pending.busy ? ` · ${text.busy}` : ''}
          </p>
        </div>
        {household.admin ? (
          <div className="buttons">
            <Button kind="main" onPress={onCompare} disabled={pending.busy}>
              {text.compare}
            </Button>
            <Button
              busy={refusing.busy}
              onPress={() =>
                void refusing.run(async () => {
                  await engine.refuse(pending.id)
                  notify(text.refused)
                })
              }
            >
              {text.refuse}
            </Button>
          </div>
        ) : (
          <p className="quiet small">{words.family.notAdmin}</p>
        )}
      </div>
      <Problem failure={refusing.failure} />
    </li>
  )
}

function Member({ device }: { readonly device: DeviceView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow()
  const [removing, setRemoving] = useState(false)
  const { family } = words
  const name = isHub(device) ? family.hub : device.name
  const sees = isHub(device)
    ? family.hubSees
    : say(family.sees, {
        what:
          device.from === 0
            ? family.seesAll
            : say(family.seesFrom, { from: moment(words, language, device.from, now) }),
      })
  return (
    <li className="row">
      <DeviceFace device={device} name={name} />
      <div className="grow">
        <p className="name-line">
          <b>{name}</b>
          {device.self ? (
            <span className="tag" data-tone="good">
              {family.self}
            </span>
          ) : null}
          {device.roles.includes('admin') && !isHub(device) ? <span className="tag">{family.admin}</span> : null}
        </p>
        <p className="quiet">
          {sees} · {say(family.added, { when: when(words, language, device.addedAt, now) })}
        </p>
      </div>
      <span className="quiet small wide-only">{device.online || device.self ? family.online : family.offline}</span>
      {household.admin && !isHub(device) ? (
        <Button kind="plain" label={say(family.remove.title, { device: name })} onPress={() => setRemoving(true)}>
          {words.common.remove}
        </Button>
      ) : null}
      <RemoveDevice device={device} open={removing} onClose={() => setRemoving(false)} />
    </li>
  )
}

function RemoveDevice(props: {
  readonly device: DeviceView
  readonly open: boolean
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const [, go] = useLocation()
  const removing = useTask()
  const { remove } = words.family
  const { device } = props
  return (
    <Dialog open={props.open} title={say(remove.title, { device: device.name })} onClose={props.onClose} alert>
      {device.self ? (
        <p className="banner" data-tone="wait">
          {remove.self}
        </p>
      ) : null}
      <p>{remove.text}</p>
      <p className="second">{remove.kept}</p>
      <Problem failure={removing.failure} />
      <div className="buttons" data-end>
        <Button onPress={props.onClose}>{words.common.cancel}</Button>
        <Button
          kind="danger"
          busy={removing.busy}
          onPress={() =>
            void removing.run(async () => {
              await engine.removeDevice(device.id)
              notify(say(remove.done, { device: device.name }))
              props.onClose()
              if (device.self) go('/')
            })
          }
        >
          {remove.confirm}
        </Button>
      </div>
    </Dialog>
  )
}

function Gone({ device }: { readonly device: DeviceView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  return (
    <li className="row">
      <span className="avatar" data-nobody aria-hidden="true">
        <Icon name="minus" size={18} />
      </span>
      <div className="grow">
        <p>{device.name}</p>
        <p className="quiet">
          {device.removedAt === null
            ? null
            : say(words.family.removedOn, { when: when(words, language, device.removedAt, now) })}
        </p>
      </div>
    </li>
  )
}
