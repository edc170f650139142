import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { StartError } from '../errors.ts'
import { migrate } from './migrations.ts'
import type { Tables } from './schema.ts'

export type Database = Kysely<Tables>

/** bigint columns hold safe integers only (sizes, times, indexes): read them as numbers, refuse anything else. */
function parseBig(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error('bigint out of range')
  return value
}

const types = {
  getTypeParser: (id: number, format?: string) =>
    id === pg.types.builtins.INT8 && format !== 'binary' ? parseBig : pg.types.getTypeParser(id, 'text'),
}

export type ConnectOptions = pg.PoolConfig

/** Connects, and waits for nothing: the server must be there. @throws StartError database */
export async function connect(options: ConnectOptions, onError: (error: Error) => void): Promise<Database> {
  const pool = new pg.Pool({ max: 8, connectionTimeoutMillis: 5000, statement_timeout: 30_000, ...options, types })
  // A lost idle connection must not end the process; the next query gets a new one.
  pool.on('error', onError)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db)
    return db
  } catch (error) {
    await db.destroy()
    if (error instanceof StartError) throw error
    throw new StartError(
      'database',
      `The database cannot be reached: ${error instanceof Error ? error.message : error}`,
    )
  }
}
