/**
 * What a device whose keys lie behind a cell does with them. It is killed behind each statement of the sealed store by
 * sealed-crash.int.test.ts. Arguments: the folder, and the file that stands for the chip. Each line says what is certain from then on.
 */
import { writeSync } from 'node:fs'
import { CRASH_OTHER, CRASH_ROUNDS, CRASH_STREAM, CRASH_TREE, rootOf } from '../crash-facts.ts'
import { KeyStore } from '../key-store.ts'
import { FolderStore } from './folder-store.ts'
import { SealedStore } from './sealed-store.ts'
import { FileChip } from './test/file-chip.ts'

const [dir = '', chip = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)
const open = async (): Promise<KeyStore> =>
  KeyStore.open(await SealedStore.open(await FolderStore.open(dir), new FileChip(chip)), () => [])
// Some of it lies in the open first, as before there was a cell.
const before = await KeyStore.open(await FolderStore.open(dir), () => [])
await before.import(CRASH_TREE, rootOf(0))
before.close()
say('begun')
const keys = await open()
say('sealed')
await keys.import(CRASH_OTHER, rootOf(1))
say('imported')
for (const [round, ranges] of CRASH_ROUNDS.entries()) {
  await keys.puncture(CRASH_STREAM, ranges)
  say(`punctured ${round}`)
}
await keys.forget(CRASH_OTHER)
say('forgotten')
keys.close()
await (await SealedStore.open(await FolderStore.open(dir), new FileChip(chip))).unseal()
say('in the open')
