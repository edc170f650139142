import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogFiles } from './source.ts'

const GONE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR'])

/** A log that lies in a folder, as `hausrecht log export` writes it. */
export const folderFiles = (folder: string): LogFiles => ({
  name: folder,
  ahead: 4,
  async read(path) {
    try {
      // Not a Buffer: its `slice` would not copy.
      return new Uint8Array(await readFile(join(folder, path)))
    } catch (error) {
      if (error instanceof Error && 'code' in error && GONE.has(String(error.code))) return null
      throw error
    }
  },
})
