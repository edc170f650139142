import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type TempFolder = { readonly path: string; remove(): void }

/** A new folder under the system's temporary one; `remove` takes it away with everything in it. */
export function tempFolder(name = 'test'): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `hausrecht-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
