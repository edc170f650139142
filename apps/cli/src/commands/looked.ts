import { namesById } from '@hausrecht/client/looked/names'
import { matcher, type NamesById } from '@hausrecht/client/looked/query'
import { everyAccess, type Found } from '@hausrecht/client/looked/search'
import { loggedAccesses } from '@hausrecht/client/looked/source'
import { spanOf } from '@hausrecht/client/looked/span'
import { lookedRow } from '@hausrecht/client/looked/table'
import { readNames } from '@hausrecht/client/names'
import type { OpenDevice } from '@hausrecht/client/open-device'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { moment, number, span } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { leafProgress } from './leaf-progress.ts'
import { csvFile } from './looked-file.ts'
import { lookedQuery } from './looked-query.ts'
import { words } from './looked-words.ts'

/** Lines for people: so many, the newest. Programs and files get all. */
const SHOWN = 100

type Row = Found['rows'][number]

/** The name, or the beginning of the id where no name is readable. */
const called = (names: NamesById, id: string): string => harmless(names.get(id) ?? id.slice(0, 6))

function showRow({ out, language, clock }: Context, { access, index }: Row, names: NamesById): void {
  const t = words[language]
  const now = clock.now()
  const { from, to } = spanOf(access)
  const why = access.purpose === 'own' ? '' : `  ${t.purposes[access.purpose]}`
  const what = t.row(called(names, access.stream), span(from, to, now, language))
  const who = out.style.strong(called(names, access.reader))
  out.line(`${moment(access.time, now, language)}  ${who}  ${what}${why}  ${out.style.quiet(`#${index}`)}`)
}

type Pages = AsyncGenerator<Found>

/** Shows the newest lines; programs get every row. */
async function show(context: Context, pages: Pages, names: NamesById): Promise<{ count: number; unnamed: number }> {
  const { out, language } = context
  let [count, unnamed] = [0, 0]
  for await (const found of pages) {
    for (const [place, row] of found.rows.entries()) {
      if (count + place < SHOWN) showRow(context, row, names)
      out.value({ type: 'access', ...lookedRow(row, names) })
    }
    count += found.rows.length
    unnamed += found.unnamed
    if (count > SHOWN && !out.json) break
  }
  if (count > SHOWN && !out.json) out.line(words[language].older(number(SHOWN, language)))
  return { count, unnamed }
}

/** Writes every row into the file. */
async function save(pages: Pages, names: NamesById, file: Awaited<ReturnType<typeof csvFile>>) {
  let [count, unnamed] = [0, 0]
  try {
    for await (const found of pages) {
      await file.add(found.rows.map(row => lookedRow(row, names)))
      count += found.rows.length
      unnamed += found.unnamed
    }
    await file.end()
  } catch (error) {
    await file.discard()
    throw error
  }
  return { count, unnamed }
}

function pagesOf(context: Context, device: OpenDevice, matches: ReturnType<typeof matcher>): Pages {
  const { size } = device.chain.view
  const progress = leafProgress(context)
  return everyAccess(loggedAccesses(device), matches, {
    signal: context.signal,
    onProgress: place => progress(size - place, size),
  })
}

/** `hausrecht looked` */
export const looked: Handler = (context, _, options) =>
  atHome(context, async ({ device }) => {
    const { out, language, signal, invocation } = context
    const t = words[language]
    const readable = await readNames(device)
    const names = namesById(readable)
    const query = lookedQuery(context, device.chain.state, readable, options)
    const pages = pagesOf(context, device, matcher(query, names))
    const name = options.text('csv')
    try {
      const file = name === undefined ? null : await csvFile(name, options.flag('overwrite'))
      const { count, unnamed } = file === null ? await show(context, pages, names) : await save(pages, names, file)
      if (count === 0) out.line(t.none)
      if (unnamed > 0) out.line(out.style.waits(t.unnamed(number(unnamed, language), `${invocation} looked`)))
      if (name !== undefined) out.line(out.style.yours(t.written(name, number(count, language))))
      out.value({ type: 'done', ...(file === null ? {} : { file: file.path }), count, unnamed })
    } catch (error) {
      if (signal.aborted) throw CliError.of('interrupted', { next: '' })
      throw error
    }
    return 0
  })
