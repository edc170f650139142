import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from './bytes.ts'
import { CryptoError } from './errors.ts'
import { deviceIdOf, householdIdOf } from './ids.ts'
import {
  decodePacket,
  generateEphemeral,
  generatePrekey,
  openPacket,
  openRelease,
  sealPacket,
  sealRelease,
} from './packet.ts'
import { randomBytes } from './random.ts'
import { Secret } from './secret.ts'
import { generateSigningKey } from './signature.ts'

async function setUp() {
  const sender = (await generateSigningKey()).key
  const recipientKey = (await generateSigningKey()).key
  const household = householdIdOf(sender.publicKey, new Uint8Array(32))
  const recipient = deviceIdOf(recipientKey.publicKey)
  const prekey = await generatePrekey()
  const nodes = randomBytes(500)
  const sent = await sealPacket({ household, recipient, prekey, chainHead: randomBytes(32), nodes, sender })
  const open = (change: object = {}): Promise<Uint8Array> =>
    openPacket({
      packet: decodePacket(sent.packet),
      household,
      recipient,
      senderPublicKey: sender.publicKey,
      prekeyPrivate: prekey.privateKey,
      releaseShare: sent.releaseShare,
      ...change,
    })
  return { sender, household, recipient, prekey, nodes, sent, open }
}

describe('packets', () => {
  test('open with prekey and release share, and with neither alone', async () => {
    const { nodes, open } = await setUp()
    expect(toHex(await open())).toBe(toHex(nodes))
    const other = await generatePrekey()
    await expect(open({ prekeyPrivate: other.privateKey })).rejects.toThrow(/not for this key/)
    await expect(open({ releaseShare: Secret.from(randomBytes(32)) })).rejects.toThrow(/release share/)
  })

  test('are refused when changed, or from or for somebody else', async () => {
    const { open, sent, household } = await setUp()
    const stranger = (await generateSigningKey()).key
    await expect(open({ senderPublicKey: stranger.publicKey })).rejects.toThrow(/from somebody else/)
    await expect(open({ recipient: deviceIdOf(stranger.publicKey) })).rejects.toThrow(/for somebody else/)
    await expect(open({ household: householdIdOf(stranger.publicKey, new Uint8Array(32)) })).rejects.toThrow(
      CryptoError,
    )
    const packet = decodePacket(sent.packet)
    await expect(open({ packet: { ...packet, prekeyId: packet.prekeyId ^ 1 } })).rejects.toThrow(/signature/)
    await expect(open({ packet: { ...packet, sealed: packet.sealed.map(byte => byte ^ 1) } })).rejects.toThrow(
      /signature/,
    )
    expect(packet.household).toBe(household)
    for (const bytes of [new Uint8Array(0), sent.packet.subarray(1), utf8('hello'), randomBytes(64)])
      expect(() => decodePacket(bytes)).toThrow(CryptoError)
  })

  test('the release share travels to an ephemeral key, for one packet only', async () => {
    const { sent, open } = await setUp()
    const ephemeral = await generateEphemeral()
    const sealed = await sealRelease(sent.releaseShare, ephemeral.publicKey, utf8('packet 1'))
    const share = await openRelease(sealed, ephemeral.privateKey, utf8('packet 1'))
    expect((await open({ releaseShare: share })).length).toBe(500)
    await expect(openRelease(sealed, ephemeral.privateKey, utf8('packet 2'))).rejects.toThrow(CryptoError)
    await expect(openRelease(sealed.subarray(1), ephemeral.privateKey, utf8('packet 1'))).rejects.toThrow(CryptoError)
  })

  test('an erased prekey opens nothing any more', async () => {
    const { prekey, open } = await setUp()
    prekey.privateKey.zero()
    await expect(open()).rejects.toThrow(/erased/)
  })
})
