/** The part of a terminal that the painter needs. */
export type Terminal = Readonly<{ write(text: string): unknown }>

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'

export type Painter = Readonly<{
  /** Shows these lines; only those that changed are sent. */
  paint(lines: readonly string[]): void
  /** Forgets what is on the screen, so that the next paint sends all of it (after a resize). */
  clear(): void
  /** Gives the terminal back as it was. */
  close(): void
}>

/** Owns the alternate screen of a terminal from now until `close`. */
export function openPainter(terminal: Terminal): Painter {
  let shown: readonly string[] = []
  let open = true
  terminal.write(ENTER)
  return {
    paint(lines) {
      if (!open) return
      let out = ''
      for (let row = 0; row < Math.max(lines.length, shown.length); row++) {
        const line = lines[row] ?? ''
        if (line !== shown[row]) out += `\x1b[${row + 1};1H${line}\x1b[0m\x1b[K`
      }
      shown = [...lines]
      if (out !== '') terminal.write(out)
    },
    clear() {
      shown = []
      if (open) terminal.write('\x1b[2J')
    },
    close() {
      if (open) terminal.write(LEAVE)
      open = false
    },
  }
}
