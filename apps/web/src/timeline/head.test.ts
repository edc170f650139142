import { expect, test } from 'vitest'
import { Head } from './head.ts'

test('time goes on between two words of the player, but not far without one', () => {
  const head = new Head()
  expect(head.at(0)).toBeNull()
  head.tell(50_000, 2, 1000)
  expect(head.at(1100)).toBe(50_200)
  expect(head.at(9000)).toBe(50_800)
  expect(head.moves).toBe(true)
  head.tell(51_000, 0, 2000)
  expect(head.at(2300)).toBe(51_000)
  expect(head.moves).toBe(false)
})

test('what was aimed at holds until the player is there', () => {
  const head = new Head()
  head.tell(50_000, 1, 0)
  head.aim(900_000, 10)
  head.tell(50_100, 1, 100)
  expect(head.at(110)).toBe(900_000)
  expect(head.aimed).toBe(true)
  head.tell(901_000, 1, 200)
  expect(head.at(200)).toBe(901_000)
  expect(head.aimed).toBe(false)
})

test('a player that never gets there is believed in the end', () => {
  const head = new Head()
  head.tell(50_000, 0, 0)
  head.aim(900_000, 0)
  head.tell(50_000, 0, 4900)
  expect(head.at(4900)).toBe(900_000)
  expect(head.at(5100)).toBe(50_000)
  head.aim(900_000, 6000)
  head.forgetAim()
  expect(head.at(6001)).toBe(50_000)
})
