import { spawnSync } from 'node:child_process'
import { tempFolder } from './temp.ts'

export type SmallDisk = { readonly path: string; remove(): void }

/** A disk of so many bytes (tmpfs), or null when this user may not mount one. */
export function smallDisk(bytes: number): SmallDisk | null {
  if (process.getuid?.() !== 0) return null
  const folder = tempFolder('disk')
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder.path])
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.error ?? mounted.stderr}`)
  return {
    path: folder.path,
    remove: () => {
      const gone = spawnSync('umount', [folder.path])
      if (gone.status !== 0) throw new Error(`umount: ${gone.stderr}`)
      folder.remove()
    },
  }
}
