import { mkdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { folderStore } from '../../apps/vault/src/blobs/folder.ts'
import { connect } from '../../apps/vault/src/db/connect.ts'
import { startEmbedded } from '../../apps/vault/src/db/embedded.ts'
import { Purge } from '../../apps/vault/src/purge/purge.ts'
import { newObjectId, newOrderId, newStreamId, parseHouseholdId } from '../../packages/crypto/src/ids.ts'
import { randomBytes } from '../../packages/crypto/src/random.ts'
import { atMost, type Figures, interleaved, median } from '../lib.ts'

const OBJECTS = 100_000
const BYTES = 4096
const ROUNDS = 3
const MOST_RATIO = 2
/** Files made, or unlinked by the peer, at once: more than the four threads that do it, so that none waits. */
const AT_ONCE = 256

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work))
}

/**
 * An order that names 100,000 objects, from its transaction to the last read-back, on the vault's own PostgreSQL and folder; and as many
 * files of the same size in the same folders, unlinked.
 */
export async function benchPurge(folder: string): Promise<Figures> {
  const postgres = await startEmbedded(join(folder, 'postgres'))
  const db = await connect(postgres.options, () => undefined)
  const blobs = await folderStore(join(folder, 'blobs'), 0)
  const household = parseHouseholdId(newStreamId())
  const stream = newStreamId()
  await sql`insert into household (id, created_at, log_size, frontier, checkpoint, entries, objects, bytes)
    values (${household}, 0, 0, ${new Uint8Array(0)}, '', 0, 0, 0)`.execute(db)
  const content = randomBytes(BYTES)
  const place = (object: string): string => join(folder, 'blobs', household, object.slice(0, 2))
  const make = async (): Promise<readonly string[]> => {
    const objects = Array.from({ length: OBJECTS }, () => newObjectId())
    await Promise.all([...new Set(objects.map(place))].map(dir => mkdir(dir, { recursive: true })))
    await inBatches(objects, object => writeFile(join(place(object), object), content))
    return objects
  }
  const purge = async (): Promise<number> => {
    const objects = await make()
    await sql`
      insert into object (household, object_id, stream, generation, leaf, kind, size, sha256, recorder, received_at)
      select ${household}, id, ${stream}, 0, place, 1, ${BYTES}::int, sha256(id::bytea), 'bench', 0
      from unnest(${objects}::text[]) with ordinality as made (id, place)`.execute(db)
    const began = performance.now()
    const worker = new Purge({ db, blobs, clock: Date, log: pino({ level: 'silent' }) })
    await worker.order(household, [{ stream, lo: 0, hi: OBJECTS }], { order: newOrderId() })
    worker.wake()
    await worker.done()
    const spent = performance.now() - began
    if (worker.counters.purged !== OBJECTS) throw new Error(`${worker.counters.purged} of ${OBJECTS} were purged`)
    await worker.close()
    return spent
  }
  const unlinkAll = async (): Promise<number> => {
    const objects = await make()
    const began = performance.now()
    await inBatches(objects, object => unlink(join(place(object), object)))
    return performance.now() - began
  }
  try {
    const times = await interleaved(ROUNDS, { purge, unlink: unlinkAll })
    const [ours, peer] = [median(times.purge) / 1000, median(times.unlink) / 1000]
    return { 'purge of 100,000 objects with read-back': atMost(ours, peer, MOST_RATIO, 's') }
  } finally {
    await db.destroy()
    await postgres.stop()
  }
}
