/** Words of a text on as few lines as fit a width; null when it takes more than `most`, or a word is wider than a line. */
export function wrapped(
  text: string,
  width: (text: string) => number,
  room: number,
  most: number,
): readonly string[] | null {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (width(longer) <= room) {
      line = longer
      continue
    }
    if (line === '' || lines.length + 1 >= most || width(word) > room) return null
    lines.push(line)
    line = word
  }
  return [...lines, line]
}

/** The first of several texts that fits, on at most so many lines; none when there is room for none. */
export function fitting(
  texts: readonly string[],
  width: (text: string) => number,
  room: number,
  most: number,
): readonly string[] {
  for (const text of texts) {
    const lines = wrapped(text, width, room, most)
    if (lines !== null) return lines
  }
  return []
}
