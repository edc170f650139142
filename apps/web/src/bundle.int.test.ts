import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/** Compressed script that a first visit may load before the player, bytes. */
const FIRST_LOAD_MOST = 250_000

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly isEntry?: boolean }

let folder = ''
const read = (path: string): Buffer => readFileSync(join(folder, path))
const text = (path: string): string => read(path).toString('utf8')
const files = (): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' })
const scripts = (): readonly string[] => files().filter(path => path.endsWith('.js'))
const digest = (algorithm: string, path: string, encoding: 'hex' | 'base64'): string =>
  createHash(algorithm).update(read(path)).digest(encoding)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hausrecht-web-'))
  // Vitest says 'test', and React would come in its large form for developers.
  vi.stubEnv('NODE_ENV', 'production')
  const root = fileURLToPath(new URL('..', import.meta.url))
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, manifest: 'chunks.json' },
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the built app', () => {
  test('loads little script at first', () => {
    const chunks: Readonly<Record<string, Chunk>> = JSON.parse(text('chunks.json'))
    const entry = Object.keys(chunks).find(name => chunks[name]?.isEntry)
    const first = new Set<string>()
    const follow = (name: string): void => {
      const chunk = chunks[name]
      if (chunk === undefined || first.has(chunk.file)) return
      first.add(chunk.file)
      for (const next of chunk.imports ?? []) follow(next)
    }
    follow(entry ?? '')
    const worker = scripts().filter(path => /^assets\/worker-/.test(path))
    expect(worker).toHaveLength(1)
    const loaded = [...first, ...worker]
    expect(loaded.length).toBeGreaterThan(1)
    const compressed = loaded.map(path => read(`${path}.br`).length).reduce((a, b) => a + b, 0)
    expect(compressed).toBeLessThan(FIRST_LOAD_MOST)
  })

  test('has nothing of the made-up household in it', () => {
    expect(scripts().filter(path => /Jonas’ tablet|Kitchen laptop|Old phone/.test(text(path)))).toEqual([])
    expect(files().filter(path => path.endsWith('.mp4'))).toEqual([])
  })

  test('has no script or style in the page itself, and says what each file must be', () => {
    const page = text('index.html')
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon[a-z]+=/)
    const tags = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"[^>]*integrity="sha384-([^"]+)"/g)]
    expect(tags.length).toBeGreaterThan(1)
    for (const [, path = '', integrity] of tags) expect(integrity).toBe(digest('sha384', path, 'base64'))
    expect(page.match(/(?:src|href)="\/assets\//g)).toHaveLength(tags.length)
  })

  test('asks nobody else for anything', () => {
    expect(text('index.html')).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    for (const path of files().filter(path => path.endsWith('.css')))
      expect(text(path)).not.toMatch(/url\(["']?(?:https?:)?\/\//)
  })

  test('lists every file with its hash', () => {
    const release: { files: { path: string; sha256: string }[] } = JSON.parse(text('release.json'))
    expect(release.files.length).toBeGreaterThan(10)
    for (const { path, sha256 } of release.files) expect([path, sha256]).toEqual([path, digest('sha256', path, 'hex')])
    const listed = new Set(release.files.map(file => file.path))
    const own = scripts().filter(path => !listed.has(path))
    expect(own).toEqual([])
  })

  test('keeps only files of its own in the service worker, and they exist', () => {
    const list: readonly string[] = JSON.parse(/const FILES = (\[.*?\])/.exec(text('sw.js'))?.[1] ?? '[]')
    expect(list.length).toBeGreaterThan(5)
    expect(
      list.every(path => path.startsWith('/assets/') || ['/index.html', '/manifest.webmanifest'].includes(path)),
    ).toBe(true)
    for (const path of list) expect(read(path.slice(1)).length).toBeGreaterThan(0)
    expect(text('sw.js')).not.toContain('SHELL_NAME')
  })

  test('comes compressed, and is the same when opened', () => {
    const twins = files().filter(path => path.endsWith('.br'))
    expect(twins.length).toBeGreaterThan(5)
    for (const twin of twins) expect(brotliDecompressSync(read(twin)).equals(read(twin.slice(0, -3)))).toBe(true)
  })
})
