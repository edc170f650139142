import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { explainIo } from '../io-errors.ts'
import { lockedBy, takeLock } from './lock.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

describe('the lock of a data folder', () => {
  test('only one may hold it, and says who', () => {
    const path = join(folder, 'start.lock')
    const release = takeLock(path, folder)
    expect(lockedBy(path)).toBe(process.pid)
    expect(() => takeLock(path, folder)).toThrow(expect.objectContaining({ code: 'already_running' }))
    release()
    expect(existsSync(path)).toBe(false)
    takeLock(path, folder)()
  })

  test('one left behind by a killed process is taken over', () => {
    const path = join(folder, 'start.lock')
    writeFileSync(path, `${2 ** 22 + 1}-1`)
    expect(lockedBy(path)).toBeUndefined()
    takeLock(path, folder)()
  })
})

describe('what the file system says', () => {
  const failing = (code: string) => Object.assign(new Error(code), { code })
  test.each([
    ['EROFS', 'read_only'],
    ['EACCES', 'read_only'],
    ['ENOSPC', 'disk_full'],
    ['EIO', 'unexpected'],
  ])('%s is %s', (code, expected) => {
    expect(explainIo(failing(code), folder).code).toBe(expected)
  })
})
