import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../parts/button.tsx'
import { guessDeviceName, NAME_MOST } from '../parts/device-name.ts'
import { Digits } from '../parts/digits.tsx'
import { useEngine, useEngineState } from '../parts/engine.tsx'
import { TextField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { makePasskey, type PasskeyResult } from '../parts/passkey.ts'
import { Good, Problem, Waits } from '../parts/states.tsx'
import { useLasting, useTask } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { Alone } from './alone.tsx'
import { claimIn, takeClaim } from './claim-link.ts'

const STEPS = ['link', 'names', 'digits', 'passkey', 'done'] as const
type Step = (typeof STEPS)[number]

/** Five screens at most, each doing one thing; the first is left out when the hub's link was opened. */
export function FirstRun(props: {
  /** The hub is being asked: from now on this page stays until its end. */
  readonly onBegin: () => void
  readonly onEnd: () => void
  readonly onSignIn: () => void
}): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const state = useEngineState()
  const claiming = useTask()
  const [link, setLink] = useState<string | null>(null)
  const [step, setStep] = useState<Step>('link')
  const [differed, setDiffered] = useState(false)
  const [names, setNames] = useState({ household: '', device: guessDeviceName(words, navigator.userAgent) })
  useEffect(() => {
    const take = (): void => {
      const found = takeClaim()
      if (found === null) return
      setLink(found)
      setStep('names')
    }
    take()
    // The link was opened where the app is open already: only what is behind # changes then.
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])

  const claim = (): void => {
    if (link === null) return
    props.onBegin()
    setDiffered(false)
    setStep('digits')
    void claiming
      .run(() => engine.claim(link, names))
      .then(good => {
        if (good) setStep('passkey')
      })
  }
  const differ = (): void => {
    setDiffered(true)
    void engine.cancelJoin().catch(() => undefined)
  }
  const startAgain = (): void => {
    claiming.clear()
    setDiffered(false)
    setLink(null)
    setStep('link')
  }

  const number = STEPS.indexOf(step)
  const progress = (
    <p className="steps">
      <span className="only-heard">{say(words.firstRun.step, { step: number + 1, of: STEPS.length })}</span>
      {STEPS.map((one, i) => (
        <i key={one} data-done={i <= number || undefined} />
      ))}
    </p>
  )
  switch (step) {
    case 'link':
      return (
        <Alone title={words.firstRun.welcome.title} lit={0} step={progress}>
          <LinkStep
            onLink={given => {
              setLink(given)
              setStep('names')
            }}
            onSignIn={props.onSignIn}
          />
        </Alone>
      )
    case 'names':
      return (
        <Alone title={words.firstRun.names.title} lit={1} step={progress}>
          <NamesStep names={names} onNames={setNames} onDone={claim} />
        </Alone>
      )
    case 'digits': {
      const pending = state.phase === 'pending' ? state : null
      return (
        <Alone title={words.firstRun.digits.title} lit={2} step={progress}>
          {differed ? (
            <Problem advice={words.firstRun.digits.differed}>
              <Button onPress={startAgain}>{words.common.again}</Button>
            </Problem>
          ) : claiming.failure !== null ? (
            <Problem failure={claiming.failure}>
              <Button onPress={startAgain}>{words.common.again}</Button>
            </Problem>
          ) : (
            <DigitsStep
              digits={pending?.digits ?? null}
              confirmed={pending?.confirmed ?? state.phase === 'ready'}
              onMatch={() => engine.confirmDigits()}
              onDiffer={differ}
            />
          )}
        </Alone>
      )
    }
    case 'passkey':
      return (
        <Alone title={words.firstRun.passkey.title} lit={3} step={progress}>
          <PasskeyStep name={names.device} onDone={() => setStep('done')} />
        </Alone>
      )
    case 'done':
      return (
        <Alone title={words.firstRun.done.title} lit={5} step={progress}>
          <DoneStep onEnd={props.onEnd} />
        </Alone>
      )
  }
}

function LinkStep(props: { readonly onLink: (link: string) => void; readonly onSignIn: () => void }): ReactNode {
  const words = useWords()
  const { welcome } = words.firstRun
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const link = claimIn(text)
    if (link === null) setWrong(true)
    else props.onLink(link)
  }
  return (
    <>
      <p className="lead">{welcome.text}</p>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={welcome.link}
          type="url"
          value={text}
          onChange={value => {
            setText(value)
            setWrong(false)
          }}
          help={welcome.linkHelp}
          wrong={wrong ? welcome.linkBad : null}
          example="http://localhost:8420/#claim=…"
        />
        <Button kind="main" submit wide>
          {words.common.next}
        </Button>
      </form>
      <div className="or">
        <p className="second">{welcome.or}</p>
        <Button icon="passkey" onPress={props.onSignIn} wide>
          {welcome.signIn}
        </Button>
      </div>
    </>
  )
}

