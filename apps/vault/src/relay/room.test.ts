import { leafAt } from '@hausrecht/chain/leaf'
import { addDevice, addStream, build, camera, founder, me, phone, phoneId } from '@hausrecht/chain/test/household'
import { LIMITS } from '@hausrecht/contract/limits'
import { encodeLive } from '@hausrecht/contract/relay'
import { toHex } from '@hausrecht/crypto/bytes'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { livePart } from '@hausrecht/testkit/relay-line'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Connection } from './connection.ts'
import { relayCounters } from './counters.ts'
import { Room } from './room.ts'

/** A line of which a test says how much waits. */
class Socket {
  bufferedAmount = 0
  readonly OPEN = 1
  readyState = 1 as const
  readonly texts: { readonly type: string; readonly [key: string]: unknown }[] = []
  readonly parts: Uint8Array[] = []
  closed: number | null = null
  send(data: unknown): void {
    this.texts.push(JSON.parse(String(data)))
  }
  /** Frames of 126 bytes to 64 KiB, and longer ones. */
  write(frame: Uint8Array): boolean {
    this.parts.push(frame.subarray(frame[1] === 126 ? 4 : 10))
    return true
  }
  close(code?: number): void {
    this.closed = code ?? 0
  }
  terminate(): void {}
  types(): string[] {
    return this.texts.map(({ type }) => type)
  }
}

const state = await build(
  [founder, addStream(camera)],
  [founder, { type: 'generation', stream: camera, generation: 0, fromLeaf: 0, reason: 'first' }],
  [founder, addDevice(phone, ['session'])],
)
const house = { household: state.household, camera, founder }
const NOW = 1_790_000_000_000
const LEAF = leafAt(NOW)

function setting() {
  let now = NOW
  const counters = relayCounters()
  const room = new Room(state, counters, () => now)
  const join = (device: DeviceId) => {
    const socket = new Socket()
    const connection = new Connection(device, socket, socket)
    room.join(connection)
    return { socket, connection }
  }
  const access = (more: object = {}) => ({
    ...{ household: state.household, device: phoneId, stream: camera, lo: LEAF - 5, hi: LEAF + 300 },
    ...{ expires: NOW + 600_000, ...more },
  })
  const turn = (ms: number): void => {
    now += ms
  }
  return { room, counters, join, access, turn }
}

const part = (startsWithKey: boolean, leaf = LEAF, size = 10): Uint8Array =>
  encodeLive({ startsWithKey, object: livePart(house, leaf, { size }) })
/** Made once: sealing is not what is tested. */
const pool = Array.from({ length: 40 }, (_, i) => [part(false, LEAF + i), part(true, LEAF + i)] as const)

describe('live parts', () => {
  test('whatever a watcher misses, what it gets can be decoded: a part comes only after the one before it, or begins anew', () => {
    const steps = fc.array(
      fc.record({ key: fc.boolean(), waiting: fc.oneof(fc.constant(0), fc.nat(LIMITS.relayBufferBytes * 2)) }),
      { minLength: 1, maxLength: pool.length },
    )
    fc.assert(
      fc.property(steps, fc.nat(10), (all, joinsAt) => {
        const { room, join, access } = setting()
        const [hub, fast, viewer] = [join(me), join(phoneId), join(phoneId)]
        room.watch(fast.connection, camera, access())
        const sent: { readonly key: boolean; readonly bytes: Uint8Array }[] = []
        all.forEach(({ key, waiting }, at) => {
          if (at === joinsAt) room.watch(viewer.connection, camera, access())
          viewer.socket.bufferedAmount = waiting
          const bytes = pool[at]?.[key ? 1 : 0] ?? expect.fail()
          sent.push({ key, bytes })
          expect(room.live(hub.connection, bytes)).toBe(true)
        })
        const first = sent.findIndex(({ key }) => key)
        expect(fast.socket.parts.map(toHex)).toEqual(
          first < 0 ? [] : sent.slice(first).map(({ bytes }) => toHex(bytes)),
        )
        const places = viewer.socket.parts.map(bytes => sent.findIndex(one => Buffer.compare(one.bytes, bytes) === 0))
        places.forEach((place, at) => {
          expect(sent[place]?.key === true || places[at - 1] === place - 1).toBe(true)
          expect(place).toBeGreaterThan(places[at - 1] ?? -1)
        })
      }),
    )
  })

  test('a group of pictures that grows too long is not kept for who comes later', () => {
    const { room, join, access } = setting()
    const [hub, first, second, third] = [join(me), join(phoneId), join(phoneId), join(phoneId)]
    room.watch(first.connection, camera, access())
    const large = part(true, LEAF, 400_000)
    const more = part(false, LEAF, 400_000)
    room.live(hub.connection, large)
    room.watch(second.connection, camera, access())
    expect(second.socket.parts.length).toBe(1)
    const count = Math.ceil(LIMITS.relayGroupBytes / large.length)
    for (let i = 0; i < count; i++) room.live(hub.connection, more)
    room.watch(third.connection, camera, access())
    expect(third.socket.parts.length).toBe(0)
    expect(first.socket.parts.length).toBe(count + 1)
    room.live(hub.connection, part(true))
    expect(third.socket.parts.length).toBe(1)
  })

  test('what was shown before the recorder left is not shown to who comes after', () => {
    const { room, join, access } = setting()
    const [hub, first, second] = [join(me), join(phoneId), join(phoneId)]
    room.watch(first.connection, camera, access())
    room.live(hub.connection, part(true))
    room.leave(hub.connection)
    room.watch(second.connection, camera, access())
    expect(second.socket.parts).toEqual([])
  })

  test('of leaves before the access are not shown, also when they are kept', () => {
    const { room, join, access } = setting()
    const [hub, first, second] = [join(me), join(phoneId), join(phoneId)]
    room.watch(first.connection, camera, access())
    room.live(hub.connection, part(true, LEAF - 3))
    room.live(hub.connection, part(false, LEAF))
    room.watch(second.connection, camera, access({ lo: LEAF }))
    expect([first.socket.parts.length, second.socket.parts.length]).toEqual([2, 0])
  })
})

describe('a beat', () => {
  test('is heard by all, and ends what has run out', () => {
    const { room, join, access, turn } = setting()
    const [hub, viewer] = [join(me), join(phoneId)]
    room.watch(viewer.connection, camera, access())
    room.beat()
    expect(viewer.socket.types()).toEqual(['ready', 'watching', 'beat'])
    turn(600_000)
    room.beat()
    expect(viewer.socket.texts.slice(3)).toEqual([
      { type: 'refused', stream: camera, code: 'token_invalid' },
      { type: 'beat' },
    ])
    expect(hub.socket.texts.filter(({ type }) => type === 'viewers').map(({ devices }) => devices)).toEqual([
      [phoneId],
      [],
    ])
    expect(room.viewers).toBe(0)
  })
})

describe('a device that takes nothing', () => {
  test('is given up, and whoever sends to it hears that it is absent', () => {
    const { room, join } = setting()
    const [hub, viewer] = [join(me), join(phoneId)]
    viewer.socket.bufferedAmount = LIMITS.relayBacklogBytes
    room.send(hub.connection, phoneId, 'QUJD')
    expect(viewer.socket.types()).toContain('message')
    viewer.socket.bufferedAmount++
    room.send(hub.connection, phoneId, 'QUJD')
    expect(viewer.socket.closed).toBe(4429)
    expect(hub.socket.texts.at(-1)).toEqual({ type: 'absent', to: phoneId })
  })
})
