import { LIMITS } from '@hausrecht/contract/limits'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { type Postgres, startPostgres } from '@hausrecht/testkit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Database } from '../db/connect.ts'
import { Challenges } from './challenges.ts'

let postgres: Postgres
let db: Database
beforeAll(async () => {
  postgres = await startPostgres()
  db = await connect({ connectionString: postgres.url }, () => undefined)
})
afterAll(async () => {
  await db.destroy()
  await postgres.close()
})

const question = { challenge: 'AAAA', origin: 'https://app.example', rpId: 'app.example', about: '' }
const device = () => deviceIdOf(randomBytes(32))

test('questions that nobody answers have an end in number and in time', async () => {
  let now = 1_000_000
  const challenges = new Challenges({ db, clock: { now: () => now } })
  const mine = device()
  await challenges.put(mine, 'sign-in', question)
  const expires = now + LIMITS.challengeSeconds * 1000
  postgres.tool(
    'psql',
    '-c',
    `insert into passkey_challenge select 'd' || n, 'sign-in', 'A', 'o', 'r', '', ${expires} from generate_series(2, ${LIMITS.challenges}) n`,
  )
  await expect(challenges.put(device(), 'sign-in', question)).rejects.toMatchObject({
    code: 'too_many',
    retryAfter: 60,
  })
  expect(await challenges.take(mine, 'sign-in')).toEqual(question)
  await challenges.put(device(), 'sign-in', question)
  now = expires
  await challenges.put(device(), 'register', question)
  expect(postgres.tool('psql', '-At', '-c', 'select count(*) from passkey_challenge').toString().trim()).toBe('1')
})

test('a device has one of each kind, and takes it once', async () => {
  const challenges = new Challenges({ db, clock: { now: () => 0 } })
  const mine = device()
  await challenges.put(mine, 'sign-in', question)
  await challenges.put(mine, 'sign-in', { ...question, challenge: 'BBBB' })
  await challenges.put(mine, 'register', { ...question, about: 'x' })
  expect((await challenges.take(mine, 'sign-in')).challenge).toBe('BBBB')
  await expect(challenges.take(mine, 'sign-in')).rejects.toMatchObject({ code: 'passkey_invalid' })
  expect((await challenges.take(mine, 'register')).about).toBe('x')
})
