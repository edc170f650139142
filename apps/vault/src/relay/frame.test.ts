import { expect, test } from 'vitest'
import { binaryFrame } from './frame.ts'

/** RFC 6455 §5.2 by hand; that browsers and `ws` read it too is seen by relay.int.test.ts. */
test.each([
  [0, [0x82, 0]],
  [125, [0x82, 125]],
  [126, [0x82, 126, 0, 126]],
  [65_535, [0x82, 126, 0xff, 0xff]],
  [65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('a message of %i bytes has its length in front', (length, head) => {
  const payload = new Uint8Array(length).map((_, i) => i)
  const frame = binaryFrame(payload)
  expect([...frame.subarray(0, head.length)]).toEqual(head)
  expect(Buffer.compare(frame.subarray(head.length), payload)).toBe(0)
})
