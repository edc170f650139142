import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ClientError } from '@hausrecht/client/errors'
import { trustOf } from '@hausrecht/client/home'
import { openHomeFolder } from '@hausrecht/client/node/home'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { formatPolicy } from '@hausrecht/tlog/policy-file'
import { exportLogTo } from '../audit/export-log.ts'
import { CHECKPOINT } from '../audit/source.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { number } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { leafProgress } from './leaf-progress.ts'
import { words } from './verify-words.ts'

/** True for a folder that is not there or has nothing in it. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    throw error
  }
}

/** `hausrecht log export FOLDER` */
export const exportLog: Handler = (context, [folderText = ''], options) =>
  atHome(context, async ({ device, home }) => {
    const { out, language, signal, invocation } = context
    const t = words[language]
    const folder = resolve(folderText)
    if (!options.flag('overwrite') && !(await isEmpty(folder))) throw CliError.of('output_exists', { path: folderText })
    const { chain, vault } = device
    const { origin, household, vaultKey } = chain.state
    const { facts } = await openHomeFolder(home)
    const policy = formatPolicy(noteKey(`${origin}/hh/${household}`, TYPE_ED25519, vaultKey), trustOf(facts))
    // An export that is overwritten is none until it is whole again.
    await rm(join(folder, CHECKPOINT), { force: true })
    const written = await exportLogTo(folder, {
      note: chain.view.note,
      policy,
      bundle: (index, width) => vault.entryBundle(index, width),
      onProgress: leafProgress(context),
      signal,
    })
    // The device has just checked these leaves: other ones now are a lie, and a device says so in these words.
    if (!written) throw new ClientError('log_mismatch', folderText)
    out.line(out.style.yours(t.exported(folderText, number(chain.view.size, language))))
    out.line(t.exportedNext(`${invocation} verify log ${folderText}`))
    out.value({ type: 'done', folder, size: chain.view.size })
    return 0
  })
