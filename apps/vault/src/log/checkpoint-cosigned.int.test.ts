import { requestAccess } from '@hausrecht/client/access'
import { sync } from '@hausrecht/client/device'
import { addCamera } from '@hausrecht/client/household'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold } from '@hausrecht/testkit/household'
import { parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { parseNote } from '@hausrecht/tlog/note'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COSIGNED_MOST_MS } from './sequencer.ts'

let house: TestHousehold
beforeAll(async () => {
  house = await TestHousehold.start()
})
afterAll(() => house.close())

test('whoever asks while others write gets a checkpoint with its cosignatures', async () => {
  const device = await house.found('hub')
  const { video } = await addCamera(device, { name: 'Hall', sound: false })
  const leaf = leafOf(house.clock.now())
  // Each access is a leaf; each sync demands a cosigned checkpoint.
  const work = Array.from({ length: 24 }, (_, i) => requestAccess(device, video, { lo: leaf, hi: leaf + i }))
  const syncs = Array.from({ length: 24 }, () => sync(device))
  expect(await Promise.all(work)).toHaveLength(24)
  expect(await Promise.all(syncs)).toHaveLength(24)
})

test('a log that does not grow is cosigned anew when its cosignatures grow old, and keeps them while the witness is away', async () => {
  const device = await house.found('quiet')
  await sync(device)
  const { size } = device.chain.view
  const seen = async (): Promise<number> => {
    await sync(device)
    return device.chain.witnessedAt ?? 0
  }
  const first = await seen()
  house.clock.turn(COSIGNED_MOST_MS / 2)
  expect(await seen()).toBe(first)
  house.clock.turn(COSIGNED_MOST_MS)
  const second = await seen()
  expect(second).toBeGreaterThanOrEqual(first + COSIGNED_MOST_MS)
  const note = await device.vault.checkpoint()
  expect(parseCheckpoint(parseNote(note).text).size).toBe(size)
  await house.witness.close()
  house.clock.turn(2 * COSIGNED_MOST_MS)
  expect(await seen()).toBe(second)
})
