import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './repository.ts'

type Entry = { dependencies?: object; optionalDependencies?: object; link?: boolean; resolved?: string }
const lockOf = (folder: string): Record<string, Entry> =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package-lock.json'), 'utf8')).packages

/** Where Node would look for a library, from the folder of the one that wants it. */
const places = (from: string, name: string): readonly string[] => {
  const parts = from.split('/node_modules/')
  const nested = parts.map((_, index) => `${parts.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`)
  return [...nested, `node_modules/${name}`].map(path => path.replace(/^\//, ''))
}

// npm leaves out of the lock what the registry does not have at that moment, and then `npm ci` refuses the lock everywhere.
test.each(['.', 'tools/node-lts'])('the lock file in %s names everything that something in it asks for', folder => {
  const lock = lockOf(folder)
  const missing = Object.entries(lock).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter(name => !places(path, name).some(place => lock[place] !== undefined))
      .map(name => `${path} wants ${name}`),
  )
  expect(missing).toEqual([])
})
