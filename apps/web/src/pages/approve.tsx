import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import type { PendingView } from '../engine/api.ts'
import { Button } from '../parts/button.tsx'
import { NAME_MOST } from '../parts/device-name.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Digits } from '../parts/digits.tsx'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { Check, Choices, TextField } from '../parts/field.tsx'
import { notify } from '../parts/notice.tsx'
import { Problem, Waits } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { useWords } from '../words/language.ts'
import { say } from '../words/say.ts'

/** Lets a device in: the same digits on both screens, then what it is called and may see. */
export function Approve({
  device,
  onClose,
}: {
  readonly device: string | null
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const pending = household.pending.find(one => one.id === device)
  // The request stays in the dialog when it leaves the list because it was answered here.
  const [kept, setKept] = useState<PendingView | null>(null)
  useEffect(() => {
    if (device === null) setKept(null)
    else if (pending !== undefined) setKept(pending)
  }, [device, pending])
  const shown = pending ?? (kept?.id === device ? kept : null)
  const { pending: text, approve, notAdmin } = words.family
  return (
    <Dialog open={device !== null} title={approve.title} onClose={onClose}>
      {shown === null ? (
        <div>
          <p>
            <b>{text.gone}</b>
          </p>
          <p className="second">{text.goneText}</p>
        </div>
      ) : household.admin ? (
        <Steps key={shown.id} pending={shown} onClose={onClose} />
      ) : (
        <p>{notAdmin}</p>
      )}
    </Dialog>
  )
}

function Steps({ pending, onClose }: { readonly pending: PendingView; readonly onClose: () => void }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { approve: text } = words.family
  const comparing = useTask()
  const [digits, setDigits] = useState<string | null>(null)
  const [answer, setAnswer] = useState<'match' | 'differ' | null>(null)
  const { run } = comparing
  useEffect(() => {
    let wanted = true
    void run(async () => {
      const both = await engine.compare(pending.id)
      if (wanted) setDigits(both)
    })
    return () => {
      wanted = false
    }
  }, [engine, pending.id, run])
  if (answer === 'differ') return <Problem advice={text.differed} />
  if (answer === 'match') return <Admit pending={pending} onClose={onClose} />
  if (comparing.failure !== null) return <Problem failure={comparing.failure} />
  if (digits === null) return <Waits text={text.waiting} long={text.waitingText} />
  return (
    <>
      <p>
        <b>{text.digits}</b>
      </p>
      <div role="status">
        <Digits digits={digits} />
      </div>
      <p className="second">{text.digitsText}</p>
      <div className="answers">
        <Button kind="main" icon="check" onPress={() => setAnswer('match')} wide>
          {text.match}
        </Button>
        <Button
          kind="warn"
          icon="close"
          wide
          onPress={() => {
            setAnswer('differ')
            void engine.refuse(pending.id).catch(() => undefined)
          }}
        >
          {text.differ}
        </Button>
      </div>
    </>
  )
}

const WEEK_MS = 7 * 86_400_000
type Sees = 'now' | 'week' | 'all'

function Admit({ pending, onClose }: { readonly pending: PendingView; readonly onClose: () => void }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { approve: text } = words.family
  const [name, setName] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [sees, setSees] = useState<Sees>('week')
  const [admin, setAdmin] = useState(false)
  const admitting = useTask()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = name.trim()
    if (given === '' || given.length > NAME_MOST) {
      setWrong(given === '' ? words.firstRun.names.empty : words.firstRun.names.long)
      return
    }
    const now = Date.now()
    const from = sees === 'all' ? 0 : sees === 'week' ? now - WEEK_MS : now
    void admitting.run(async () => {
      await engine.approve(pending.id, { name: given, admin, from })
      notify(say(text.done, { device: given }))
      onClose()
    })
  }
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField
        label={text.name}
        value={name}
        wrong={wrong}
        example={text.nameExample}
        focus
        onChange={value => {
          setName(value)
          setWrong(null)
        }}
      />
      <Choices
        label={text.sees}
        value={sees}
        onChange={setSees}
        options={[
          { value: 'now', label: text.seesNow, text: text.seesNowText },
          { value: 'week', label: text.seesWeek },
          { value: 'all', label: text.seesAll },
        ]}
      />
      <Check label={text.admin} text={text.adminText} checked={admin} onChange={setAdmin} />
      <Problem failure={admitting.failure} />
      {admitting.busy ? <Waits text={text.working} /> : null}
      <Button kind="main" submit busy={admitting.busy} wide>
        {text.go}
      </Button>
    </form>
  )
}
