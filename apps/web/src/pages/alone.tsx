import { type ReactNode, useEffect } from 'react'
import { Notices } from '../parts/notice.tsx'
import { useWords } from '../words/language.ts'
import { House } from './house.tsx'

/** A page without places around it: before there is a household here. One thing at a time, beside the house. */
export function Alone(props: {
  readonly title: string
  readonly lit: number
  readonly step?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  const words = useWords()
  useEffect(() => {
    document.title = `${props.title} · ${words.common.brand}`
    document.getElementById('alone-title')?.focus()
  }, [props.title, words])
  return (
    <main className="alone-page">
      <div className="alone-picture">
        <House lit={props.lit} />
      </div>
      <div className="alone-box">
        {props.step}
        <h1 id="alone-title" tabIndex={-1}>
          {props.title}
        </h1>
        {props.children}
      </div>
      <Notices />
    </main>
  )
}
