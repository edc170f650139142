import { requestAccess } from '@hausrecht/client/access'
import { sync } from '@hausrecht/client/device'
import { addCamera } from '@hausrecht/client/household'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, expect, test } from 'vitest'

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
