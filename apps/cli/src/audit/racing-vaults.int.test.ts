import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { VaultClient } from '@hausrecht/client/vault-client'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { parseVkey } from '@hausrecht/tlog/note'
import { policyOf } from '@hausrecht/tlog/policy-file'
import { DEFAULT_ORIGIN } from '@hausrecht/vault/config'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { startWitness } from '@hausrecht/witness/server'
import { expect, test } from 'vitest'
import { audit } from './audit.ts'
import { vaultFiles } from './web-files.ts'

/** Enough for more than one bundle. */
const EACH = 150

test('two vault processes that write one log at once before two witnesses leave a log that verifies, cosigned by both', async () => {
  const folder = tempFolder('racing-vaults')
  const postgres = await startPostgres()
  const dir = join(folder.path, 'vault')
  mkdirSync(dir, { mode: 0o700 })
  const { key, seed } = await generateSigningKey()
  seed.use(bytes => writeFileSync(join(dir, 'log-key'), bytes, { mode: 0o600 }))
  const logs = [{ originPrefix: DEFAULT_ORIGIN, publicKey: key.publicKey }]
  const transport = httpTransport()
  const witnesses = await Promise.all(
    ['w1', 'w2'].map(name =>
      startWitness({ dir: join(folder.path, name), port: 0, logs, name: `witness.test/${name}` }),
    ),
  )
  const blobs = { kind: 'folder', dir: join(folder.path, 'blobs') } as const
  const config = { ...{ dir, port: 0, logLevel: 'silent', databaseUrl: postgres.url, blobs }, witnesses }
  const vaults: Vault[] = []
  try {
    for (let i = 0; i < 2; i++) vaults.push(await startVault(config))
    const [one] = vaults
    if (one === undefined) throw new Error('no vault')
    const house = await RawHousehold.found(one)
    const { household, founder } = house
    const clients = vaults.map(({ url }) => new VaultClient({ url, household, key: founder, transport }))
    const asked = clients.flatMap(client =>
      Array.from({ length: EACH }, (_, i) =>
        client.requestAccess({ stream: house.camera, lo: i, hi: i + 9, purpose: 'own' }),
      ),
    )
    const places = (await Promise.all(asked)).map(({ logIndex }) => logIndex)
    expect(new Set(places).size).toBe(2 * EACH)
    const policy = policyOf({ witnesses: witnesses.map(({ vkey }) => parseVkey(vkey)), quorum: 2 })
    for (const client of clients) {
      const look = () =>
        audit({ files: vaultFiles(client, new AbortController().signal), trust: { policy, household, seen: null } })
      // Of a race the loser's line comes with the next look at the checkpoint.
      await expect.poll(async () => (await look())?.ok, { timeout: 20_000 }).toBe(true)
      const found = await look()
      expect(found?.log?.size).toBe(3 + 2 * EACH)
      expect(found?.tally.readers.map(([, { count }]) => count)).toEqual([2 * EACH])
      expect([...(found?.cosigned.keys() ?? [])].sort()).toEqual(['witness.test/w1', 'witness.test/w2'])
    }
  } finally {
    transport.close()
    for (const vault of vaults) await vault.close()
    for (const witness of witnesses) await witness.close()
    await postgres.close()
    folder.remove()
  }
})
