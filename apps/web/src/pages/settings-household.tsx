import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { NAME_MOST } from '../parts/device-name.ts'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { TextField } from '../parts/field.tsx'
import { notify } from '../parts/notice.tsx'
import { Problem } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { isHub, isIn } from '../parts/who.ts'
import { forgetSettings } from '../settings.ts'
import { useWords } from '../words/language.ts'
import { say } from '../words/say.ts'

export function HouseholdName(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const engine = useEngine()
  const { household: text } = words.settings
  const [name, setName] = useState(household.name)
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useTask()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = name.trim()
    if (given === '' || given.length > NAME_MOST) {
      setWrong(given === '' ? words.firstRun.names.empty : words.firstRun.names.long)
      return
    }
    void saving.run(async () => {
      await engine.rename({ household: given })
      notify(say(text.renamed, { name: given }))
    })
  }
  if (!household.admin) return <p>{household.name}</p>
  return (
    <form className="inline-form" onSubmit={submit} noValidate>
      <TextField
        label={text.name}
        value={name}
        wrong={wrong}
        onChange={value => {
          setName(value)
          setWrong(null)
        }}
      />
      <Button submit busy={saving.busy} disabled={name.trim() === household.name}>
        {words.common.save}
      </Button>
      <Problem failure={saving.failure} />
    </form>
  )
}

/** Leaving is said with what it takes to come back. */
export function Leave(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const engine = useEngine()
  const { leave } = words.settings
  const [asking, setAsking] = useState(false)
  const leaving = useTask()
  const otherAdmins = household.devices.filter(
    device => isIn(device) && !isHub(device) && !device.self && device.roles.includes('admin'),
  )
  return (
    <div className="buttons">
      <Button kind="warn" onPress={() => setAsking(true)}>
        {leave.go}
      </Button>
      <Dialog open={asking} title={leave.confirmTitle} onClose={() => setAsking(false)} alert>
        <p>{leave.text}</p>
        <p>{household.admin && otherAdmins.length === 0 ? leave.last : leave.back}</p>
        <Problem failure={leaving.failure} />
        <div className="buttons" data-end>
          <Button onPress={() => setAsking(false)}>{words.common.cancel}</Button>
          <Button
            kind="danger"
            busy={leaving.busy}
            onPress={() =>
              void leaving.run(async () => {
                await engine.leave()
                forgetSettings()
                window.location.assign('/')
              })
            }
          >
            {leave.confirm}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
