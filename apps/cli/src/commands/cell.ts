import { homeCell, isHomeFolder, sealHome, unsealHome } from '@hausrecht/client/node/home'
import { isTpmIndex, TPM_INDEX } from '@hausrecht/client/node/tpm-cell'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import type { Handler } from '../handler.ts'
import { words } from './cell-words.ts'

const hex = (index: number): string => `0x${index.toString(16).padStart(8, '0')}`

/** `hausrecht cell show` */
export const show: Handler = context => inHome(context, home => tell(context, home))

/** `hausrecht cell use tpm|file` */
export const use: Handler = (context, [kind = ''], options) =>
  inHome(context, async home => {
    const t = words[context.language]
    const usage = (what: string): CliError => CliError.of('usage', { what, command: `${context.invocation} cell use` })
    if (kind !== 'tpm' && kind !== 'file') throw usage(t.badKind)
    const index = Number(options.text('index') ?? TPM_INDEX)
    if (!isTpmIndex(index)) throw usage(t.badIndex)
    const now = (await homeCell(home)) === null ? 'file' : 'tpm'
    if (now === kind) context.out.line(t.unchanged)
    else if (kind === 'tpm') await sealHome(home, { index, tcti: options.text('tcti') ?? null })
    else await unsealHome(home)
    return tell(context, home)
  })

async function tell({ out, language }: Context, home: string): Promise<0> {
  const t = words[language]
  const place = await homeCell(home)
  out.line(place === null ? t.file : t.tpm(hex(place.index)))
  out.line(place === null ? t.fileLimits : t.tpmLimits)
  out.value({ cell: place === null ? 'file' : 'tpm', index: place && hex(place.index) })
  return 0
}

async function inHome(context: Context, work: (home: string) => Promise<0>): Promise<0> {
  const { home } = layout(context.dataDir)
  if (!(await isHomeFolder(home))) throw CliError.of('not_set_up', { path: context.dataDir })
  try {
    return await work(home)
  } catch (error) {
    throw explain(error, context.dataDir)
  }
}
