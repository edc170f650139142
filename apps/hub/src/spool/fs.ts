import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'

/** An open log file. The few calls the spool needs, so that tests can put a full or lying disk underneath. */
export type SpoolFile = {
  /** Writes at `position`; may write less than given, as writev(2) may. */
  writev(buffers: readonly Uint8Array[], position: number): Promise<number>
  /** fdatasync(2). */
  datasync(): Promise<void>
  truncate(length: number): Promise<void>
  /** Reads up to `buffer.length` bytes; fewer only at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>
  size(): Promise<number>
  close(): Promise<void>
}

export type SpoolFs = {
  prepare(dir: string): Promise<void>
  list(dir: string): Promise<readonly string[]>
  /** `create` fails if the file exists; `write` opens an existing one. */
  open(path: string, mode: 'create' | 'read' | 'write'): Promise<SpoolFile>
  remove(path: string): Promise<void>
  size(path: string): Promise<number>
  /** Writes a small file whole: temporary name, sync, rename. */
  replace(path: string, bytes: Uint8Array): Promise<void>
  /** Makes created and removed names durable (fsync of the folder). */
  syncDir(dir: string): Promise<void>
}

function wrap(handle: FileHandle): SpoolFile {
  return {
    writev: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
    datasync: () => handle.datasync(),
    truncate: length => handle.truncate(length),
    read: async (buffer, position) => {
      let done = 0
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    },
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  }
}

const FLAGS = { create: 'wx+', read: 'r', write: 'r+' } as const

export const diskFs: SpoolFs = {
  prepare: async dir => {
    await mkdir(dir, { recursive: true, mode: 0o700 })
  },
  list: dir => readdir(dir),
  open: async (path, mode) => wrap(await open(path, FLAGS[mode], 0o600)),
  remove: path => rm(path, { force: true }),
  size: async path => (await stat(path)).size,
  replace: async (path, bytes) => {
    const temporary = `${path}.tmp`
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  },
  syncDir: async dir => {
    const handle = await open(dir, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

/** True for errors that mean "no room", which pass by themselves when somebody makes room (ENOSPC, EDQUOT, EFBIG of a limit). */
export function isNoSpace(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
}
