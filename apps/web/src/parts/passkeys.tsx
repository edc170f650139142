import { type ReactNode, useState } from 'react'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { when } from '../words/time.ts'
import { Button } from './button.tsx'
import { guessDeviceName } from './device-name.ts'
import { useEngine, useHousehold, useNow } from './engine.tsx'
import { Icon } from './icon.tsx'
import { notify } from './notice.tsx'
import { makePasskey } from './passkey.ts'
import { Problem, Waits } from './states.tsx'
import { useAsked, useTask } from './task.ts'

/** The passkeys that may ask for a new browser to be let in. */
export function Passkeys(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const engine = useEngine()
  const household = useHousehold()
  const now = useNow()
  const { passkeys: text } = words.family
  const asked = useAsked('passkeys', () => engine.passkeys())
  const task = useTask()
  const [said, setSaid] = useState<string | null>(null)
  const add = (): void => {
    setSaid(null)
    void task.run(async () => {
      const own = household.devices.find(device => device.self)
      const result = await makePasskey(engine, own?.name ?? guessDeviceName(words, navigator.userAgent))
      const { passkey } = words.firstRun
      if (result === 'done') notify(passkey.made)
      else if (result === 'unsupported') setSaid(passkey.unsupported)
      else if (result === 'not-offered') setSaid(passkey.notHere)
      else setSaid(words.waiting.signIn.cancelled)
      asked.again()
    })
  }
  return (
    <section className="stack" aria-labelledby="passkeys">
      <div>
        <h2 id="passkeys">{text.title}</h2>
        <p className="second">{text.text}</p>
      </div>
      {asked.state === 'loading' ? <Waits text={words.common.loading} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {asked.state === 'here' ? (
        <ul className="panel rows">
          {asked.value.length === 0 ? <li className="row second">{text.none}</li> : null}
          {asked.value.map(passkey => (
            <li className="row" key={passkey.id}>
              <span className="avatar" aria-hidden="true">
                <Icon name="passkey" size={20} />
              </span>
              <div className="grow">
                <p>
                  <b>{passkey.name}</b>
                </p>
                <p className="quiet">
                  {say(text.created, { when: when(words, language, passkey.createdAt, now) })} ·{' '}
                  {passkey.lastUsedAt === null
                    ? text.unused
                    : say(text.used, { when: when(words, language, passkey.lastUsedAt, now) })}
                </p>
              </div>
              <Button
                kind="plain"
                label={say(text.remove, { name: passkey.name })}
                onPress={() =>
                  void task.run(async () => {
                    await engine.passkeyRemove(passkey.id)
                    notify(text.removed)
                    asked.again()
                  })
                }
              >
                {words.common.remove}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <Problem failure={task.failure} />
      {said === null ? null : (
        <p className="banner" role="status">
          <Icon name="info" />
          {said}
        </p>
      )}
      <div className="buttons">
        <Button icon="plus" busy={task.busy} onPress={add}>
          {text.add}
        </Button>
      </div>
    </section>
  )
}
