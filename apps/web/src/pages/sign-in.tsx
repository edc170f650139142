import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { guessDeviceName, NAME_MOST } from '../parts/device-name.ts'
import { Digits } from '../parts/digits.tsx'
import { useEngine, useEngineState } from '../parts/engine.tsx'
import { TextField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { type PasskeyResult, showPasskey } from '../parts/passkey.ts'
import { Qr } from '../parts/qr.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { forgetSettings } from '../settings.ts'
import { useWords } from '../words/language.ts'
import { alarmIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { Alone } from './alone.tsx'

/** A passkey says which home somebody belongs to; then somebody there lets this browser in. */
export function SignIn({ onSetUp }: { readonly onSetUp: () => void }): ReactNode {
  const words = useWords()
  const state = useEngineState()
  const [known, setKnown] = useState(false)
  if (state.phase === 'pending') return <WaitingRoom device={state.device} digits={state.digits} />
  return (
    <Alone title={words.waiting.signIn.title} lit={1}>
      {known ? <AskIn /> : <ShowPasskey onKnown={() => setKnown(true)} onSetUp={onSetUp} />}
    </Alone>
  )
}

function ShowPasskey(props: { readonly onKnown: () => void; readonly onSetUp: () => void }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { signIn: text } = words.waiting
  const showing = useTask()
  const [result, setResult] = useState<PasskeyResult | null>(null)
  const show = (): void => {
    setResult(null)
    void showing.run(async () => {
      const shown = await showPasskey(engine)
      setResult(shown)
      if (shown === 'done') props.onKnown()
    })
  }
  const why = {
    none: `${text.none} ${text.noneNext}`,
    'not-offered': text.none2,
    unsupported: words.firstRun.passkey.unsupported,
    cancelled: text.cancelled,
    done: null,
  }
  const said = result === null ? null : why[result]
  return (
    <>
      <p className="lead">{text.text}</p>
      <Problem failure={showing.failure} />
      {said === null ? null : (
        <p className="banner" role="status">
          <Icon name="info" />
          {said}
        </p>
      )}
      <div className="form">
        <Button kind="main" icon="passkey" busy={showing.busy} onPress={show} wide>
          {text.go}
        </Button>
        <Button kind="plain" onPress={props.onSetUp} wide>
          {text.setup}
        </Button>
      </div>
    </>
  )
}

function AskIn(): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { signIn: text } = words.waiting
  const asking = useTask()
  const [name, setName] = useState(() => guessDeviceName(words, navigator.userAgent))
  const [wrong, setWrong] = useState<string | null>(null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() === '') setWrong(words.firstRun.names.empty)
    else if (name.length > NAME_MOST) setWrong(words.firstRun.names.long)
    else void asking.run(() => engine.join(name.trim()))
  }
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField
        label={text.device}
        help={text.deviceText}
        value={name}
        wrong={wrong}
        onChange={value => {
          setName(value)
          setWrong(null)
        }}
      />
      <Problem failure={asking.failure} />
      <Button kind="main" submit busy={asking.busy} wide>
        {text.ask}
      </Button>
    </form>
  )
}

/** This browser sees nothing yet. It shows how somebody at home finds it. */
function WaitingRoom({ device, digits }: { readonly device: string; readonly digits: string | null }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { room: text } = words.waiting
  const cancelling = useTask()
  const link = `${window.location.origin}/family?approve=${device}`
  return (
    <Alone title={digits === null ? text.title : text.digits} lit={digits === null ? 2 : 4}>
      {digits === null ? (
        <>
          <p className="lead">{text.text}</p>
          <Qr text={link} label={say(text.qr, { link })} />
          <p className="quiet centred">
            {text.link}
            <br />
            <span className="mono">{link}</span>
          </p>
          <Waits text={text.waits} long=" " />
        </>
      ) : (
        <>
          <p className="lead">{text.digitsText}</p>
          <div role="status">
            <Digits digits={digits} />
          </div>
        </>
      )}
      <Problem failure={cancelling.failure} />
      <Button kind="plain" busy={cancelling.busy} onPress={() => void cancelling.run(() => engine.cancelJoin())} wide>
        {text.cancel}
      </Button>
    </Alone>
  )
}

/** Nothing is shown any more: removed from the household, or something does not add up. */
export function Stopped({ code, detail }: { readonly code: string; readonly detail: string | null }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const leaving = useTask()
  const { stopped: text } = words.waiting
  const removed = code === 'removed' || code === 'removed_device'
  return (
    <Alone title={removed ? text.removed.title : text.other.title} lit={0}>
      <p className="lead">{removed ? text.removed.text : text.other.text}</p>
      {removed ? null : <Problem failure={{ code, detail }} advice={alarmIn(words, code)} />}
      <Problem failure={leaving.failure} />
      <Button
        busy={leaving.busy}
        onPress={() => {
          void leaving.run(async () => {
            await engine.leave()
            forgetSettings()
          })
        }}
      >
        {text.leave}
      </Button>
    </Alone>
  )
}
