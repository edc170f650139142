import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equal, utf8 } from '@hausrecht/crypto/bytes'
import { parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { parseNote } from '@hausrecht/tlog/note'
import { type BuiltTile, hashBundle, TileBuilder, tileRoot } from '@hausrecht/tlog/tile-builder'
import { formatTilePath, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { HASH_BYTES } from '@hausrecht/tlog/tree'
import { CHECKPOINT, POLICY } from './source.ts'

export type LogToExport = {
  /** The signed checkpoint up to which to export. */
  readonly note: string
  readonly policy: string
  /** An entry bundle (c2sp.org/tlog-tiles). */
  bundle(index: number, width: number): Promise<Uint8Array>
  readonly onProgress?: (done: number, size: number) => void
  readonly signal?: AbortSignal
}

/**
 * Writes a log into a folder by the names of c2sp.org/tlog-tiles, with its policy beside it. The hash tiles are computed: those of a log that
 * was verified cannot be others. The checkpoint comes last, so that half an export is none. False when the leaves are not those of the checkpoint.
 */
export async function exportLogTo(folder: string, log: LogToExport): Promise<boolean> {
  const { size, root } = parseCheckpoint(parseNote(log.note).text)
  const full: BuiltTile[] = []
  const builder = new TileBuilder(tile => full.push(tile))
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  const writeTiles = async (): Promise<void> => {
    for (const { hashes, ...tile } of full.splice(0)) await write(formatTilePath({ kind: 'tile', ...tile }), hashes)
  }
  await mkdir(folder, { recursive: true })
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    log.signal?.throwIfAborted()
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const bundle = await log.bundle(index, width)
    const { hashes } = hashBundle(bundle, width)
    if (width === TILE_WIDTH) builder.addTile(hashes, tileRoot(hashes))
    else for (let i = 0; i < width; i++) builder.add(hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
    await write(formatTilePath({ kind: 'entries', index, width }), bundle)
    await writeTiles()
    log.onProgress?.(index * TILE_WIDTH + width, size)
  }
  builder.finish()
  await writeTiles()
  if (!equal(builder.root, root)) return false
  await write(POLICY, utf8(log.policy))
  await write(CHECKPOINT, utf8(log.note))
  return true
}
