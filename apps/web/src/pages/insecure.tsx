import type { ReactNode } from 'react'
import { useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { Alone } from './alone.tsx'

/** Browsers give cryptography to https pages and to this machine's own only: without it nothing here can be checked or opened. */
export function Insecure(): ReactNode {
  const words = useWords()
  const { insecure: text } = words.waiting
  return (
    <Alone title={text.title} lit={0}>
      <p className="lead">{text.text}</p>
      <ul>
        <li>{say(text.here, { address: `http://localhost:${location.port || '80'}` })}</li>
        <li>{text.elsewhere}</li>
      </ul>
    </Alone>
  )
}
