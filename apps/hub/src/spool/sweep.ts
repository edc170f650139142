import type { Cursor } from './cursor.ts'
import { type LogFile, objectsOf } from './files.ts'
import type { SpoolFile, SpoolFs } from './fs.ts'
import { HEAD_BYTES, type ObjectMeta, STATE_BLANK, STATE_OFFSET, STATE_WIPING } from './record.ts'

/** What is lost when `file` goes: objects not settled, not wiped, and not already in the uploader's hands. */
export async function dropFile(
  file: LogFile,
  fs: SpoolFs,
  taken: number,
  cursor: Cursor,
): Promise<readonly ObjectMeta[]> {
  const lost: ObjectMeta[] = []
  await objectsOf(file, fs, ({ position, wiped, meta }) => {
    if (!wiped && position > taken && !cursor.has(position)) lost.push(meta)
  })
  return lost
}

const WIPE_PIECE = new Uint8Array(1024 * 1024)

/**
 * Overwrites matching objects with zeroes. The state byte is durable first, so that a crash in between never leaves
 * zeroes that look like damage, and says when all of it is done, so that the next wipe ends what a crash interrupted. Returns how many were new. Flash may keep old copies of a block; the key is gone all the same (SECURITY.md).
 */
export async function wipeFile(file: LogFile, fs: SpoolFs, matches: (meta: ObjectMeta) => boolean): Promise<number> {
  const found: { at: number; wiped: boolean; blobLength: number }[] = []
  await objectsOf(file, fs, ({ at, blank, wiped, blobLength, meta }) => {
    if (!blank && matches(meta)) found.push({ at, wiped, blobLength })
  })
  if (found.length === 0) return 0
  const handle = await fs.open(file.path, 'write')
  try {
    await mark(handle, found, STATE_WIPING)
    for (const { at, blobLength } of found) {
      for (let done = 0; done < blobLength; ) {
        const piece = WIPE_PIECE.subarray(0, Math.min(WIPE_PIECE.length, blobLength - done))
        done += await handle.writev([piece], at + HEAD_BYTES + done)
      }
    }
    await handle.datasync()
    await mark(handle, found, STATE_BLANK)
  } finally {
    await handle.close()
  }
  return found.filter(({ wiped }) => !wiped).length
}

async function mark(handle: SpoolFile, found: readonly { readonly at: number }[], state: number): Promise<void> {
  for (const { at } of found) await handle.writev([Uint8Array.of(state)], at + STATE_OFFSET)
  await handle.datasync()
}
