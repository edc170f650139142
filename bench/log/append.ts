import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { connect, type Database } from '../../apps/vault/src/db/connect.ts'
import { startEmbedded } from '../../apps/vault/src/db/embedded.ts'
import { nodeReader, storeNodes } from '../../apps/vault/src/log/node-reader.ts'
import { BATCH_MAX, Sequencer } from '../../apps/vault/src/log/sequencer.ts'
import { Witnesses } from '../../apps/vault/src/log/witnesses.ts'
import { spawnWitness } from '../../apps/witness/src/test/process.ts'
import { concat, toBase64, utf8 } from '../../packages/crypto/src/bytes.ts'
import { type HouseholdId, householdIdOf } from '../../packages/crypto/src/ids.ts'
import { randomBytes } from '../../packages/crypto/src/random.ts'
import { generateSigningKey } from '../../packages/crypto/src/signature.ts'
import { formatProofFile } from '../../packages/tlog/src/proof-file.ts'
import { consistencyProof, inclusionProof } from '../../packages/tlog/src/proofs.ts'
import { appendLeaves, type Frontier, leafHash } from '../../packages/tlog/src/tree.ts'
import { above, below, type Figures, interleaved, median, told } from '../lib.ts'

/**
 * Leaves into the vault's sequencer on its embedded PostgreSQL, with a witness in a process of its own: each is acknowledged when it is
 * durable, in a signed and cosigned checkpoint, with its proof. Paired with a loop that appends the same bytes to a file, with one
 * fsync for as many leaves as share a round.
 */
const LEAVES = 2560
/** An access entry of a household. */
const LEAF_BYTES = 700
const WAITING = 2 * BATCH_MAX
const ROUNDS = 7
const GOAL_PER_SECOND = 3000
const GOAL_P99_MS = 1000
const ORIGIN = 'bench.test'
const FILL = 4096

async function fill(db: Database, household: HouseholdId, size: number): Promise<Frontier> {
  let frontier: Frontier = []
  for (let at = 0; at < size; at += FILL) {
    const leaves = Array.from({ length: Math.min(FILL, size - at) }, (_, i) => utf8(`leaf ${at + i}`))
    const grown = appendLeaves(at, frontier, leaves.map(leafHash))
    frontier = grown.frontier
    await sql`insert into log_leaf (household, index, data)
      select ${household}, ${at}::bigint + row - 1, data from unnest(${leaves}::bytea[]) with ordinality as leaf(data, row)`.execute(
      db,
    )
    await storeNodes(db, household, grown.newNodes)
  }
  await sql`update household set log_size = ${size}, frontier = ${concat(...frontier)} where id = ${household}`.execute(
    db,
  )
  await sql`vacuum analyze log_node`.execute(db)
  return frontier
}

export async function benchAppend(folder: string, size: number): Promise<Figures> {
  const { key } = await generateSigningKey()
  const household = householdIdOf(key.publicKey, new Uint8Array(32))
  const postgres = await startEmbedded(join(folder, 'postgres'))
  const witness = await spawnWitness([
    ...['--dir', join(folder, 'witness'), '--name', 'witness.bench/w1'],
    ...['--log', `${ORIGIN}=${toBase64(key.publicKey)}`],
  ])
  const db = await connect(postgres.options, error => process.stderr.write(`${error}\n`))
  try {
    const row = { created_at: 0, log_size: 0, checkpoint: '', entries: 0, objects: 0, bytes: 0 }
    await db
      .insertInto('household')
      .values({ ...row, id: household, frontier: new Uint8Array(0) })
      .execute()
    process.stdout.write(`filling a log with ${size} leaves\n`)
    await fill(db, household, size)
    const witnesses = new Witnesses([{ url: witness.url, vkey: witness.vkey }], Date, pino({ level: 'silent' }))
    const sequencer = new Sequencer({ db, key, origin: ORIGIN, witnesses, clock: Date })
    const latencies: number[] = []
    let note = ''
    /** As many wait as two rounds hold: somebody always does. */
    const append = async (leaves: readonly Uint8Array[]): Promise<void> => {
      const work = [...leaves]
      const one = async (): Promise<void> => {
        for (let leaf = work.pop(); leaf; leaf = work.pop()) {
          const bytes = leaf
          const began = performance.now()
          note = (await sequencer.append(household, async () => ({ leaf: bytes }))).checkpoint
          latencies.push(performance.now() - began)
        }
      }
      await Promise.all(Array.from({ length: WAITING }, one))
    }
    const file = openSync(join(folder, 'plain'), 'a')
    const plain = (leaves: readonly Uint8Array[]): void => {
      for (let at = 0; at < leaves.length; at += BATCH_MAX) {
        writeSync(file, concat(...leaves.slice(at, at + BATCH_MAX)))
        fsyncSync(file)
      }
    }
    const make = (): Uint8Array[] => Array.from({ length: LEAVES }, () => randomBytes(LEAF_BYTES))
    let leaves = make()
    let asked = 0
    const next = (): readonly Uint8Array[] => {
      if (asked++ % 2 === 0) leaves = make()
      return leaves
    }
    const timed = async (work: (leaves: readonly Uint8Array[]) => Promise<void> | void): Promise<number> => {
      const batch = next()
      const began = performance.now()
      await work(batch)
      return (1000 * LEAVES) / (performance.now() - began)
    }
    await append(make())
    latencies.length = 0
    const speeds = await interleaved(ROUNDS, { ours: () => timed(append), plain: () => timed(plain) })
    closeSync(file)
    for (const [name, values] of Object.entries(speeds))
      process.stdout.write(`${name}: ${values.map(value => Math.round(value)).join(', ')} leaves/s\n`)
    const sorted = [...latencies].sort((a, b) => a - b)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    const end = size + (ROUNDS + 1) * LEAVES
    const reader = nodeReader(db, household)
    const proof = await inclusionProof(Math.floor(end / 2), end, reader)
    const consistency = await consistencyProof(Math.floor(end / 3), end, reader)
    const proofFile = formatProofFile({ index: 1, proof, checkpoint: note, extra: new Uint8Array(LEAF_BYTES) })
    return {
      appends: above(
        median(speeds.ours),
        median(speeds.plain),
        GOAL_PER_SECOND,
        'leaves/s, against appending the same bytes to a file with one fsync for 256',
      ),
      integration: below(p99, median(latencies), GOAL_P99_MS, 'ms from append to checkpoint, p99, against the median'),
      proof: told(
        proof.length * 32,
        consistency.length * 32,
        'bytes of an inclusion proof, against a consistency proof',
      ),
      proofFile: told(proofFile.length, LEAF_BYTES, 'bytes of a proof file that holds its leaf, against the leaf'),
    }
  } finally {
    await db.destroy()
    await witness.end('SIGTERM')
    await postgres.stop()
  }
}
