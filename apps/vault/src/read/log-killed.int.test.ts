import type { AccessGrant } from '@hausrecht/contract/schemas'
import { newObjectId } from '@hausrecht/crypto/ids'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { expect, test } from 'vitest'
import { startVault } from '../vault.ts'

test('AB55: when the log cannot be written, no reading is granted and nothing is served without one', async () => {
  const folder = tempFolder('log-killed')
  const postgres = await startPostgres()
  const vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', databaseUrl: postgres.url })
  try {
    const house = await RawHousehold.found(vault)
    const id = newObjectId()
    await house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(7, id))
    const ask = () =>
      house.send(house.founder, 'POST', '/access', { stream: house.camera, lo: 7, hi: 7, purpose: 'own' })
    const get = (token: string) =>
      house.send(house.founder, 'GET', `/objects/${id}`, undefined, { 'x-access-token': token })
    postgres.tool(
      'psql',
      ...['-c', "create function no() returns trigger as $$ begin raise 'killed'; end $$ language plpgsql"],
      ...['-c', 'create trigger no before insert on log_leaf for each row execute function no()'],
    )
    const { code, json } = await ask()
    expect([code, (json as { token?: string }).token]).toEqual(['log_unavailable', undefined])
    const without = await house.send(house.founder, 'GET', `/objects/${id}`)
    expect([without.code, (await get('A'.repeat(43))).code]).toEqual(['token_missing', 'token_invalid'])
    expect(postgres.tool('psql', '-Atc', 'select count(*) from access_token').toString().trim()).toBe('0')

    postgres.tool('psql', '-c', 'drop trigger no on log_leaf')
    const { token } = (await ask()).json as AccessGrant
    expect((await get(token)).code).toBe(null)
  } finally {
    await vault.close()
    await postgres.close()
    folder.remove()
  }
})
