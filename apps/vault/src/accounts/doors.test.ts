import { LIMITS } from '@hausrecht/contract/limits'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VaultRefusal } from '../errors.ts'
import { Buckets, DOOR_RATES, Doors, networkOf } from './doors.ts'

const clockAt = (start = 0) => {
  let now = start
  return { now: () => now, turn: (ms: number) => (now += ms) }
}
/** Seconds to wait, or null when the door was open. */
function knock(doors: Doors, address: string, household?: string): number | null {
  try {
    doors.knock(address, household)
    return null
  } catch (error) {
    if (!(error instanceof VaultRefusal) || error.code !== 'too_many') throw error
    return error.retryAfter
  }
}

describe('the doors of strangers', () => {
  test(`take ${LIMITS.doorAddressBurst} knocks of an address, then ${LIMITS.doorAddressPerMinute} a minute, and say when`, () => {
    const clock = clockAt()
    const doors = new Doors(clock)
    for (let i = 0; i < LIMITS.doorAddressBurst; i++) expect(knock(doors, '192.0.2.1')).toBe(null)
    expect(knock(doors, '192.0.2.1')).toBe(60 / LIMITS.doorAddressPerMinute)
    expect(knock(doors, '192.0.2.2')).toBe(null)
    clock.turn(60_000 / LIMITS.doorAddressPerMinute)
    expect([knock(doors, '192.0.2.1'), knock(doors, '192.0.2.1')]).toEqual([null, 1])
  })

  test(`take ${LIMITS.doorHouseholdBurst} knocks for a household from wherever, and go on for the others`, () => {
    const doors = new Doors(clockAt())
    for (let i = 0; i < LIMITS.doorHouseholdBurst; i++) expect(knock(doors, `192.0.2.${i}`, 'a')).toBe(null)
    expect(knock(doors, '198.51.100.1', 'a')).toBe(1)
    expect(knock(doors, '198.51.100.1', 'b')).toBe(null)
    expect(knock(doors, '198.51.100.1')).toBe(null)
  })

  test(`take ${LIMITS.doorAllBurst} knocks of everybody`, () => {
    const doors = new Doors(clockAt())
    for (let i = 0; i < LIMITS.doorAllBurst; i++) expect(knock(doors, `192.0.${i >> 8}.${i & 255}`)).toBe(null)
    expect(knock(doors, '198.51.100.1')).toBe(1)
  })

  test('are as wide as is configured', () => {
    const one = { burst: 1, perMinute: 1 }
    const doors = new Doors(clockAt(), { ...DOOR_RATES, address: one })
    expect([knock(doors, '192.0.2.1'), knock(doors, '192.0.2.1')]).toEqual([null, 60])
  })

  test('count a whole IPv6 network as one, and IPv4 the same in either writing', () => {
    expect(networkOf('2001:db8:0:1::1')).toBe(networkOf('2001:DB8::1:aaaa:bbbb:cccc:dddd'))
    expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8:0:2::1'))
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0')
    expect(networkOf('::1')).toBe('0:0:0:0')
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  })
})

describe('token buckets', () => {
  test('never give more than burst and rate allow, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 60 }), waits => {
        const rate = { burst: 3, perMinute: 6 }
        const buckets = new Buckets(rate)
        let now = 0
        let given = 0
        for (const wait of waits) {
          now += wait
          if (buckets.take('a', now) === 0) given++
        }
        expect(given).toBeLessThanOrEqual(rate.burst + (now / 60_000) * rate.perMinute + 1e-6)
      }),
    )
  })

  test('what they say to wait is enough', () => {
    const buckets = new Buckets({ burst: 1, perMinute: 7 })
    expect(buckets.take('a', 0)).toBe(0)
    const wait = buckets.take('a', 100)
    expect(buckets.take('a', 100 + wait - 2)).toBeGreaterThan(0)
    expect(buckets.take('a', 100 + wait)).toBe(0)
  })

  test('forget who has not knocked for long, so that memory has an end', () => {
    const buckets = new Buckets({ burst: 2, perMinute: 60 }, 3)
    for (const name of ['a', 'b', 'c']) buckets.take(name, 0)
    buckets.take('a', 1500)
    buckets.take('d', 1500)
    expect(buckets.size).toBe(2)
    for (const name of ['e', 'f', 'g', 'h']) buckets.take(name, 1500)
    expect(buckets.size).toBe(3)
  })
})
