import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useWords } from '../words/language.ts'
import { IconButton } from './button.tsx'

/** A dialog over the page; on a phone it comes from the bottom. Focus stays inside and goes back to where it was. */
export function Dialog(props: {
  readonly open: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
  /** Closes with Escape and a press outside; false while something runs that should be left on purpose. */
  readonly leavable?: boolean
  readonly alert?: boolean
}): ReactNode {
  const words = useWords()
  return (
    <ModalOverlay
      className="veil"
      isOpen={props.open}
      onOpenChange={open => {
        if (!open) props.onClose()
      }}
      isDismissable={props.leavable !== false && !props.alert}
      isKeyboardDismissDisabled={props.leavable === false}
    >
      <Modal className="dialog-box" data-size={props.wide ? 'wide' : undefined}>
        <AriaDialog className="dialog" role={props.alert ? 'alertdialog' : 'dialog'}>
          <header>
            <Heading slot="title" level={2}>
              {props.title}
            </Heading>
            {props.leavable === false ? null : (
              <IconButton icon="close" label={words.common.close} onPress={props.onClose} />
            )}
          </header>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
