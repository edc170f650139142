/** Colours by what they mean. Meaning never hangs on colour alone: each has a word or a sign beside it. */
export type Style = Readonly<{
  /** Yours to open: all is well. */
  yours(text: string): string
  /** Something waits. */
  waits(text: string): string
  /** Danger: something does not work or will be lost. */
  danger(text: string): string
  quiet(text: string): string
  strong(text: string): string
  /** A text that opens an address where the terminal knows how (OSC 8). */
  link(text: string, url: string): string
}>

type Environment = Readonly<Record<string, string | undefined>>

const wrap = (open: string, close: string) => (text: string) =>
  text === '' ? '' : `\x1b[${open}m${text}\x1b[${close}m`
const plain = (text: string): string => text

/** No colour at all: for files, pipes, `NO_COLOR` (no-color.org) and dumb terminals. */
export const PLAIN: Style = { yours: plain, waits: plain, danger: plain, quiet: plain, strong: plain, link: plain }

/** The palette for a terminal: patina green, amber, red; in 16 colours where the terminal knows no more. */
export function styleFor(isTty: boolean, env: Environment): Style {
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  if (!isTty || refused) return PLAIN
  const many = /256|truecolor|24bit/.test(`${env.TERM ?? ''} ${env.COLORTERM ?? ''}`)
  const [green, amber, red] = many ? ['38;5;72', '38;5;179', '38;5;167'] : ['32', '33', '31']
  return {
    yours: wrap(green ?? '32', '39'),
    waits: wrap(amber ?? '33', '39'),
    danger: wrap(red ?? '31', '39'),
    quiet: wrap('2', '22'),
    strong: wrap('1', '22'),
    link: (text, url) => `\x1b]8;id=${url.length};${url}\x1b\\${text}\x1b]8;;\x1b\\`,
  }
}
