import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex, utf8 } from '@hausrecht/crypto/bytes'
import { Secret } from '@hausrecht/crypto/secret'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErasableCell } from '../cell/erasable-cell.ts'
import { KeyStore } from '../key-store.ts'
import { FolderStore } from './folder-store.ts'
import { SealedStore } from './sealed-store.ts'

/** A cell as a chip has it: it outlives every copy of the disk, and keeps no old value. */
class Chip implements ErasableCell {
  readonly kind = 'tpm'
  #value: Uint8Array | null = null
  writes = 0
  /** Thrown by the next `replace`: before the value is there, or after. */
  fault: 'before' | 'after' | null = null
  async read(): Promise<Secret | null> {
    return this.#value && Secret.from(this.#value.slice())
  }
  async replace(next: Secret): Promise<void> {
    const fault = this.fault
    this.fault = null
    if (fault === 'before') throw new Error('power cut')
    this.#value = next.use(bytes => bytes.slice())
    this.writes++
    if (fault === 'after') throw new Error('power cut')
  }
}

let folder = ''
let chip: Chip
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hausrecht-sealed-'))
  chip = new Chip()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const home = (): string => join(folder, 'home')
const open = async (dir = home(), cell: ErasableCell = chip): Promise<SealedStore> =>
  SealedStore.open(await FolderStore.open(dir), cell)
const text = async (store: SealedStore, name: string): Promise<string | null> => {
  const bytes = await store.read(name)
  return bytes === null ? null : new TextDecoder().decode(bytes)
}
const onDisk = (dir = home()): string =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file => readFileSync(join(file.parentPath, file.name), 'hex'))
    .join('|')

describe('secrets', () => {
  test('come back, for the next process too, and lie nowhere in the open', async () => {
    const store = await open()
    await store.writeSecret('keys/a', utf8('first'))
    await store.writeSecret('keys/a', utf8('second'))
    await store.write('device.json', utf8('plain'))
    const again = await open()
    expect([await text(again, 'keys/a'), await text(again, 'device.json')]).toEqual(['second', 'plain'])
    expect(await again.list('')).toEqual(['device.json', 'keys/a'])
    expect(onDisk()).not.toContain(toHex(utf8('second')))
    expect(onDisk()).toContain(toHex(utf8('plain')))
  })

  test('that are replaced or erased open on no copy of the folder from before', async () => {
    const store = await open()
    await store.writeSecret('keys/a', utf8('deleted later'))
    await store.writeSecret('keys/b', utf8('kept'))
    await cp(home(), join(folder, 'copy'), { recursive: true })
    expect(await text(await open(join(folder, 'copy')), 'keys/a')).toBe('deleted later')
    await cp(home(), join(folder, 'old'), { recursive: true })
    await store.erase('keys/a')
    await expect(open(join(folder, 'old'))).rejects.toMatchObject({ code: 'cell_mismatch' })
    expect([await text(store, 'keys/a'), await text(store, 'keys/b')]).toEqual([null, 'kept'])
  })

  test('do not open without their cell, and nothing is changed by trying', async () => {
    await (await open()).writeSecret('keys/a', utf8('kept'))
    const before = onDisk()
    await expect(open(home(), new Chip())).rejects.toMatchObject({ code: 'cell_mismatch' })
    expect(onDisk()).toBe(before)
    expect(await text(await open(), 'keys/a')).toBe('kept')
  })

  test('that lay in the open are taken in, and the open ones are gone', async () => {
    const plain = await FolderStore.open(home())
    await plain.writeSecret('keys/a', utf8('old'))
    await plain.write('device.json', utf8('plain'))
    const store = await open()
    expect(await text(store, 'keys/a')).toBe('old')
    expect(onDisk()).not.toContain(toHex(utf8('old')))
    await store.unseal()
    expect(new TextDecoder().decode((await plain.read('keys/a')) ?? undefined)).toBe('old')
    expect(readdirSync(join(home(), 'sealed'))).toEqual([])
  })
})

describe('a change', () => {
  test('of many values is one table and one value of the cell, or none', async () => {
    const store = await open()
    await store.writeSecret('keys/a', utf8('a'))
    const writes = chip.writes
    await store.atomic(async () => {
      await store.writeSecret('keys/b', utf8('b'))
      await store.writeSecret('keys/c', utf8('c'))
      await store.writeSecret('keys/c', utf8('c again'))
      await store.erase('keys/a')
      expect(await text(store, 'keys/c')).toBe('c again')
    })
    expect(chip.writes).toBe(writes + 1)
    const failed = store.atomic(async () => {
      await store.erase('keys/b')
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await store.list('keys/')).toEqual(['keys/b', 'keys/c'])
    expect(chip.writes).toBe(writes + 1)
    expect(readdirSync(join(home(), 'sealed'))).toHaveLength(3)
  })

  test.each(['before', 'after'] as const)('that a crash ends %s the cell has it is whole or not there', async when => {
    const store = await open()
    await store.writeSecret('keys/a', utf8('one'))
    chip.fault = when
    await expect(store.writeSecret('keys/a', utf8('two'))).rejects.toThrow('power cut')
    const again = await open()
    expect(await text(again, 'keys/a')).toBe(when === 'before' ? 'one' : 'two')
    expect(readdirSync(join(home(), 'sealed'))).toHaveLength(2)
    await again.writeSecret('keys/a', utf8('three'))
    expect(await text(await open(), 'keys/a')).toBe('three')
  })

  test('by another process is seen, and two at once lose nothing', async () => {
    const [one, other] = [await open(), await open()]
    await one.writeSecret('keys/a', utf8('a'))
    expect(await text(other, 'keys/a')).toBe('a')
    await Promise.all([
      ...[1, 2, 3].map(n => one.writeSecret(`keys/one${n}`, utf8(`${n}`))),
      ...[1, 2, 3].map(n => other.writeSecret(`keys/other${n}`, utf8(`${n}`))),
    ])
    expect(await (await open()).list('keys/')).toHaveLength(7)
  })
})

test('a key store in it punctures many days with one value of the cell', async () => {
  const store = await open()
  const keys = await KeyStore.open(store, () => [])
  const stream = 'aaaaaaaaaaaaaaaaaaaaaaaaaa' as Parameters<KeyStore['puncture']>[0]
  await keys.import({ stream, generation: 0 }, [{ depth: 0, prefix: 0, seed: new Uint8Array(32).fill(7) }])
  const writes = chip.writes
  const days = Array.from({ length: 20 }, (_, day) => ({
    lo: (20_000 + day) * 65_536 + 5,
    hi: (20_000 + day) * 65_536 + 9,
  }))
  await keys.puncture(stream, days)
  expect(chip.writes).toBe(writes + 1)
  const again = await KeyStore.open(await open(), () => [])
  expect(() => again.leafKey({ stream, generation: 0 }, days[3]?.lo ?? 0)).toThrow()
  expect(again.leafKey({ stream, generation: 0 }, (days[3]?.hi ?? 0) + 1).length).toBe(32)
})
