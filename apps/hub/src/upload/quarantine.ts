import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import type { SpoolEntry } from '../spool/reader.ts'
import { QUARANTINE_MAX } from './limits.ts'

/**
 * Keeps an object that the vault refuses for good, with what is known about it: `OBJECT.hhs` and `OBJECT.json`. The newest
 * `QUARANTINE_MAX` stay. It is still sealed; a delete order erases its key like any other.
 */
export async function quarantine(dir: string, entry: SpoolEntry, code: string, now: number): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const { objectId } = entry.meta
  const record = { ...entry.meta, code, refusedAtMs: now, sha256: toHex(sha256(entry.blob)) }
  await writeFile(join(dir, `${objectId}.hhs`), entry.blob, { mode: 0o600 })
  await writeFile(join(dir, `${objectId}.json`), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  const kept = await readdir(dir)
  if (kept.length <= QUARANTINE_MAX * 2) return
  const records = kept.filter(name => name.endsWith('.json')).map(name => name.slice(0, -5))
  for (const id of records.filter(id => id !== objectId).slice(0, records.length - QUARANTINE_MAX)) {
    await rm(join(dir, `${id}.hhs`), { force: true })
    await rm(join(dir, `${id}.json`), { force: true })
  }
}
