import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { explainIo } from '../io-errors.ts'
import { bytes } from '../time/format.ts'
import { words } from './start-words.ts'

type Amount = Readonly<{ files: number; bytes: number }>

async function amountOf(path: string): Promise<Amount> {
  const stat = await lstat(path).catch(() => undefined)
  if (stat === undefined) return { files: 0, bytes: 0 }
  if (!stat.isDirectory()) return { files: 1, bytes: stat.size }
  const inside = await Promise.all((await readdir(path)).map(name => amountOf(join(path, name))))
  return inside.reduce((sum, part) => ({ files: sum.files + part.files, bytes: sum.bytes + part.bytes }), {
    files: 0,
    bytes: 0,
  })
}

/**
 * Removes a household's data after saying how much it is and asking. Only what Hausrecht itself put into the folder goes:
 * a folder that was given by mistake keeps what else is in it.
 * @throws CliError needs_yes when nobody can be asked, declined
 */
export async function startOver({ dataDir, out, ask, language }: Context, yes: boolean): Promise<void> {
  const t = words[language]
  const { lock, ...ours } = layout(dataDir)
  const amounts = await Promise.all(Object.values(ours).map(amountOf))
  const files = amounts.reduce((sum, amount) => sum + amount.files, 0)
  if (files === 0) return out.line(t.freshNothing)
  const size = amounts.reduce((sum, amount) => sum + amount.bytes, 0)
  const what = t.files(files, bytes(size, language))
  if (!yes && (out.json || !ask.possible)) throw CliError.of('needs_yes', { what: t.freshNeedsYes(dataDir, what) })
  if (!yes && !(await ask.yes(t.freshAsk(dataDir, what)))) throw CliError.of('declined', {})
  // Keys first: whatever else a power cut leaves behind is then closed for good.
  for (const path of [ours.home, ...Object.values(ours)]) {
    await rm(path, { recursive: true, force: true }).catch(error => {
      throw explainIo(error, dataDir)
    })
  }
  out.line(t.freshDone)
}
