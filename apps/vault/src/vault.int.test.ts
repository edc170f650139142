import { join } from 'node:path'
import { decodeAccess, verifyAccess } from '@hausrecht/chain/access'
import { decodeEntry } from '@hausrecht/chain/entry'
import type { AccessGrant, Appended } from '@hausrecht/contract/schemas'
import { fromBase64, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { decode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf, newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { startSwift } from '@hausrecht/testkit/swift'
import { tempFolder } from '@hausrecht/testkit/temp'
import { openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { leafHash } from '@hausrecht/tlog/tree'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from './vault.ts'

type Setting = { start(): Promise<Vault>; close(): Promise<void> }
const own = (name: string) => {
  const folder = tempFolder(name)
  return { remove: folder.remove, config: { dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent' } }
}

/** The same vault on everything that it can keep its things in. */
const SETTINGS: Readonly<Record<string, () => Promise<Setting>>> = {
  'the embedded database and a folder': async () => {
    const { config, remove } = own('embedded')
    return { start: () => startVault(config), close: async () => remove() }
  },
  'Debian’s PostgreSQL and a folder': async () => {
    const { config, remove } = own('debian')
    const postgres = await startPostgres()
    return {
      start: () => startVault({ ...config, databaseUrl: postgres.url }),
      close: async () => {
        await postgres.close()
        remove()
      },
    }
  },
  'the embedded database and S3 (Swift)': async () => {
    const { config, remove } = own('s3')
    const { close, ...at } = await startSwift()
    return {
      start: () => startVault({ ...config, blobs: { kind: 's3', bucket: 'vault', ...at } }),
      close: async () => {
        await close()
        remove()
      },
    }
  },
}

describe.each(Object.keys(SETTINGS))('a vault on %s', name => {
  let setting: Setting
  let vault: Vault
  let house: RawHousehold

  beforeAll(async () => {
    const make = SETTINGS[name]
    if (!make) throw new Error(name)
    setting = await make()
    vault = await setting.start()
    house = await RawHousehold.found(vault)
  })
  afterAll(async () => {
    await vault.close()
    await setting.close()
  })

  test('every entry is proved to be in a checkpoint that the vault signed', async () => {
    const answer = await house.append(house.founder, { type: 'policy', deleters: 'admins' })
    const { logIndex, checkpoint, proof } = answer.json as Appended
    const origin = `${vault.origin}/hh/${house.household}`
    const opened = await openCheckpoint(checkpoint, {
      log: noteKey(origin, TYPE_ED25519, vault.publicKey),
      witnesses: [],
      quorum: 0,
    })
    const listed = decode((await house.send(house.founder, 'GET', '/entries?from=3')).bytes) as [
      Uint8Array,
      number,
      null,
    ][]
    const [bytes, index] = listed[0] ?? [new Uint8Array(0), -1]
    expect(index).toBe(logIndex)
    expect(decodeEntry(bytes).statement.type).toBe('policy')
    verifyInclusion({
      leafHash: leafHash(bytes),
      index: logIndex,
      size: opened.size,
      root: opened.root,
      proof: proof.map(fromBase64),
    })
  })

  test('a segment is stored once, however often it comes, and another under its id is refused', async () => {
    const id = newObjectId()
    const bytes = house.segment(1000, id)
    expect((await house.send(house.founder, 'PUT', `/objects/${id}`, bytes)).json).toEqual({
      objectId: id,
      stored: 'new',
    })
    expect((await house.send(house.founder, 'PUT', `/objects/${id}`, bytes)).json).toEqual({
      objectId: id,
      stored: 'same',
    })
    expect((await house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(1000, id))).code).toBe(
      'object_differs',
    )
    expect((await house.send(house.founder, 'PUT', `/objects/${newObjectId()}`, bytes)).code).toBe('bad_segment')
    expect((await house.send(house.founder, 'PUT', `/objects/${id}`, bytes.subarray(0, 500))).code).toBe('bad_segment')
  })

  test('of two segments that come under one id at the same time one is stored, and its row is about its bytes', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const id = newObjectId()
      const both = [house.segment(1500, id), house.segment(1500, id)]
      const answers = await Promise.all(both.map(bytes => house.send(house.founder, 'PUT', `/objects/${id}`, bytes)))
      expect(answers.map(answer => answer.code).sort()).toEqual(['object_differs', null].sort())
      const stored = both[answers.findIndex(answer => answer.status === 200)] ?? new Uint8Array()
      const range = { stream: house.camera, lo: 1500, hi: 1500, purpose: 'own' }
      const { token } = (await house.send(house.founder, 'POST', '/access', range)).json as AccessGrant
      const read = await house.send(house.founder, 'GET', `/objects/${id}`, undefined, { 'x-access-token': token })
      expect(toHex(sha256(read.bytes))).toBe(toHex(sha256(stored)))
    }
  })

  test('nothing is served without a logged access, and then only what was asked for', async () => {
    const [inside, outside] = [newObjectId(), newObjectId()]
    const bytes = house.segment(2000, inside)
    await house.send(house.founder, 'PUT', `/objects/${inside}`, bytes)
    await house.send(house.founder, 'PUT', `/objects/${outside}`, house.segment(2100, outside))
    expect((await house.send(house.founder, 'GET', `/objects/${inside}`)).code).toBe('token_missing')
    const grant = (
      await house.send(house.founder, 'POST', '/access', { stream: house.camera, lo: 1990, hi: 2010, purpose: 'own' })
    ).json as AccessGrant
    const access = decodeAccess(fromBase64(grant.entry))
    await verifyAccess(access, vault.publicKey)
    expect([access.reader, access.lo, access.hi, toHex(access.tokenHash)]).toEqual([
      deviceIdOf(house.founder.publicKey),
      1990,
      2010,
      toHex(sha256(utf8(grant.token))),
    ])
    const token = { 'x-access-token': grant.token }
    expect(toHex(sha256((await house.send(house.founder, 'GET', `/objects/${inside}`, undefined, token)).bytes))).toBe(
      toHex(sha256(bytes)),
    )
    const part = await house.send(house.founder, 'GET', `/objects/${inside}`, undefined, {
      ...token,
      range: 'bytes=10-19',
    })
    expect([part.status, toHex(part.bytes)]).toEqual([206, toHex(bytes.subarray(10, 20))])
    expect((await house.send(house.founder, 'GET', `/objects/${outside}`, undefined, token)).code).toBe('token_invalid')
  })

  test('an order takes rows and bytes away, now and for later uploads', async () => {
    const ids = [3000, 3001, 3002].map(leaf => ({ leaf, id: newObjectId() }))
    for (const { leaf, id } of ids) await house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(leaf, id))
    expect(
      (
        await house.append(house.founder, {
          type: 'delete_order',
          order: newOrderId(),
          ranges: [{ stream: house.camera, lo: 3000, hi: 3001 }],
        })
      ).code,
    ).toBe(null)
    const page = (await house.send(house.founder, 'GET', `/objects?stream=${house.camera}&lo=3000&hi=3002`)).json as {
      objects: { leaf: number }[]
    }
    expect(page.objects.map(row => row.leaf)).toEqual([3002])
    const late = newObjectId()
    expect((await house.send(house.founder, 'PUT', `/objects/${late}`, house.segment(3001, late))).code).toBe(
      'deleted_range',
    )
    await expect
      .poll(async () => ((await house.send(house.founder, 'GET', '/usage')).json as { purging: number }).purging)
      .toBe(0)
  })

  test('strangers, replays and stale clocks are refused', async () => {
    const stranger = (await generateSigningKey()).key
    expect((await house.send(stranger, 'GET', '/usage')).code).toBe('unknown_device')
    expect((await fetch(vault.url + house.path('/usage'))).status).toBe(401)
    expect((await fetch(`${vault.url}/metrics`)).status).toBe(403)
    const operator = { headers: { authorization: `Bearer ${vault.operatorToken}` } }
    expect(await (await fetch(`${vault.url}/metrics`, operator)).text()).toContain('hausrecht_vault_objects_stored')
  })

  test('a vault that starts again has everything', async () => {
    await vault.close()
    vault = await setting.start()
    house.url = vault.url
    const usage = (await house.send(house.founder, 'GET', '/usage')).json as { objects: number; logSize: number }
    expect(usage.objects).toBeGreaterThan(0)
    expect((await house.append(house.founder, { type: 'policy', deleters: 'any' })).code).toBe(null)
  })
})
