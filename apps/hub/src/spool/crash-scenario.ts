/**
 * What a hub does with its spool, in an order that touches all of it: append, hand out, wipe by a delete order, append again, stop. It is
 * killed at each of its steps by crash.int.test.ts. Argument: the folder. Each line says what is certain from then on.
 */
import { writeSync } from 'node:fs'
import { newObjectId, parseStreamId } from '@hausrecht/crypto/ids'
import { CRASH_SPOOL, crashBlob, isNamed } from './crash-facts.ts'
import { Spool } from './spool.ts'

const [dir = '', stream = ''] = process.argv.slice(2)
const spool = await Spool.open({ dir, ...CRASH_SPOOL })
const say = (line: string): void => void writeSync(1, `${line}\n`)
let sequence = spool.states.get(parseStreamId(stream), 1)?.nextSequence ?? 0
say(`start ${sequence}`)

async function append(count: number): Promise<void> {
  for (const end = sequence + count; sequence < end; sequence++) {
    const number = sequence
    const where = { stream: parseStreamId(stream), gen: 1, leaf: number + 1, objectId: newObjectId(), kind: 1 }
    const meta = { ...where, sequence: number, startMs: number * 2000, durationMs: 2000, lost: 0 }
    if ((await spool.append(meta, [crashBlob(number)])) === 'durable') say(`stored ${number}`)
  }
}

async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const entry = await spool.take()
    if (entry === null) return
    say(`sent ${entry.meta.sequence}`)
    spool.settle(entry.position)
  }
}

await append(12)
await send(5)
await spool.wipe(isNamed)
say('wiped')
await append(4)
await send(2)
await spool.close()
say('closed')
