import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClientError } from '@hausrecht/client/errors'
import { viewRoot } from '@hausrecht/client/log-view'
import { TlogError } from '@hausrecht/tlog/errors'
import { formatProofFile } from '@hausrecht/tlog/proof-file'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { decodeEntries, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { leafHash } from '@hausrecht/tlog/tree'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { number } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './verify-words.ts'

/** `hausrecht log proof LEAF FILE` */
export const proveLeaf: Handler = (context, [leafText = '', fileText = ''], options) =>
  atHome(context, async ({ device }) => {
    const { out, language } = context
    const { chain, vault } = device
    const { size, note } = chain.view
    const index = /^\d{1,15}$/.test(leafText) ? Number(leafText) : Number.NaN
    if (!(index < size)) throw CliError.of('no_such_leaf', { index: leafText, size })
    const file = resolve(fileText)
    if (existsSync(file) && !options.flag('overwrite')) throw CliError.of('output_exists', { path: fileText })
    const bundle = Math.floor(index / TILE_WIDTH)
    const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH)
    const leaf = decodeEntries(await vault.entryBundle(bundle, width))[index % TILE_WIDTH]
    if (leaf === undefined) throw new ClientError('log_mismatch', `leaf ${index}`)
    const proof = await vault.inclusionProof(index, size)
    try {
      verifyInclusion({ leafHash: leafHash(leaf), index, size, proof, root: viewRoot(chain.view) })
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      throw new ClientError('log_mismatch', `leaf ${index}`, { cause: error })
    }
    await writeFile(file, formatProofFile({ index, proof, checkpoint: note, extra: leaf }))
    out.line(out.style.yours(words[language].proofWritten(fileText, number(index, language))))
    out.value({ type: 'done', file, index, size })
    return 0
  })
