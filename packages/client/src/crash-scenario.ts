/**
 * What a device does with its keys: takes trees in, punctures one in many ways, forgets the other. It is killed behind each of its
 * statements by crash.int.test.ts. Argument: the folder. Each line says what is certain from then on.
 */
import { writeSync } from 'node:fs'
import { CRASH_OTHER, CRASH_ROUNDS, CRASH_STREAM, CRASH_TREE, rootOf } from './crash-facts.ts'
import { KeyStore } from './key-store.ts'
import { FolderStore } from './node/folder-store.ts'

const [dir = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)
const keys = await KeyStore.open(await FolderStore.open(dir), () => [])
await keys.import(CRASH_TREE, rootOf(0))
await keys.import(CRASH_OTHER, rootOf(1))
say('imported')
for (const [round, ranges] of CRASH_ROUNDS.entries()) {
  await keys.puncture(CRASH_STREAM, ranges)
  say(`punctured ${round}`)
}
await keys.forget(CRASH_OTHER)
say('forgotten')
keys.close()
