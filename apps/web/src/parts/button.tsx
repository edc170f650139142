import type { ReactNode, Ref } from 'react'
import { Link } from 'wouter'
import { Icon, type IconName } from './icon.tsx'

type Kind = 'main' | 'danger' | 'plain' | 'warn' | 'usual'

export function Button(props: {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly kind?: Kind
  readonly icon?: IconName
  readonly disabled?: boolean
  readonly wide?: boolean
  readonly submit?: boolean
  /** For the ear, where the words alone don't say of what. */
  readonly label?: string
  /** While it works: still there for the keyboard and the ear, but not to be pressed again. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}): ReactNode {
  return (
    <button
      ref={props.ref}
      type={props.submit ? 'submit' : 'button'}
      className="button"
      data-kind={props.kind ?? 'usual'}
      data-wide={props.wide || undefined}
      disabled={props.disabled}
      aria-label={props.label}
      aria-disabled={props.busy || undefined}
      onClick={event => {
        if (props.busy) event.preventDefault()
        else props.onPress?.()
      }}
    >
      {props.busy ? <i className="spinner" /> : props.icon === undefined ? null : <Icon name={props.icon} size={20} />}
      {props.children}
    </button>
  )
}

export function ButtonLink(props: {
  readonly children: ReactNode
  readonly to: string
  readonly kind?: Kind
  readonly icon?: IconName
  readonly wide?: boolean
}): ReactNode {
  return (
    <Link href={props.to} className="button" data-kind={props.kind ?? 'usual'} data-wide={props.wide || undefined}>
      {props.icon === undefined ? null : <Icon name={props.icon} size={20} />}
      {props.children}
    </Link>
  )
}

export function IconButton(props: {
  readonly icon: IconName
  readonly label: string
  readonly onPress: () => void
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly size?: number
  /** Keys that do the same, as `aria-keyshortcuts` writes them. */
  readonly keys?: string
  readonly ref?: Ref<HTMLButtonElement>
}): ReactNode {
  return (
    <button
      ref={props.ref}
      type="button"
      className="icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-keyshortcuts={props.keys}
      disabled={props.disabled}
      onClick={props.onPress}
    >
      <Icon name={props.icon} size={props.size ?? 22} />
    </button>
  )
}
