import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isBuilt, newest } from './app.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder('app')
})
afterEach(() => folder.remove())

const write = (name: string, seconds: number): string => {
  const path = join(folder.path, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, name)
  utimesSync(path, seconds, seconds)
  return path
}

test('the newest file below a folder counts, but not what was installed', () => {
  write('src/a.ts', 100)
  write('src/deep/b.ts', 300)
  write('src/node_modules/c.ts', 900)
  expect(newest(join(folder.path, 'src'))).toBe(300_000)
  expect(newest(join(folder.path, 'nothing'))).toBe(0)
})

test('it is built when it is there and nothing is newer', () => {
  const source = write('src/a.ts', 100)
  const built = join(folder.path, 'release.json')
  expect(isBuilt(built, [source])).toBe(false)
  write('release.json', 200)
  expect(isBuilt(built, [source])).toBe(true)
  write('src/a.ts', 300)
  expect(isBuilt(built, [source])).toBe(false)
})
