import { emitKeypressEvents } from 'node:readline'
import type { Language } from '../language.ts'
import { openPainter } from '../terminal/painter.ts'
import type { Style } from '../terminal/style.ts'
import type { Screen } from './model.ts'
import { view } from './view.ts'

/** How often the screen is drawn again; only lines that changed are sent. */
export const REDRAW_MS = 500

export type Live = Readonly<{
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  language: Language
  style: Style
  invocation: string
  screen(): Screen
  /** q or Ctrl-C was pressed. */
  onQuit(): void
}>

/** Shows the screen until the returned function is called, which gives the terminal back. */
export function showLive({ stdin, stdout, language, style, invocation, screen, onQuit }: Live): () => void {
  const painter = openPainter(stdout)
  const draw = (): void => {
    const { columns = 80, rows = 24 } = stdout
    painter.paint(view(screen(), { columns, rows, language, style, invocation }))
  }
  const resized = (): void => {
    painter.clear()
    draw()
  }
  const pressed = (_text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
    if (key.name === 'q' || (key.ctrl === true && key.name === 'c')) onQuit()
  }
  emitKeypressEvents(stdin)
  stdin.setRawMode(true)
  stdin.resume().on('keypress', pressed)
  stdout.on('resize', resized)
  // Whatever ends this process, the terminal is usable afterwards.
  process.once('exit', painter.close)
  draw()
  const timer = setInterval(draw, REDRAW_MS)
  return () => {
    clearInterval(timer)
    stdin.off('keypress', pressed).setRawMode(false)
    stdin.pause()
    stdout.off('resize', resized)
    process.off('exit', painter.close)
    painter.close()
  }
}
