import { type ReactNode, type Ref, useId } from 'react'
import { Icon } from './icon.tsx'

/** A labelled line of text. What is wrong stands below it and is read with it. */
export function TextField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly help?: string
  readonly wrong?: string | null
  readonly example?: string
  readonly type?: 'text' | 'url' | 'date' | 'time' | 'datetime-local'
  readonly max?: string
  readonly step?: number
  readonly longest?: number
  readonly focus?: boolean
  readonly complete?: string
  readonly ref?: Ref<HTMLInputElement>
}): ReactNode {
  const id = useId()
  const described = [props.help && `${id}-help`, props.wrong && `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        ref={props.ref}
        className="input"
        type={props.type ?? 'text'}
        inputMode={props.type === 'url' ? 'url' : undefined}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
        placeholder={props.example}
        max={props.max}
        step={props.step}
        maxLength={props.longest}
        aria-invalid={props.wrong ? true : undefined}
        aria-describedby={described === '' ? undefined : described}
        autoComplete={props.complete ?? 'off'}
        autoCapitalize={props.type === 'url' ? 'none' : undefined}
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: only where the page is this one question
        autoFocus={props.focus}
      />
      {props.wrong ? (
        <p className="wrong" id={`${id}-wrong`}>
          <Icon name="warn" size={18} />
          {props.wrong}
        </p>
      ) : null}
      {props.help === undefined ? null : (
        <p className="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  )
}

export type Option<T extends string> = { readonly value: T; readonly label: string; readonly text?: string }

/** One of a few, as radio buttons with a line of explanation each. */
export function Choices<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onChange: (value: T) => void
}): ReactNode {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend>{props.label}</legend>
      {props.options.map(option => (
        <label className="choice" key={option.value}>
          <input
            type="radio"
            name={name}
            checked={props.value === option.value}
            onChange={() => props.onChange(option.value)}
          />
          <span>
            {option.label}
            {option.text === undefined ? null : <small>{option.text}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** One of a few short words, side by side. */
export function Segments<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onChange: (value: T) => void
}): ReactNode {
  const name = useId()
  return (
    <div className="segments" role="radiogroup" aria-label={props.label}>
      {props.options.map(option => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={props.value === option.value}
            onChange={() => props.onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  )
}

export function Check(props: {
  readonly label: string
  readonly text?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
}): ReactNode {
  return (
    <label className="choice">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={event => props.onChange(event.target.checked)}
      />
      <span>
        {props.label}
        {props.text === undefined ? null : <small>{props.text}</small>}
      </span>
    </label>
  )
}

/** One of many. */
export function Pick<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onChange: (value: T) => void
  readonly help?: string
}): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        className="input"
        value={props.value}
        onChange={event => {
          const chosen = props.options.find(option => option.value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
        aria-describedby={props.help === undefined ? undefined : `${id}-help`}
      >
        {props.options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {props.help === undefined ? null : (
        <p className="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  )
}
