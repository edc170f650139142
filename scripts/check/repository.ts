import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Graph, readGraph } from './graph.ts'

/** The repository's own folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Files that belong to the repository (committed, or new and not ignored), as paths from its root. */
export function repositoryFiles(root = ROOT): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter(file => file !== '' && existsSync(join(root, file)))
}

/** Package name → folder, for every workspace. */
export function workspaces(root = ROOT): ReadonlyMap<string, string> {
  const manifests = repositoryFiles(root).filter(file => /^(packages|apps)\/[^/]+\/package\.json$/.test(file))
  return new Map(manifests.map(file => [JSON.parse(readFileSync(join(root, file), 'utf8')).name, dirname(file)]))
}

/** The import graph of everything in TypeScript. */
export function repositoryGraph(root = ROOT): Graph {
  const files = repositoryFiles(root).filter(file => /\.(ts|mts)$/.test(file) && !file.endsWith('.d.ts'))
  return readGraph(root, files, workspaces(root))
}
