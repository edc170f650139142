import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { useWords } from '../words/language.ts'
import { Button, IconButton } from './button.tsx'

export type Notice = {
  readonly id: number
  readonly text: string
  readonly act?: { readonly label: string; readonly run: () => void }
  readonly stays?: boolean
}

let notices: readonly Notice[] = []
let next = 1
const listeners = new Set<() => void>()

function change(to: readonly Notice[]): void {
  notices = to
  for (const listener of listeners) listener()
}

/** A short sentence at the foot of the page: what has just been done. It goes by itself after a while unless it `stays`. */
export function notify(text: string, options: Omit<Notice, 'id' | 'text'> = {}): void {
  change([...notices.slice(-2), { id: next++, text, ...options }])
}

const dismiss = (id: number): void => change(notices.filter(notice => notice.id !== id))

const VISIBLE_MS = 7000

function One({ notice }: { readonly notice: Notice }): ReactNode {
  const words = useWords()
  useEffect(() => {
    if (notice.stays) return
    const timer = setTimeout(() => dismiss(notice.id), VISIBLE_MS)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className="notice">
      <span className="grow">{notice.text}</span>
      {notice.act === undefined ? null : (
        <Button
          onPress={() => {
            dismiss(notice.id)
            notice.act?.run()
          }}
        >
          {notice.act.label}
        </Button>
      )}
      <IconButton icon="close" label={words.common.close} onPress={() => dismiss(notice.id)} />
    </div>
  )
}

export function Notices(): ReactNode {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
  )
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(notice => (
        <One key={notice.id} notice={notice} />
      ))}
    </div>
  )
}
