import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readGraph, wayTo } from './graph.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

const repository = (files: Record<string, string>): string => {
  const root = mkdtempSync(join(tmpdir(), 'graph-'))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

describe('reading the import graph', () => {
  test('follows every way one file can name another', () => {
    const root = repository({
      'apps/a/src/main.ts': [
        "import x from './one.ts'",
        "import type { T } from './two.ts'",
        "export { y } from './three.ts'",
        "export * from './four.ts'",
        "const z = await import('./five.ts')",
        "import { h } from '@h/b/deep/hash'",
        "import '#platform'",
        "import { readFile } from 'fs/promises'",
        "import { encode } from 'cborg/json'",
        "import gone from './gone.ts'",
      ].join('\n'),
      'apps/a/package.json': '{"imports":{"#platform":{"node":"./src/node.ts","default":"./src/browser.ts"}}}',
      'packages/b/package.json': '{"exports":{"./*":"./src/*.ts"}}',
      'packages/b/src/deep/hash.ts': '',
      ...Object.fromEntries(
        ['one', 'two', 'three', 'four', 'five', 'node', 'browser'].map(n => [`apps/a/src/${n}.ts`, '']),
      ),
    })
    const graph = readGraph(root, ['apps/a/src/main.ts'], new Map([['@h/b', 'packages/b']]))
    const targets = (graph.get('apps/a/src/main.ts') ?? []).map(({ kind, target }) => `${kind} ${target}`)
    expect(targets.sort()).toEqual([
      'file apps/a/src/browser.ts',
      'file apps/a/src/five.ts',
      'file apps/a/src/four.ts',
      'file apps/a/src/node.ts',
      'file apps/a/src/one.ts',
      'file apps/a/src/three.ts',
      'file apps/a/src/two.ts',
      'file packages/b/src/deep/hash.ts',
      'library cborg',
      'missing apps/a/src/gone.ts',
      'node node:fs/promises',
    ])
  })

  test('a package path that is not exported is missing', () => {
    const root = repository({ 'a.ts': "import '@h/b/x'", 'packages/b/package.json': '{"exports":{"./y":"./y.ts"}}' })
    const graph = readGraph(root, ['a.ts'], new Map([['@h/b', 'packages/b']]))
    expect(graph.get('a.ts')).toEqual([{ kind: 'missing', target: '@h/b/x', specifier: '@h/b/x' }])
  })

  test('the way found is the shortest', () => {
    const edge = (target: string) => ({ target, kind: 'file' as const, specifier: target })
    const graph = new Map([
      ['a', [edge('b'), edge('d')]],
      ['b', [edge('c')]],
      ['c', [edge('d')]],
      ['d', []],
    ])
    expect(wayTo(graph, ['a'], file => file === 'd')).toEqual(['a', 'd'])
    expect(wayTo(graph, ['a'], file => file === 'e')).toBeUndefined()
  })
})
