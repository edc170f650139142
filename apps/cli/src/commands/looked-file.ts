import { type FileHandle, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { csvHead, csvRows, type LookedRow } from '@hausrecht/client/looked/table'
import { CliError } from '../errors.ts'
import { explainIo } from '../io-errors.ts'

/** Names of the household are in it: for its owner only. */
const MODE = 0o600

/** A CSV file that is written row by row, so that a log of any length fits into memory. @throws CliError output_exists, read_only, disk_full */
export async function csvFile(name: string, overwrite: boolean) {
  const path = resolve(name)
  const handle = await open(path, overwrite ? 'w' : 'wx', MODE).catch((error: unknown): FileHandle => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw CliError.of('output_exists', { path: name }, { cause: error })
    throw explainIo(error, path)
  })
  const write = async (text: string): Promise<void> => {
    await handle.writeFile(text).catch((error: unknown) => {
      throw explainIo(error, path)
    })
  }
  await write(csvHead())
  return {
    path,
    add: (rows: readonly LookedRow[]): Promise<void> => write(csvRows(rows)),
    end: (): Promise<void> => handle.close(),
    /** Half a list would look like a whole one. */
    async discard(): Promise<void> {
      await handle.close()
      await rm(path, { force: true })
    },
  }
}