type Names = { readonly household: string; readonly device: string }

function NamesStep(props: {
  readonly names: Names
  readonly onNames: (names: Names) => void
  readonly onDone: () => void
}): ReactNode {
  const words = useWords()
  const { names: text } = words.firstRun
  const [checked, setChecked] = useState(false)
  const { household, device } = props.names
  const wrong = (name: string): string | null =>
    !checked ? null : name.trim() === '' ? text.empty : name.length > NAME_MOST ? text.long : null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setChecked(true)
    if ([household, device].every(name => name.trim() !== '' && name.length <= NAME_MOST)) props.onDone()
  }
  return (
    <>
      <p className="lead">{text.text}</p>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={text.household}
          value={household}
          onChange={value => props.onNames({ household: value, device })}
          example={text.householdExample}
          wrong={wrong(household)}
        />
        <TextField
          label={text.device}
          value={device}
          onChange={value => props.onNames({ household, device: value })}
          wrong={wrong(device)}
        />
        <Button kind="main" submit wide>
          {words.common.next}
        </Button>
      </form>
    </>
  )
}

/** After this long without digits, something is probably wrong at the hub, ms. */
const LONG_MS = 8000

function DigitsStep(props: {
  readonly digits: string | null
  readonly confirmed: boolean
  readonly onMatch: () => Promise<void>
  readonly onDiffer: () => void
}): ReactNode {
  const words = useWords()
  const { digits: text } = words.firstRun
  const confirming = useTask()
  const long = useLasting(LONG_MS, props.digits === null)
  if (props.confirmed) return <Waits text={text.confirmed} />
  if (props.digits === null) {
    return (
      <>
        <Waits text={text.wait} long=" " />
        {long ? (
          <>
            <p className="second">{text.waitLong}</p>
            <Button onPress={props.onDiffer}>{words.common.cancel}</Button>
          </>
        ) : null}
      </>
    )
  }
  return (
    <>
      <p className="lead">{text.text}</p>
      <Digits digits={props.digits} />
      <Problem failure={confirming.failure} />
      <div className="answers">
        <Button kind="main" icon="check" busy={confirming.busy} onPress={() => void confirming.run(props.onMatch)} wide>
          {text.match}
        </Button>
        <Button kind="warn" icon="close" onPress={props.onDiffer} wide>
          {text.differ}
        </Button>
      </div>
    </>
  )
}

function PasskeyStep({ name, onDone }: { readonly name: string; readonly onDone: () => void }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { passkey: text } = words.firstRun
  const making = useTask()
  const [result, setResult] = useState<PasskeyResult | null>(null)
  const make = (): void => {
    void making.run(async () => {
      const made = await makePasskey(engine, name)
      setResult(made)
      if (made === 'done') onDone()
    })
  }
  const why = {
    unsupported: text.unsupported,
    'not-offered': text.notHere,
    cancelled: text.cancelled,
    none: null,
    done: null,
  }
  const said = result === null ? null : why[result]
  const impossible = result === 'unsupported' || result === 'not-offered'
  return (
    <>
      <p className="lead">{text.text}</p>
      <Problem failure={making.failure} />
      {said === null ? null : (
        <p className="banner" role="status">
          <Icon name="info" />
          {said}
        </p>
      )}
      <div className="form">
        {impossible ? (
          <Button kind="main" onPress={onDone} wide>
            {words.common.next}
          </Button>
        ) : (
          <>
            <Button kind="main" icon="passkey" busy={making.busy} onPress={make} wide>
              {text.make}
            </Button>
            <Button kind="plain" onPress={onDone} wide>
              {text.skip}
            </Button>
          </>
        )}
        <p className="quiet">{text.skipText}</p>
      </div>
    </>
  )
}

function DoneStep({ onEnd }: { readonly onEnd: () => void }): ReactNode {
  const words = useWords()
  useLanguage()
  const [, go] = useLocation()
  const state = useEngineState()
  const hasCamera = state.phase === 'ready' && state.household.cameras.length > 0
  const leave = (to: string): void => {
    go(to)
    onEnd()
  }
  return (
    <>
      <Good>{words.firstRun.done.text}</Good>
      <div className="form">
        <Button kind="main" onPress={() => leave(hasCamera ? '/' : '/cameras/new')} wide>
          {hasCamera ? words.firstRun.done.open : words.firstRun.done.camera}
        </Button>
        {hasCamera ? null : (
          <Button kind="plain" onPress={() => leave('/')} wide>
            {words.firstRun.done.open}
          </Button>
        )}
      </div>
    </>
  )
}
