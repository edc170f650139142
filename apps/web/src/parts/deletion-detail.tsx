import type { DeviceId } from '@hausrecht/crypto/ids'
import { type ReactNode, useState } from 'react'
import type { DeletionView } from '../engine/api.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { list, say } from '../words/say.ts'
import { Button } from './button.tsx'
import { useEngine, useHousehold } from './engine.tsx'
import { Erasures, erasedOn } from './erasures.tsx'
import { saveFile } from './save-file.ts'
import { Problem } from './states.tsx'
import { useAsked, useTask } from './task.ts'
import { firstName } from './who.ts'

/** Of an order's number in the name of its file, so many characters. */
const SHORT = 8

/** How one deletion went, folded up: who has erased, what cannot be reached, and the receipt to keep. */
export function DeletionDetail({ deletion }: { readonly deletion: DeletionView }): ReactNode {
  const { erasures } = useWords().privacy
  const [open, setOpen] = useState(false)
  return (
    <details className="erasures" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{deletion.complete ? erasures.complete : say(erasures.progress, erasedOn(deletion))}</summary>
      {open ? (
        <div className="stack">
          <Erasures deletion={deletion} />
          <Unreachable deletion={deletion} />
          <Receipt deletion={deletion} />
        </div>
      ) : null}
    </details>
  )
}

/** What no deletion reaches, as far as the log knows of it. */
function Unreachable({ deletion }: { readonly deletion: DeletionView }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const { unreachable } = words.privacy
  const asked = useAsked(`opened ${deletion.order}`, () => engine.openedBefore(deletion.order))
  const who = (ids: readonly DeviceId[]): string =>
    list(
      language,
      ids.map(id => firstName(words, household, id)),
    )
  const gone = deletion.holders.filter(({ how }) => how === 'removed').map(({ device }) => device)
  const files = deletion.holders.filter(({ cell }) => cell === 'file').map(({ device }) => device)
  const readers = asked.state === 'here' ? asked.value : []
  return (
    <div>
      <h4>{unreachable.title}</h4>
      <ul className="quiet">
        <li>{readers.length === 0 ? unreachable.exports : say(unreachable.readers, { who: who(readers) })}</li>
        {gone.length === 0 ? null : <li>{say(unreachable.removed, { who: who(gone) })}</li>}
        {files.length === 0 ? null : <li>{say(unreachable.files, { who: who(files) })}</li>}
      </ul>
    </div>
  )
}

function Receipt({ deletion }: { readonly deletion: DeletionView }): ReactNode {
  const { receipt } = useWords().privacy
  const engine = useEngine()
  const task = useTask()
  const save = (): Promise<boolean> =>
    task.run(async () => {
      const text = await engine.receiptFile(deletion.order)
      saveFile(new Blob([text], { type: 'application/json' }), `receipt-${deletion.order.slice(0, SHORT)}.json`)
    })
  return (
    <div className="stack">
      <p className="quiet">{deletion.complete ? receipt.text : receipt.early}</p>
      <Button icon="save" busy={task.busy} onPress={() => void save()}>
        {receipt.save}
      </Button>
      {task.failure === null ? null : <Problem failure={task.failure} again={() => void save()} />}
    </div>
  )
}
