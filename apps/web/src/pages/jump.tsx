import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { useWords } from '../words/language.ts'
import { dateInput, momentOf, timeInput } from '../words/local-time.ts'

/** Any moment by its day and time. */
export function JumpDialog(props: {
  readonly open: boolean
  readonly at: number | null
  readonly onJump: (at: number) => void
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  return (
    <Dialog open={props.open} title={words.camera.jump} onClose={props.onClose}>
      <JumpForm at={props.at ?? Date.now()} onJump={props.onJump} onClose={props.onClose} />
    </Dialog>
  )
}

function JumpForm(props: {
  readonly at: number
  readonly onJump: (at: number) => void
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const { camera: text } = words
  const [date, setDate] = useState(() => dateInput(props.at))
  const [time, setTime] = useState(() => timeInput(props.at))
  const [wrong, setWrong] = useState<string | null>(null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const at = momentOf(date, time)
    if (at === null) setWrong(text.jumpBad)
    else if (at > Date.now()) setWrong(text.jumpFuture)
    else {
      props.onJump(at)
      props.onClose()
    }
  }
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="second">{text.jumpText}</p>
      <div className="two">
        <TextField label={text.jumpDay} type="date" value={date} max={dateInput(Date.now())} onChange={setDate} />
        <TextField label={text.jumpTime} type="time" step={1} value={time} onChange={setTime} wrong={wrong} focus />
      </div>
      <Button kind="main" submit wide>
        {text.jumpGo}
      </Button>
    </form>
  )
}
