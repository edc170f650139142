import { type Frontier, frontierNodes, type HashReader, type NodeId, type StoredNode } from '@hausrecht/tlog/tree'
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

const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`

/**
 * A reader that has in memory what a round of the log needs: the frontier before it, and every subtree that the round made. Proofs of the
 * new leaves are made of these alone: a left sibling on a new leaf's path either holds a new leaf or is a tree of the old frontier. So is
 * the proof to a witness that cosigned the round before. Whatever else is asked for comes from the other reader.
 */
export function roundReader(
  before: { readonly size: number; readonly frontier: Frontier },
  added: readonly StoredNode[],
  otherwise: HashReader,
): HashReader {
  const known = new Map(added.map(node => [nameOf(node), node.hash]))
  for (const [at, node] of frontierNodes(before.size).entries()) {
    const hash = before.frontier[at]
    if (hash) known.set(nameOf(node), hash)
  }
  return {
    async read(nodes) {
      const found = nodes.flatMap(node => known.get(nameOf(node)) ?? [])
      return found.length === nodes.length ? found : otherwise.read(nodes)
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
