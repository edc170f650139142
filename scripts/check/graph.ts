import { existsSync, readFileSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One import of a file: `target` is a file of the repository, the name of a library, or `node:…`. */
export type Import = Readonly<{ target: string; kind: 'file' | 'library' | 'node' | 'missing'; specifier: string }>

/** Every file of the repository with what it imports, types included: what a reader has to know to understand it. */
export type Graph = ReadonlyMap<string, readonly Import[]>

const specifiersOf = (path: string, text: string): readonly string[] => {
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end))
  const literal = dynamic.flatMap(source => /^['"`]([^'"`$]+)['"`]$/.exec(source)?.[1] ?? [])
  const exported = module.staticExports.flatMap(({ entries }) => entries.flatMap(e => e.moduleRequest?.value ?? []))
  return [...new Set([...module.staticImports.map(i => i.moduleRequest.value), ...exported, ...literal])]
}

/** The condition-free part of package.json that says where `@hausrecht/x/…` and `#…` lead: all conditions are followed. */
const leaves = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves)
  return []
}

const mapped = (table: unknown, key: string): readonly string[] => {
  if (typeof table !== 'object' || table === null) return []
  for (const [pattern, value] of Object.entries(table)) {
    const [before = '', after] = pattern.split('*')
    if (after === undefined) {
      if (pattern === key) return leaves(value)
    } else if (key.startsWith(before) && key.endsWith(after)) {
      const star = key.slice(before.length, key.length - after.length)
      return leaves(value).map(path => path.replaceAll('*', star))
    }
  }
  return []
}

const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/')

type Reader = Readonly<{ exists(path: string): boolean; json(path: string): Record<string, unknown> }>

const onDisk = (root: string): Reader => ({
  exists: path => existsSync(join(root, path)) && statSync(join(root, path)).isFile(),
  json: path => (existsSync(join(root, path)) ? JSON.parse(readFileSync(join(root, path), 'utf8')) : {}),
})

const resolve = (
  file: string,
  specifier: string,
  reader: Reader,
  rooms: ReadonlyMap<string, string>,
): readonly Import[] => {
  const found = (paths: readonly string[]): readonly Import[] =>
    paths.length === 0
      ? [{ target: specifier, kind: 'missing', specifier }]
      : paths.map(path => ({ target: path, kind: reader.exists(path) ? 'file' : 'missing', specifier }))
  // What a bundler is asked for behind a question mark is still that file.
  if (specifier.startsWith('.')) return found([normalize(join(dirname(file), specifier.replace(/\?.*$/, '')))])
  if (specifier.startsWith('#')) {
    const room = roomOf(file)
    return found(
      mapped(reader.json(`${room}/package.json`).imports, specifier).map(path => normalize(join(room, path))),
    )
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return [{ target: specifier.startsWith('node:') ? specifier : `node:${specifier}`, kind: 'node', specifier }]
  }
  const [scope = '', name = ''] = specifier.split('/')
  const library = specifier.startsWith('@') ? `${scope}/${name}` : scope
  const room = rooms.get(library)
  if (room === undefined) return [{ target: library, kind: 'library', specifier }]
  const key = `.${specifier.slice(library.length)}`
  return found(mapped(reader.json(`${room}/package.json`).exports, key).map(path => normalize(join(room, path))))
}

/** Reads the import graph of the files (paths relative to `root`). `rooms` maps package names to folders. */
export function readGraph(root: string, files: readonly string[], rooms: ReadonlyMap<string, string>): Graph {
  const reader = onDisk(root)
  return new Map(
    files.map(file => {
      const specifiers = specifiersOf(file, readFileSync(join(root, file), 'utf8'))
      return [file, specifiers.flatMap(specifier => resolve(file, specifier, reader, rooms))]
    }),
  )
}

/** The shortest way from one of `from` to a file for which `isTarget` holds, or undefined when there is none. */
export function wayTo(
  graph: Graph,
  from: readonly string[],
  isTarget: (file: string) => boolean,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>(from.map(file => [file, undefined]))
  const queue = [...from]
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (isTarget(file)) {
      const way: string[] = []
      for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at)
      return way
    }
    for (const { target, kind } of graph.get(file) ?? []) {
      if (kind !== 'file' || cameFrom.has(target)) continue
      cameFrom.set(target, file)
      queue.push(target)
    }
  }
  return undefined
}
