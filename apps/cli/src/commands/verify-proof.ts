import { readFile } from 'node:fs/promises'
import { ChainError } from '@hausrecht/chain/errors'
import { decodeLogLeaf, type LogLeaf } from '@hausrecht/chain/log-leaf'
import { Chain } from '@hausrecht/client/chain'
import { trustOf } from '@hausrecht/client/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import type { OpenedCheckpoint } from '@hausrecht/tlog/checkpoint'
import { TlogError } from '@hausrecht/tlog/errors'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { openUnderPolicy, type Policy } from '@hausrecht/tlog/policy'
import { policyOf } from '@hausrecht/tlog/policy-file'
import { type ProofFile, parseProofFile } from '@hausrecht/tlog/proof-file'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { leafHash } from '@hausrecht/tlog/tree'
import { readPolicy } from '../audit/policy.ts'
import { deviceHere } from '../audit/trust.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { explain } from '../explain.ts'
import type { Handler } from '../handler.ts'
import { harmless } from '../terminal/width.ts'
import { moment, number } from '../time/format.ts'
import { words } from './verify-words.ts'

const readBytes = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(
    await readFile(path).catch(error => {
      throw CliError.of('unreadable', { path }, { cause: error })
    }),
  )

/** The keys of this device's household: its log, by the genesis that it checked, and the witnesses it asks for. */
export async function ownPolicy(context: Context): Promise<Policy | null> {
  const transport = httpTransport()
  try {
    const device = await deviceHere(context, transport)
    if (device === null) return null
    const { facts, store } = device.home
    const trust = trustOf(facts)
    const { known } = await Chain.open(facts.household, store, device.vault, trust)
    if (known === null) return null
    const log = noteKey(`${known.origin}/hh/${known.household}`, TYPE_ED25519, known.vaultKey)
    return { ...policyOf(trust), logs: [{ key: log, url: null }] }
  } finally {
    transport.close()
  }
}

/** What a leaf says, in a line. Null when it is nothing that this version knows. */
function sayLeaf(leaf: Uint8Array): { readonly type: string; readonly time: number; readonly by: string } | null {
  let read: LogLeaf
  try {
    read = decodeLogLeaf(leaf)
  } catch (error) {
    if (error instanceof ChainError) return null
    throw error
  }
  switch (read.kind) {
    case 'entry':
      return { type: read.entry.statement.type, time: read.entry.time, by: read.entry.actor }
    case 'access':
      return { type: read.kind, time: read.access.time, by: read.access.reader }
    case 'removal':
      return { type: read.kind, time: read.removal.time, by: 'vault' }
    default:
      return read satisfies never
  }
}

async function check(file: ProofFile, leaf: Uint8Array, policy: Policy): Promise<OpenedCheckpoint> {
  const opened = await openUnderPolicy(file.checkpoint, policy)
  const { size, root } = opened
  verifyInclusion({ leafHash: leafHash(leaf), index: file.index, proof: file.proof, size, root })
  return opened
}

/** `hausrecht verify proof FILE`: without any network; exit code 1 when it proves nothing. */
export const verifyProof: Handler = async (context, [path = ''], options) => {
  const { out, language, dataDir, clock, invocation } = context
  const t = words[language]
  try {
    const text = new TextDecoder().decode(await readBytes(path))
    const policyFile = options.text('policy')
    const entryFile = options.text('entry')
    const file = parseProofFile(text)
    const leaf = entryFile === undefined ? file.extra : await readBytes(entryFile)
    if (leaf === null) throw CliError.of('usage', { what: t.needsEntry, command: `${invocation} verify proof` })
    const origin = file.checkpoint.split('\n')[0] ?? ''
    const policy = policyFile === undefined ? await ownPolicy(context) : await readPolicy(policyFile)
    if (policy === null || policy.logs.length === 0) throw CliError.of('no_policy', { log: harmless(origin) })
    const { size, cosigned } = await check(file, leaf, policy)
    const said = sayLeaf(leaf)
    out.line(out.style.yours(t.proofHolds(number(file.index, language), harmless(origin), number(size, language))))
    out.line(said === null ? t.saysNothing : t.says(said.type, moment(said.time, clock.now(), language), said.by))
    if (cosigned.size > 0) out.line(t.cosignedBy(harmless([...cosigned.keys()].join(', '))))
    out.value({
      type: 'proof',
      ok: true,
      index: file.index,
      log: origin,
      size,
      cosigned: Object.fromEntries(cosigned),
      leaf: said,
    })
    return 0
  } catch (error) {
    if (!(error instanceof TlogError)) throw explain(error, dataDir)
    out.line(out.style.danger(t.proofFails(t.wrong[error.code])))
    out.value({ type: 'proof', ok: false, code: error.code })
    return 1
  }
}
