import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeDurable } from './durable.ts'
import { FolderStore } from './folder-store.ts'
import { lockOwner, takeLock, tryLock, waitForLock } from './lock.ts'
import { ownName } from './process.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values)

describe('a folder store', () => {
  test('keeps values, lists them by prefix, and forgets them', async () => {
    const store = await FolderStore.open(folder)
    await store.write('chain/view', bytes(1))
    await store.writeSecret('keys/a.0', bytes(2))
    await store.writeSecret('keys/a.0', bytes(3))
    expect(await store.read('chain/view')).toEqual(bytes(1))
    expect(await store.read('keys/a.0')).toEqual(bytes(3))
    expect(await store.read('keys/b.0')).toBeNull()
    expect(await store.list('keys/')).toEqual(['keys/a.0'])
    expect(await store.list('')).toEqual(['chain/view', 'keys/a.0'])
    await store.erase('keys/a.0')
    await store.erase('keys/a.0')
    expect(await store.list('keys/')).toEqual([])
  })

  test('is readable by its owner only', async () => {
    const store = await FolderStore.open(join(folder, 'home'))
    await store.writeSecret('keys/a.0', bytes(1))
    const mode = async (path: string): Promise<number> => (await stat(join(folder, 'home', path))).mode & 0o777
    expect(await mode('.')).toBe(0o700)
    expect(await mode('keys')).toBe(0o700)
    expect(await mode('keys/a.0.~1')).toBe(0o600)
  })

  test('a secret that was replaced is overwritten where it lay', async () => {
    const store = await FolderStore.open(folder)
    await store.writeSecret('keys/a.0', bytes(7, 7, 7, 7))
    // An open file shows what happens to the bytes after the name is gone.
    const old = await open(join(folder, 'keys/a.0.~1'), 'r')
    await store.writeSecret('keys/a.0', bytes(8))
    expect(new Uint8Array(await old.readFile())).toEqual(bytes(0, 0, 0, 0))
    await old.close()
    expect(await readdir(join(folder, 'keys'))).toEqual(['a.0.~2'])
  })

  test('names that lead out of the folder are refused', async () => {
    const store = await FolderStore.open(folder)
    for (const name of ['../a', '/a', 'a/../b', '', 'a//b', 'A', 'a\0', '.a', 'a/'])
      await expect(store.write(name, bytes(1))).rejects.toMatchObject({ code: 'bad_argument' })
  })

  test('what a crash left is erased at the next opening: older secrets and files of dead processes, nothing else', async () => {
    const store = await FolderStore.open(folder)
    await store.writeSecret('keys/a.0', bytes(1))
    await writeFile(join(folder, 'keys/a.0.~2'), bytes(2))
    const dead = `keys/a.0.~3.999999999-1.${'ab'.repeat(8)}.tmp`
    const alive = `keys/a.0.~3.${ownName}.${'cd'.repeat(8)}.tmp`
    for (const name of [dead, alive]) await writeFile(join(folder, name), bytes(3))
    await writeFile(join(folder, 'cameras.json'), '{}')
    const again = await FolderStore.open(folder)
    expect(await again.read('keys/a.0')).toEqual(bytes(2))
    expect((await readdir(join(folder, 'keys'))).sort()).toEqual(['a.0.~2', alive.slice(5)].sort())
    expect(await readFile(join(folder, 'cameras.json'), 'utf8')).toBe('{}')
  })

  test('a write that fails leaves the old value and no rubbish', async () => {
    await writeDurable(join(folder, 'a'), bytes(1))
    await expect(writeDurable(join(folder, 'missing/a'), bytes(2))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(folder)).toEqual(['a'])
  })

  test('two stores on one folder take turns', async () => {
    const [one, two] = [await FolderStore.open(folder), await FolderStore.open(folder)]
    const count = async (store: FolderStore): Promise<void> => {
      for (let i = 0; i < 20; i++)
        await store.exclusive('count', async () => {
          const value = (await store.read('count'))?.[0] ?? 0
          await store.write('count', bytes(value + 1))
        })
    }
    await Promise.all([count(one), count(two)])
    expect(await one.read('count')).toEqual(bytes(40))
  })
})

describe('a lock', () => {
  const holder = (path: string) => `
    const { takeLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)})
    takeLock(${JSON.stringify(path)})
    console.log('taken')
    setInterval(() => {}, 1000)
  `

  test('is held by one process, and taken over by exactly one when that was killed', async () => {
    const path = join(folder, 'hub.lock')
    const child = spawn(process.execPath, ['--input-type=module', '-e', holder(path)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(lockOwner(path)).toBe(child.pid)
    expect(() => takeLock(path)).toThrow(
      expect.objectContaining({ code: 'home_locked', detail: `process ${child.pid}` }),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(lockOwner(path)).toBeNull()
    const taken = [tryLock(path), tryLock(path), tryLock(path)].filter(release => release !== null)
    expect(taken).toHaveLength(1)
    expect(lockOwner(path)).toBe(process.pid)
    taken[0]?.()
    expect(await readdir(folder)).toEqual([])
  })

  test('of a pid that was given to another process is nobody’s', async () => {
    const path = join(folder, 'a')
    await writeFile(path, `${process.pid}-1`)
    expect(lockOwner(path)).toBeNull()
    takeLock(path)()
  })

  test('that stays taken is given up on, with the holder named', async () => {
    const path = join(folder, 'a')
    const release = takeLock(path)
    await expect(waitForLock(path, 30)).rejects.toMatchObject({ code: 'home_locked', detail: `process ${process.pid}` })
    release()
    ;(await waitForLock(path, 30))()
  })
})
