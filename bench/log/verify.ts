import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from '../../apps/cli/src/audit/audit.ts'
import { Outcome } from '../../apps/cli/src/audit/checks.ts'
import { exportLogTo } from '../../apps/cli/src/audit/export-log.ts'
import { folderFiles } from '../../apps/cli/src/audit/folder-files.ts'
import { judgesFor } from '../../apps/cli/src/audit/judge-pool.ts'
import { readTree } from '../../apps/cli/src/audit/read-tree.ts'
import { MadeLog } from '../../apps/cli/src/audit/test/made-log.ts'
import { verify } from '../../packages/crypto/src/signature.ts'
import { signCheckpoint } from '../../packages/tlog/src/checkpoint.ts'
import { policyOf } from '../../packages/tlog/src/policy-file.ts'
import { TileBuilder } from '../../packages/tlog/src/tile-builder.ts'
import { encodeEntries, formatTilePath, TILE_WIDTH } from '../../packages/tlog/src/tiles.ts'
import { leafHash } from '../../packages/tlog/src/tree.ts'
import { atMost, type Figures, interleaved, median, told } from '../lib.ts'

/**
 * An exported log, verified offline: first the tree alone (every leaf hashed to the root, hash tiles compared), paired with SHA-256 over
 * the same files, read the same way; then everything, signatures too, paired with the signatures alone.
 */
const ROUNDS = 5
const GOAL = 3
/** Signed accesses of which the log is made, over and over: the work on each is the same. */
const ACCESSES = 16_384
const SIGNATURES = 4096

export async function benchVerify(folder: string, size: number): Promise<Figures> {
  const made = await MadeLog.found()
  const head = made.leaves.length
  for (let i = 0; i < ACCESSES; i++) await made.access(i)
  const leaf = (index: number): Uint8Array =>
    made.leaves[index < head ? index : head + ((index - head) % ACCESSES)] ?? new Uint8Array(0)
  const builder = new TileBuilder()
  const hashes = made.leaves.map(leafHash)
  for (let i = 0; i < size; i++)
    builder.add(hashes[i < head ? i : head + ((i - head) % ACCESSES)] ?? new Uint8Array(32))
  const { root } = builder
  const widthOf = (index: number): number => Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
  const log = join(folder, 'log')
  process.stdout.write(`writing a log of ${size} leaves\n`)
  await exportLogTo(log, {
    note: await signCheckpoint({ origin: made.origin, size, root }, made.vault),
    policy: made.policy,
    bundle: async (index, width) =>
      encodeEntries(Array.from({ length: width }, (_, i) => leaf(index * TILE_WIDTH + i))),
  })
  const files = folderFiles(log)
  const bundles = Math.ceil(size / TILE_WIDTH)
  const judges = judgesFor(bundles)
  const seconds = async (work: () => Promise<void> | void): Promise<number> => {
    const began = performance.now()
    await work()
    return (performance.now() - began) / 1000
  }
  const tree = async (): Promise<void> => {
    const outcome = new Outcome()
    const signal = new AbortController().signal
    const rest = { keys: () => null, onBundle: async () => undefined }
    await readTree({ files, judges, size, root, seen: null, outcome, signal, ...rest })
    if (outcome.failed('leaves') || outcome.failed('tiles')) throw new Error('the tree does not fit')
  }
  const plain = (): void => {
    for (let index = 0; index < bundles; index++) {
      const path = formatTilePath({ kind: 'entries', index, width: widthOf(index) })
      createHash('sha256')
        .update(readFileSync(join(log, path)))
        .digest()
    }
  }
  try {
    plain()
    await tree()
    const times = await interleaved(ROUNDS, { tree: () => seconds(tree), plain: () => seconds(plain) })
    for (const [name, values] of Object.entries(times))
      process.stdout.write(`${name}: ${values.map(value => value.toFixed(2)).join(', ')} s\n`)
    const message = new Uint8Array(500)
    const signature = await made.founder.sign(message)
    const raw = await seconds(async () => {
      for (let i = 0; i < SIGNATURES; i++) await verify(made.founder.publicKey, message, signature)
    })
    let most = 0
    const whole = await seconds(async () => {
      const policy = policyOf({ witnesses: [], quorum: 0 })
      const onProgress = (): void => {
        most = Math.max(most, process.memoryUsage.rss())
      }
      const found = await audit({ files, judges, onProgress, trust: { policy, household: made.household, seen: null } })
      if (!found?.ok) throw new Error(JSON.stringify(found?.checks))
    })
    // Each access has two: the vault's and the reader's.
    const signatures = (2 * size * raw) / SIGNATURES
    process.stdout.write(`everything: ${whole.toFixed(1)} s, at most ${Math.round(most / 1e6)} MB of memory\n`)
    return {
      tree: atMost(median(times.tree), median(times.plain), GOAL, 's, against SHA-256 over the same files'),
      whole: told(whole, median(times.plain), 's with every signature, against SHA-256 over the same files'),
      signatures: told(whole, signatures, 's with every signature, against as many signatures on one core'),
      memory: told(most / 1e6, (size * 700) / 1e6, 'MB, against all leaves'),
    }
  } finally {
    await judges.close()
  }
}
