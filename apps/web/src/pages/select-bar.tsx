import { type ReactNode, useEffect, useState } from 'react'
import { Button, IconButton } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import type { Selection } from '../timeline/select.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { momentInput, momentOf } from '../words/local-time.ts'
import { say } from '../words/say.ts'
import { duration } from '../words/time.ts'

/** The range that is being chosen, in numbers, and what can be done with it. */
export function SelectBar(props: {
  readonly selection: Selection
  readonly at: number | null
  readonly onSelection: (selection: Selection) => void
  readonly onDelete: () => void
  readonly onExport: () => void
  readonly onEnd: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const { selection, at } = props
  const { selecting: text } = words.camera
  const [typed, setTyped] = useState({ from: momentInput(selection.from), to: momentInput(selection.to) })
  const [wrong, setWrong] = useState(false)
  useEffect(() => {
    setTyped({ from: momentInput(selection.from), to: momentInput(selection.to) })
    setWrong(false)
  }, [selection.from, selection.to])
  const type = (edge: 'from' | 'to', value: string): void => {
    const next = { ...typed, [edge]: value }
    setTyped(next)
    const moment = (one: string): number | null => momentOf(one.slice(0, 10), one.slice(11))
    const [from, to] = [moment(next.from), moment(next.to)]
    const bad = from === null || to === null || from >= to
    setWrong(bad)
    if (!bad) props.onSelection({ from, to: Math.min(to, Date.now()) })
  }
  return (
    <header className="select-bar">
      <div className="select-head">
        <h2>{text.title}</h2>
        <span className="second" role="status">
          {say(text.length, { duration: duration(words, language, selection.to - selection.from) })}
        </span>
        <span className="grow" />
        <IconButton icon="close" label={text.cancel} onPress={props.onEnd} />
      </div>
      <div className="select-fields">
        <TextField
          label={text.from}
          type="datetime-local"
          step={1}
          value={typed.from}
          onChange={value => type('from', value)}
          wrong={wrong ? text.bad : null}
        />
        <TextField
          label={text.to}
          type="datetime-local"
          step={1}
          value={typed.to}
          onChange={value => type('to', value)}
        />
        <div className="buttons">
          {at === null ? null : (
            <>
              <Button
                kind="plain"
                disabled={at >= selection.to}
                onPress={() => props.onSelection({ from: at, to: selection.to })}
              >
                {text.here}
              </Button>
              <Button
                kind="plain"
                disabled={at <= selection.from}
                onPress={() => props.onSelection({ from: selection.from, to: at })}
              >
                {text.until}
              </Button>
            </>
          )}
          <Button icon="save" onPress={props.onExport} disabled={wrong}>
            {text.export}
          </Button>
          <Button icon="bin" kind="warn" onPress={props.onDelete} disabled={wrong}>
            {text.delete}
          </Button>
        </div>
      </div>
    </header>
  )
}
