import type { ReactNode } from 'react'
import { useWords } from '../words/language.ts'
import { type Advice, errorIn } from '../words/problems.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { type Failure, useLasting } from './task.ts'

/** Nothing here yet, and what to do next. */
export function Blank(props: {
  readonly icon: IconName
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}): ReactNode {
  return (
    <div className="blank">
      <Icon name={props.icon} size={40} />
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children === undefined ? null : <div className="buttons">{props.children}</div>}
    </div>
  )
}

/** Says that something is going on once it has taken 300 ms, and of what once it takes longer than 5 s. */
export function Waits({ text, long }: { readonly text: string; readonly long?: string }): ReactNode {
  const words = useWords()
  const visible = useLasting(300)
  const slow = useLasting(5000)
  return (
    <div className="waits" role="status">
      {visible ? (
        <>
          <i className="spinner" />
          <span>
            {text}
            {slow ? <span className="quiet"> {long ?? words.common.slow}</span> : null}
          </span>
        </>
      ) : null}
    </div>
  )
}

/** What happened, what was not lost, the one next step. */
export function Problem(props: {
  readonly failure?: Failure | null
  readonly advice?: Advice
  readonly again?: () => void
  readonly children?: ReactNode
}): ReactNode {
  const words = useWords()
  if (props.failure === null) return null
  const advice = props.advice ?? errorIn(words, props.failure?.code ?? 'internal')
  const detail = props.failure?.detail
  return (
    <div className="problem" role="alert">
      <Icon name="warn" />
      <div className="grow">
        <p>
          <b>{advice.what}</b>
        </p>
        {advice.kept === undefined ? null : <p className="kept">{advice.kept}</p>}
        <p className="next">{advice.next}</p>
        {detail ? <p className="quiet small">{detail}</p> : null}
        {props.again === undefined && props.children === undefined ? null : (
          <div className="buttons">
            {props.again === undefined ? null : <Button onPress={props.again}>{words.common.again}</Button>}
            {props.children}
          </div>
        )}
      </div>
    </div>
  )
}

/** It worked, and what that means. */
export function Good({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="good" role="status">
      <Icon name="check" />
      <div className="grow">{children}</div>
    </div>
  )
}
