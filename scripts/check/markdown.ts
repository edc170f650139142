/** A fenced block of a page, with the line on which it begins. */
export type Block = Readonly<{ language: string; line: number; text: string }>

/** Fenced code blocks of a Markdown page. */
export function blocks(page: string): readonly Block[] {
  const found: Block[] = []
  const lines = page.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const fence = /^\s*```(\w*)/.exec(lines[at] ?? '')
    if (fence === null) continue
    const end = lines.findIndex((line, index) => index > at && /^\s*```\s*$/.test(line))
    if (end < 0) break
    found.push({ language: fence[1] ?? '', line: at + 1, text: lines.slice(at + 1, end).join('\n') })
    at = end
  }
  return found
}

/** The page without its code, so that only prose is looked at. */
export const prose = (page: string): string =>
  page.replace(/^\s*```[\s\S]*?^\s*```\s*$/gm, '').replace(/`[^`\n]*`/g, '')

/** Targets of links and pictures. */
export const links = (page: string): readonly string[] =>
  [...prose(page).matchAll(/!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].flatMap(([, target]) => target ?? [])

/** Anchors that a page offers, as GitHub makes them from headings. */
export const anchors = (page: string): readonly string[] =>
  [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )

/** Commands in the shell blocks of a page, comments and continuation lines taken care of. */
export const commands = (page: string): readonly string[] =>
  blocks(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .map(line =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/^\$ /, '')
        .trim(),
    )
    .filter(line => line !== '' && !line.startsWith('#'))

/** First cells of the rows of the table that follows a marker `<!-- registry: NAME -->`, without backticks. */
export function registryTable(page: string, name: string): readonly string[] | undefined {
  const [, after] = page.split(`<!-- registry: ${name} -->`)
  if (after === undefined) return undefined
  const rows = after.trimStart().split('\n')
  const end = rows.findIndex(row => !row.trimStart().startsWith('|'))
  return rows.slice(2, end < 0 ? undefined : end).map(row => (row.split('|')[1] ?? '').trim().replaceAll('`', ''))
}
