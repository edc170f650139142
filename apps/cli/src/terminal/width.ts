const segmenter = new Intl.Segmenter()
const ESC = String.fromCharCode(27)
/** Styles, and links with their addresses. */
const ESCAPES = new RegExp(`${ESC}\\[[0-9;]*m|${ESC}\\]8;[^${ESC}]*${ESC}\\\\`, 'g')
const WIDE =
  /^[\p{Extended_Pictographic}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u
const CONTROL = /[\p{Cc}\p{Cf}]/gu

/** Text from outside (a camera's name, an error of a library) without control characters: it can't move the cursor. */
export const harmless = (text: string): string => text.replace(CONTROL, '')

export const withoutStyle = (text: string): string => text.replace(ESCAPES, '')

/** Columns that a text takes in a terminal; styles take none, wide characters take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(withoutStyle(text))) width += WIDE.test(segment) ? 2 : 1
  return width
}

/** Fills up with spaces to a width in columns. */
export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Ends the styles and the link that a text has begun. */
const closing = (text: string): string =>
  `${text.includes('\x1b[') ? '\x1b[0m' : ''}${text.includes('\x1b]8;') ? '\x1b]8;;\x1b\\' : ''}`

/** Cuts a text to a width in columns, with an ellipsis when something is missing; styles are kept and closed. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  const pieces = text.split(new RegExp(`(${ESCAPES.source})`))
  let left = width - 1
  let cut = ''
  for (const piece of pieces) {
    if (withoutStyle(piece) === '') {
      cut += piece
      continue
    }
    for (const { segment } of segmenter.segment(piece)) {
      const needs = WIDE.test(segment) ? 2 : 1
      if (left < needs) return `${cut}…${closing(cut)}`
      left -= needs
      cut += segment
    }
  }
  return cut
}

/** Breaks a text at spaces into lines of at most `width` columns. */
export function wrapTo(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
