/**
 * A process that appends to a spool and says what is durable, to be killed by spool.int.test.ts.
 * Arguments: folder, first sequence number.
 */
import { writeSync } from 'node:fs'
import { newObjectId, parseStreamId } from '@hausrecht/crypto/ids'
import { Spool } from './spool.ts'

const [dir = '', stream = ''] = process.argv.slice(2)
const spool = await Spool.open({ dir, now: Date.now, commitDelayMs: 5, fileBytes: 300_000, maxBytes: 1e9 })
const state = spool.states.get(parseStreamId(stream), 1)
let sequence = state?.nextSequence ?? 0
let leaf = (state?.lastLeaf ?? 0) + 1
writeSync(1, `start ${sequence} ${leaf}\n`)
for (;;) {
  const size = (sequence * 7919) % 20_000
  const blob = new Uint8Array(size).fill(sequence)
  const meta = {
    stream: parseStreamId(stream),
    gen: 1,
    leaf,
    objectId: newObjectId(),
    kind: 1,
    sequence,
    startMs: sequence,
    durationMs: 1,
    lost: 0,
  }
  const number = sequence
  const durable = spool.append(meta, [blob]).then(() => writeSync(1, `durable ${number}\n`))
  if (sequence % 5 === 0) await durable
  sequence += 1
  leaf += 1
}
