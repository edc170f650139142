import { canDelete } from '@hausrecht/chain/rights'
import { type Deletion, deleteRange } from '@hausrecht/client/delete'
import { type OpenDevice, sync } from '@hausrecht/client/device'
import { type Camera, readNames } from '@hausrecht/client/names'
import type { Context } from '../context.ts'
import { type Preview, preview } from '../delete-preview.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { bytes, span } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './delete-words.ts'
import { pickCamera } from './pick.ts'
import { type Range, readRangeArgs } from './range.ts'

/** How often the log is looked at for the vault's word that the bytes are gone, and how long, in ms. */
const LOOK_MS = 250
const WAIT_MS = 60_000

type Names = ReadonlyMap<string, string>

function tellHolders({ out, language }: Context, { holders }: Deletion, names: Names, own: string): void {
  const t = words[language]
  const nameOf = (id: string): string => harmless(names.get(id) ?? id.slice(0, 6))
  out.line(t.erasedHere(nameOf(own)))
  const erased = holders.filter(({ how }) => how !== 'owed')
  if (holders.length > 1) out.line(t.erasedOn(erased.length, holders.length))
  for (const { device, how } of holders) {
    if (how === 'owed') out.line(`  ${out.style.waits(t.waits(nameOf(device)))}`)
    out.value({ type: how === 'owed' ? 'waits' : 'erased', device, name: names.get(device) ?? null })
  }
}

/** Waits until the vault says in the log that it has removed the bytes and read back that they are gone. False when that takes too long. */
async function removed(
  { out, language, clock, signal }: Context,
  device: OpenDevice,
  deletion: Deletion,
): Promise<boolean> {
  const t = words[language]
  const end = clock.now() + WAIT_MS
  for (;;) {
    await sync(device)
    if (device.chain.removals.has(deletion.order)) return true
    if (signal.aborted || clock.now() > end) return false
    out.progress(t.removing((await device.vault.usage()).purging))
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
}

const streamsOf = ({ video, audio, sub }: Camera) => [video, audio, sub].filter(stream => stream !== null)

/** Shows exactly what goes. */
async function show(
  { out, language, clock }: Context,
  device: OpenDevice,
  camera: Camera,
  range: Range,
): Promise<Preview> {
  const t = words[language]
  const [now, streams] = [clock.now(), streamsOf(camera)]
  const goes = await preview(device, streams, range)
  const whole = span(range.from, range.to, now, language)
  out.value({ type: 'preview', camera: camera.name, ...range, ...goes, sound: camera.audio !== null })
  if (goes.objects === 0) out.line(t.nothing(whole))
  else {
    out.line(t.goes(harmless(camera.name)))
    for (const { from, to } of goes.spans) out.line(`  ${out.style.strong(span(from, to, now, language))}`)
    out.line(`  ${camera.audio === null ? t.pictureOnly : t.withSound}, ${bytes(goes.bytes, language)}`)
    out.line(t.whole)
  }
  out.line(t.forGood)
  return goes
}

/** `hausrecht delete CAMERA FROM TO` */
export const deleteCamera: Handler = (context, [name = '', fromText = '', toText = ''], options) =>
  atHome(context, async ({ device }) => {
    const { out, ask, language, clock } = context
    const t = words[language]
    const range = readRangeArgs(context, fromText, toText)
    const names = await readNames(device)
    const camera = pickCamera(names.cameras, name)
    if (!canDelete(device.chain.state, device.id)) throw CliError.of('not_allowed', { reason: t.mayNot })
    const goes = await show(context, device, camera, range)
    if (!options.flag('yes')) {
      const whole = span(range.from, range.to, clock.now(), language)
      if (!ask.possible || out.json)
        throw CliError.of('needs_yes', { what: t.needsYes(camera.name, whole, bytes(goes.bytes, language)) })
      if (!(await ask.yes(t.ask))) throw CliError.of('declined', {})
    }
    const deletion = await deleteRange(device, { streams: streamsOf(camera), ...range })
    const entry = device.chain.entries.findLast(
      ({ entry: { statement } }) => statement.type === 'delete_order' && statement.order === deletion.order,
    )
    out.line(t.ordered(entry?.index ?? 0))
    out.value({
      type: 'ordered',
      order: deletion.order,
      at: deletion.at,
      ranges: deletion.ranges,
      logIndex: entry?.index ?? null,
    })
    tellHolders(context, deletion, names.devices, device.id)
    const isRemoved = options.flag('wait') && (await removed(context, device, deletion))
    out.line(isRemoved ? out.style.yours(t.removed) : t.later)
    const { order, at, holders } = deletion
    out.value({ type: 'done', order, at, holders, removedByVault: isRemoved })
    return 0
  })
