import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { noteKey, parseVkey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { startWitness } from '@hausrecht/witness/server'
import { expect, test } from 'vitest'
import { startVault } from '../vault.ts'

test('a checkpoint that was made while the witness was away gets its line when it is back, without another entry', async () => {
  const folder = tempFolder('witness-away')
  const dir = join(folder.path, 'vault')
  mkdirSync(dir, { mode: 0o700 })
  const { key, seed } = await generateSigningKey()
  seed.use(bytes => writeFileSync(join(dir, 'log-key'), bytes, { mode: 0o600 }))
  const start = (port: number) =>
    startWitness({
      ...{ dir: join(folder.path, 'witness'), port, name: 'witness.test/away', clock: { now: () => Date.now() } },
      logs: [{ originPrefix: 'vault.localhost', publicKey: key.publicKey }],
    })
  let witness = await start(0)
  const vault = await startVault({
    ...{ dir, port: 0, logLevel: 'silent' },
    witnesses: [{ url: witness.url, vkey: witness.vkey }],
  })
  try {
    const house = await RawHousehold.found(vault)
    const origin = `${vault.origin}/hh/${house.household}`
    const checkpoint = async () => {
      const note = new TextDecoder().decode((await house.send(house.founder, 'GET', '/log/checkpoint')).bytes)
      const policy = { origin, log: noteKey(origin, TYPE_ED25519, vault.publicKey), witnesses: [], quorum: 0 }
      const { size, cosigned } = await openCheckpoint(note, { ...policy, witnesses: [parseVkey(witness.vkey)] })
      return { size, cosigned: cosigned.size }
    }
    const before = await checkpoint()
    expect(before.cosigned).toBe(1)
    await witness.close()
    await house.append(house.founder, { type: 'policy', deleters: 'admins' })
    const alone = { size: before.size + 1, cosigned: 0 }
    expect(await checkpoint()).toEqual(alone)
    witness = await start(Number(new URL(witness.url).port))
    await expect.poll(checkpoint, { timeout: 20_000 }).toEqual({ ...alone, cosigned: 1 })
  } finally {
    await vault.close()
    await witness.close()
    folder.remove()
  }
})
