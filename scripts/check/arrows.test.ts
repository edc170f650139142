import { describe, expect, test } from 'vitest'
import { CRYPTO_EXCEPTIONS, violations } from './arrows.ts'
import type { Graph, Import } from './graph.ts'
import { repositoryFiles, repositoryGraph, workspaces } from './repository.ts'

const file = (target: string): Import => ({ target, kind: 'file', specifier: target })
const outside = (target: string): Import => ({
  target,
  kind: target.startsWith('node:') ? 'node' : 'library',
  specifier: target,
})
const graph = (edges: Record<string, readonly Import[]>): Graph => {
  const targets = Object.values(edges)
    .flat()
    .filter(edge => edge.kind === 'file')
  return new Map([...targets.map(edge => [edge.target, []] as const), ...Object.entries(edges)])
}
const rules = (edges: Record<string, readonly Import[]>): readonly string[] =>
  violations(graph(edges)).map(({ rule }) => rule)

describe('the house rules on imports', () => {
  test('the repository keeps them', () => {
    expect(violations(repositoryGraph())).toEqual([])
  })

  test('every workspace is in the graph', () => {
    const graphed = [...repositoryGraph().keys()]
    for (const room of workspaces().values()) {
      expect(
        graphed.some(path => path.startsWith(`${room}/src/`)),
        room,
      ).toBe(true)
    }
  })

  test('exceptions for crypto libraries name files that exist', () => {
    const files = repositoryFiles()
    for (const path of Object.keys(CRYPTO_EXCEPTIONS)) expect(files).toContain(path)
  })
})

describe('a planted violation is found', () => {
  test('an arrow that points up', () => {
    expect(rules({ 'packages/tlog/src/a.ts': [file('packages/client/src/b.ts')] })).toContain('arrow')
    expect(rules({ 'packages/tlog/src/a.ts': [file('packages/crypto/src/hash.ts')] })).toEqual([])
  })

  test.each([
    'packages/keytree/src/tree.ts',
    'packages/client/src/open.ts',
    'packages/crypto/src/cobblestone.ts',
    'packages/crypto/src/packet.ts',
    'packages/crypto/src/gcm.ts',
    'packages/crypto/src/hpke.ts',
    'packages/media/src/segment/payload.ts',
  ])('the vault reaching %s through another room', opener => {
    const edges = {
      'apps/vault/src/main.ts': [file('packages/media/src/x.ts')],
      'packages/media/src/x.ts': [file(opener)],
    }
    expect(violations(graph(edges)).find(({ rule }) => rule === 'keyless')?.detail).toContain(
      `apps/vault/src/main.ts → packages/media/src/x.ts → ${opener}`,
    )
  })

  test.each(['@noble/hashes', '@hpke/core', 'cborg', 'node:crypto'])('%s outside packages/crypto', library => {
    expect(rules({ 'apps/hub/src/a.ts': [outside(library)] })).toEqual(['crypto'])
    expect(rules({ 'apps/hub/src/a.test.ts': [outside(library)] })).toEqual([])
    expect(rules({ 'packages/crypto/src/a.ts': [outside(library)] })).toEqual([])
  })

  test('product code that imports the test kit or a test', () => {
    expect(rules({ 'apps/hub/src/a.ts': [file('packages/testkit/src/until.ts')] })).toEqual(['arrow'])
    expect(rules({ 'apps/hub/src/a.ts': [file('apps/hub/src/b.test.ts')] })).toEqual(['test'])
    expect(rules({ 'apps/hub/src/a.test.ts': [file('packages/testkit/src/until.ts')] })).toEqual([])
  })

  test('a cycle, and an import that leads nowhere', () => {
    const [a, b] = ['apps/hub/src/a.ts', 'apps/hub/src/b.ts']
    expect(rules({ [a]: [file(b)], [b]: [file(a)] })).toEqual(['cycle'])
    expect(rules({ [a]: [{ target: './gone.ts', kind: 'missing', specifier: './gone.ts' }] })).toEqual(['missing'])
  })
})
