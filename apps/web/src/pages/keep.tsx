import { type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Pick } from '../parts/field.tsx'
import { Problem } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, say } from '../words/say.ts'
import { moment } from '../words/time.ts'

const DAY_MS = 86_400_000
/** What people choose from; the command line takes any number. */
const CHOICES = [1, 2, 3, 7, 14, 30, 60, 90, 180, 365]
const ALL = ''
const FOREVER = 'forever'

/** For how long recordings stay: for all cameras or one. What ends by it is said before. */
export function Keep(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(60_000)
  const { keep: text } = words.privacy
  const [open, setOpen] = useState(false)
  const [camera, setCamera] = useState<string>(ALL)
  const [days, setDays] = useState<string>('30')
  const saving = useTask()
  const chosen = household.cameras.find(one => one.id === camera)
  const options = [
    ...CHOICES.map(n => ({ value: String(n), label: count(language, text.days, n) })),
    { value: FOREVER, label: chosen === undefined ? text.forever : text.asAll },
  ]
  const save = (): void =>
    void saving.run(async () => {
      await engine.setRetention(chosen?.id ?? null, days === FOREVER ? null : Number(days))
      setOpen(false)
    })
  return (
    <div className="buttons">
      <Button onPress={() => setOpen(true)}>{text.go}</Button>
      <Dialog open={open} title={text.title} onClose={() => setOpen(false)}>
        <Pick
          label={text.which}
          value={camera}
          onChange={setCamera}
          options={[
            { value: ALL, label: text.all },
            ...household.cameras.map(({ id, name }) => ({ value: id as string, label: name })),
          ]}
        />
        <Pick label={text.howLong} value={days} onChange={setDays} options={options} />
        <p className="second">
          {days === FOREVER
            ? text.nothingEnds
            : say(text.ends, { until: moment(words, language, now - Number(days) * DAY_MS, now) })}
        </p>
        <Problem failure={saving.failure} />
        <div className="buttons" data-end>
          <Button onPress={() => setOpen(false)}>{words.common.cancel}</Button>
          <Button kind={days === FOREVER ? 'main' : 'danger'} busy={saving.busy} onPress={save}>
            {words.common.save}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
