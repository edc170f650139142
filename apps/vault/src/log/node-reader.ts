import type { HashReader, StoredNode } from '@hausrecht/tlog/tree'
import { sql } from 'kysely'
import type { Database } from '../db/connect.ts'

/** Reads complete subtrees of a household's log from the database, in one query. */
export function nodeReader(db: Database, household: string): HashReader {
  return {
    async read(nodes) {
      if (nodes.length === 0) return []
      const rows = await db
        .selectFrom('log_node')
        .select(['level', 'index', 'hash'])
        .where('household', '=', household)
        .where(
          sql<boolean>`(level, index) in (select * from unnest(${nodes.map(n => n.level)}::smallint[], ${nodes.map(n => n.index)}::bigint[]))`,
        )
        .execute()
      const found = new Map(rows.map(row => [`${row.level}/${row.index}`, new Uint8Array(row.hash)]))
      return nodes.map(({ level, index }) => {
        const hash = found.get(`${level}/${index}`)
        if (!hash) throw new Error(`the log has no subtree ${level}/${index}`)
        return hash
      })
    },
  }
}

/** Inserts subtrees in one statement. */
export async function storeNodes(db: Database, household: string, nodes: readonly StoredNode[]): Promise<void> {
  if (nodes.length === 0) return
  await db
    .insertInto('log_node')
    .values(nodes.map(({ level, index, hash }) => ({ household, level, index, hash })))
    .execute()
}
