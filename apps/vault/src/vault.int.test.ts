import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeAccess, verifyAccess } from '@hausrecht/chain/access'
import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import { decodeEntry, isCommutative, NO_PREVIOUS, signEntry } from '@hausrecht/chain/entry'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Statement } from '@hausrecht/chain/types'
import type { AccessGrant, Appended } from '@hausrecht/contract/schemas'
import {
  contentDigestHeader,
  signatureBase,
  signatureHeader,
  signatureInputHeader,
  splitTarget,
} from '@hausrecht/contract/signing'
import { fromBase64, toBase64, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { decode, encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import {
  deviceIdOf,
  type HouseholdId,
  householdIdOf,
  newObjectId,
  newOrderId,
  newStreamId,
} from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { encodeHeader, objectLength } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { paddedLength } from '@hausrecht/media/segment/padding'
import { openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { verifyInclusion } from '@hausrecht/tlog/proofs'
import { leafHash } from '@hausrecht/tlog/tree'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from './vault.ts'

type Sent = { status: number; code: string | null; json: unknown; bytes: Uint8Array; headers: Headers }

/** Signs and sends as a device does, without the client package: an independent reading of the contract. */
async function send(
  url: string,
  key: SigningKey,
  method: string,
  target: string,
  body?: Uint8Array | object,
  more: Record<string, string> = {},
): Promise<Sent> {
  const bytes = body === undefined ? null : body instanceof Uint8Array ? body : utf8(JSON.stringify(body))
  const params = {
    created: Math.floor(Date.now() / 1000),
    nonce: toHex(randomBytes(16)),
    keyId: deviceIdOf(key.publicKey),
    hasBody: bytes !== null,
  }
  const contentDigest = bytes ? contentDigestHeader(toBase64(sha256(bytes))) : null
  const base = signatureBase({ method, ...splitTarget(target), contentDigest }, params)
  const headers: Record<string, string> = {
    'signature-input': signatureInputHeader(params),
    signature: signatureHeader(toBase64(await key.sign(utf8(base)))),
    'x-device-key': toBase64(key.publicKey),
    ...(contentDigest && { 'content-digest': contentDigest }),
    ...(bytes && { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' }),
    ...more,
  }
  const response = await fetch(url + target, { method, headers, ...(bytes && { body: new Uint8Array(bytes) }) })
  const answer = new Uint8Array(await response.arrayBuffer())
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const json: unknown = isJson ? JSON.parse(new TextDecoder().decode(answer)) : null
  const code = json && typeof json === 'object' && 'code' in json ? String(json.code) : null
  return { status: response.status, code, json, bytes: answer, headers: response.headers }
}

describe('a vault on the embedded database', () => {
  let dir: string
  let vault: Vault
  let founder: SigningKey
  let household: HouseholdId
  let state: HouseholdState
  const camera = newStreamId()
  const hh = (rest: string): string => `/v1/households/${household}${rest}`

  async function append(key: SigningKey, statement: Statement): Promise<Sent> {
    const actor = deviceIdOf(key.publicKey)
    const author = state?.devices.get(actor)
    const place = isCommutative(statement)
      ? { sequence: author?.written ?? 0, previous: author?.last ?? NO_PREVIOUS }
      : { sequence: state?.length ?? 0, previous: state?.head ?? NO_PREVIOUS }
    const entry = await signEntry({ time: Date.now(), actor, statement, commitment: null, ...place }, key)
    const genesis = statement.type === 'genesis'
    const answer = await send(
      vault.url,
      key,
      'POST',
      genesis ? '/v1/households' : hh('/entries'),
      genesis ? entry.bytes : encode([entry.bytes, null]),
    )
    if (answer.status < 300) {
      const applied = applyEntry(state ?? null, await verifyEntry(state ?? null, entry))
      if (!applied.ok) throw new Error(applied.code)
      state = applied.state
    }
    return answer
  }

  const segment = (leaf: number, objectId = newObjectId(), size = 3000): Uint8Array => {
    const payloadLength = paddedLength(KINDS.video, size)
    const context = encodeHeader({
      kind: KINDS.video,
      household,
      stream: camera,
      generation: 0,
      leaf,
      object: objectId,
      payloadLength,
      recorder: deviceIdOf(founder.publicKey),
    })
    const bytes = randomBytes(objectLength(context.length, payloadLength))
    bytes.set(context)
    return bytes
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vault-test-'))
    vault = await startVault({ dir, port: 0, logLevel: 'silent' })
    founder = (await generateSigningKey()).key
    const nonce = randomBytes(32)
    household = householdIdOf(founder.publicKey, nonce)
    const created = await append(founder, {
      type: 'genesis',
      household,
      nonce,
      publicKey: founder.publicKey,
      vaultKey: vault.publicKey,
      origin: vault.origin,
      logStream: newStreamId(),
    })
    expect(created.status).toBe(201)
    for (const statement of [
      { type: 'add_stream', stream: camera, kind: 'video', recorder: deviceIdOf(founder.publicKey), pair: null },
      { type: 'generation', stream: camera, generation: 0, fromLeaf: 0, reason: 'first' },
    ] as const)
      expect((await append(founder, statement)).code).toBe(null)
  })

  afterAll(async () => {
    await vault.close()
    await rm(dir, { recursive: true, force: true })
  })

  test('every entry is proved to be in a checkpoint that the vault signed', async () => {
    const answer = await append(founder, { type: 'policy', deleters: 'admins' })
    const { logIndex, checkpoint, proof } = answer.json as Appended
    const origin = `${vault.origin}/hh/${household}`
    const opened = await openCheckpoint(checkpoint, {
      log: noteKey(origin, TYPE_ED25519, vault.publicKey),
      witnesses: [],
      quorum: 0,
    })
    const listed = decode((await send(vault.url, founder, 'GET', hh('/entries?from=3'))).bytes) as [
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
    const bytes = segment(1000, id)
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${id}`), bytes)).json).toEqual({
      objectId: id,
      stored: 'new',
    })
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${id}`), bytes)).json).toEqual({
      objectId: id,
      stored: 'same',
    })
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${id}`), segment(1000, id))).code).toBe('object_differs')
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${newObjectId()}`), bytes)).code).toBe('bad_segment')
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${id}`), bytes.subarray(0, 500))).code).toBe(
      'bad_segment',
    )
  })

  test('nothing is served without a logged access, and then only what was asked for', async () => {
    const [inside, outside] = [newObjectId(), newObjectId()]
    const bytes = segment(2000, inside)
    await send(vault.url, founder, 'PUT', hh(`/objects/${inside}`), bytes)
    await send(vault.url, founder, 'PUT', hh(`/objects/${outside}`), segment(2100, outside))
    expect((await send(vault.url, founder, 'GET', hh(`/objects/${inside}`))).code).toBe('token_missing')
    const grant = (
      await send(vault.url, founder, 'POST', hh('/access'), { stream: camera, lo: 1990, hi: 2010, purpose: 'own' })
    ).json as AccessGrant
    const access = decodeAccess(fromBase64(grant.entry))
    await verifyAccess(access, vault.publicKey)
    expect([access.reader, access.lo, access.hi, toHex(access.tokenHash)]).toEqual([
      deviceIdOf(founder.publicKey),
      1990,
      2010,
      toHex(sha256(utf8(grant.token))),
    ])
    const token = { 'x-access-token': grant.token }
    expect(
      toHex(sha256((await send(vault.url, founder, 'GET', hh(`/objects/${inside}`), undefined, token)).bytes)),
    ).toBe(toHex(sha256(bytes)))
    const part = await send(vault.url, founder, 'GET', hh(`/objects/${inside}`), undefined, {
      ...token,
      range: 'bytes=10-19',
    })
    expect([part.status, toHex(part.bytes)]).toEqual([206, toHex(bytes.subarray(10, 20))])
    expect((await send(vault.url, founder, 'GET', hh(`/objects/${outside}`), undefined, token)).code).toBe(
      'token_invalid',
    )
  })

  test('an order takes rows and bytes away, now and for later uploads', async () => {
    const ids = [3000, 3001, 3002].map(leaf => ({ leaf, id: newObjectId() }))
    for (const { leaf, id } of ids) await send(vault.url, founder, 'PUT', hh(`/objects/${id}`), segment(leaf, id))
    expect(
      (
        await append(founder, {
          type: 'delete_order',
          order: newOrderId(),
          ranges: [{ stream: camera, lo: 3000, hi: 3001 }],
        })
      ).code,
    ).toBe(null)
    const page = (await send(vault.url, founder, 'GET', hh(`/objects?stream=${camera}&lo=3000&hi=3002`))).json as {
      objects: { leaf: number }[]
    }
    expect(page.objects.map(row => row.leaf)).toEqual([3002])
    const late = newObjectId()
    expect((await send(vault.url, founder, 'PUT', hh(`/objects/${late}`), segment(3001, late))).code).toBe(
      'deleted_range',
    )
    await expect
      .poll(async () => ((await send(vault.url, founder, 'GET', hh('/usage'))).json as { purging: number }).purging)
      .toBe(0)
  })

  test('strangers, replays and stale clocks are refused', async () => {
    const stranger = (await generateSigningKey()).key
    expect((await send(vault.url, stranger, 'GET', hh('/usage'))).code).toBe('unknown_device')
    expect((await fetch(vault.url + hh('/usage'))).status).toBe(401)
    expect((await fetch(`${vault.url}/metrics`)).status).toBe(403)
    const operator = { headers: { authorization: `Bearer ${vault.operatorToken}` } }
    expect(await (await fetch(`${vault.url}/metrics`, operator)).text()).toContain('hausrecht_vault_objects_stored')
  })

  test('a vault that starts again has everything', async () => {
    await vault.close()
    vault = await startVault({ dir, port: 0, logLevel: 'silent' })
    const usage = (await send(vault.url, founder, 'GET', hh('/usage'))).json as { objects: number; logSize: number }
    expect(usage.objects).toBeGreaterThan(0)
    expect((await append(founder, { type: 'policy', deleters: 'any' })).code).toBe(null)
  })
})
