import type { ToldDeletion } from '@hausrecht/chain/told-deletion'
import { leafStart, nextLeaf } from '@hausrecht/keytree/leaf'
import type { Context } from '../context.ts'
import { harmless } from '../terminal/width.ts'
import { moment, number, span } from '../time/format.ts'
import { words } from './receipt-words.ts'

/** The name of a device or stream, or the beginning of its id. */
export type NameOf = (id: string) => string
export const namesOf =
  (names: ReadonlyMap<string, string>): NameOf =>
  id =>
    harmless(names.get(id) ?? id.slice(0, 6))

/** What was deleted, who has erased and how, who owes it, and what it cannot reach. */
export function tellDeletion({ out, language, clock }: Context, deletion: ToldDeletion, nameOf: NameOf): void {
  const t = words[language]
  const now = clock.now()
  const when = (at: number | null): string => moment(at ?? 0, now, language)
  const { holders, complete, removal } = deletion
  for (const [range, streams] of rangesOf(deletion)) {
    const what = streams.map(stream => (stream === null ? t.every : nameOf(stream)))
    const times = span(leafStart(range.lo), leafStart(nextLeaf(range.hi)), now, language)
    out.line(out.style.strong(t.title([...new Set(what)].join(', '), times)))
  }
  out.line(`  ${out.style.quiet(t.order(deletion.order))}`)
  out.line(`  ${t.ordered(nameOf(deletion.by), when(deletion.at))}`)
  for (const { device, how, at, cell } of holders) {
    const who = nameOf(device)
    if (how === 'owed') out.line(`  ${out.style.waits(t.owed(who))}`)
    else if (how === 'receipt') out.line(`  ${t.receipt(who, when(at), cell === null ? '' : t.cells[cell])}`)
    else out.line(`  ${t[how](who, when(at))}`)
  }
  out.line(`  ${removal === null ? t.noRemoval : t.removal(when(removal.at), number(removal.objects, language))}`)
  const settled = holders.filter(({ how }) => how !== 'owed').length
  out.line(`  ${complete ? out.style.yours(t.complete) : out.style.waits(t.open(settled, holders.length))}`)
  tellUnreachable({ out, language }, deletion, nameOf)
}

function tellUnreachable(
  { out, language }: Pick<Context, 'out' | 'language'>,
  { holders, readers }: ToldDeletion,
  nameOf: NameOf,
): void {
  const t = words[language]
  const names = (wanted: (holder: ToldDeletion['holders'][number]) => boolean): string =>
    holders
      .filter(wanted)
      .map(({ device }) => nameOf(device))
      .join(', ')
  const [gone, files] = [names(({ how }) => how === 'removed'), names(({ cell }) => cell === 'file')]
  out.line(`  ${t.unreachable}`)
  const lines = [
    readers.length === 0 ? t.exports : t.readers(readers.map(nameOf).join(', ')),
    ...(gone === '' ? [] : [t.wasRemoved(gone)]),
    ...(files === '' ? [] : [t.inFiles(files)]),
  ]
  for (const line of lines) out.line(out.style.quiet(`    ${line}`))
}

/** The streams of an order by the range they share: picture, sound and small picture go together. */
function rangesOf({ ranges }: ToldDeletion) {
  const found = new Map<string, [{ readonly lo: number; readonly hi: number }, (string | null)[]]>()
  for (const { stream, lo, hi } of ranges) {
    const known = found.get(`${lo} ${hi}`)
    if (known === undefined) found.set(`${lo} ${hi}`, [{ lo, hi }, [stream]])
    else known[1].push(stream)
  }
  return found.values()
}
