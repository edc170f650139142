import { readFileSync } from 'node:fs'
import { fromBase64, toHex } from '@hausrecht/crypto/bytes'
import { householdIdFrom } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import { claimProof, confirmProof, hubProof, openName, sealName } from './claim-proofs.ts'
import { NAME_MAX } from './home.ts'
import { challengeText, joinCommitment, type Transcript } from './sas.ts'

const bytes = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)
const commitment = joinCommitment(bytes(2), [], bytes(4))
const transcript: Transcript = {
  household: householdIdFrom(bytes(1, 16)),
  joiner: { publicKey: bytes(2), nonce: bytes(4), commitment },
  approver: { publicKey: bytes(3), nonce: bytes(5) },
  chainHead: bytes(6),
}
const code = bytes(7, 16)

/** The transcript with one part changed each. */
const others: readonly Transcript[] = [
  { ...transcript, household: householdIdFrom(bytes(9, 16)) },
  { ...transcript, chainHead: bytes(9) },
  { ...transcript, joiner: { ...transcript.joiner, publicKey: bytes(9) } },
  { ...transcript, joiner: { ...transcript.joiner, nonce: bytes(9) } },
  { ...transcript, joiner: { ...transcript.joiner, commitment: bytes(9) } },
  { ...transcript, approver: { ...transcript.approver, publicKey: bytes(9) } },
  { ...transcript, approver: { ...transcript.approver, nonce: bytes(9) } },
]

describe('proofs of a claim link', () => {
  test('are those of docs/formats/join.md', () => {
    const page = readFileSync(new URL('../../../docs/formats/join.md', import.meta.url), 'utf8')
    expect(page).toContain(`| claim | \`${toHex(claimProof(code, transcript.household, bytes(2), commitment))}\` |`)
    expect(page).toContain(`| hub | \`${toHex(hubProof(code, challengeText(transcript)))}\` |`)
    expect(page).toContain(`| yes | \`${toHex(confirmProof(code, transcript))}\` |`)
  })

  test('differ with the code and with whatever they stand for', () => {
    const yes = [transcript, ...others].map(other => confirmProof(code, other))
    const claims = [transcript, ...others].map(({ household, joiner }) =>
      claimProof(code, household, joiner.publicKey, joiner.commitment),
    )
    const hub = [transcript, ...others].map(other => hubProof(code, challengeText(other)))
    expect(new Set([...yes, confirmProof(bytes(9, 16), transcript)].map(toHex)).size).toBe(9)
    // Household, key and commitment; nothing else is known when a device asks.
    expect(new Set(claims.map(toHex)).size).toBe(4)
    // All but the joiner’s key and nonce, which the commitment stands for.
    expect(new Set(hub.map(toHex)).size).toBe(6)
    expect(new Set([yes[0], claims[0], hub[0]].map(proof => toHex(proof ?? bytes(0)))).size).toBe(3)
  })

  test('a name is opened by the same code and transcript only, and its length is not seen', async () => {
    const names = ['a', 'Küche 🏡', 'ü'.repeat(NAME_MAX)]
    for (const name of names) {
      const sealed = fromBase64(await sealName(code, transcript, name))
      expect(sealed).toHaveLength(220)
      expect(await openName(code, transcript, sealed)).toBe(name)
      for (const other of others)
        await expect(openName(code, other, sealed)).rejects.toMatchObject({ code: 'join_broken' })
      await expect(openName(bytes(9, 16), transcript, sealed)).rejects.toMatchObject({ code: 'join_broken' })
      await expect(openName(code, transcript, sealed.subarray(1))).rejects.toMatchObject({ code: 'join_broken' })
    }
    await expect(sealName(code, transcript, 'x'.repeat(NAME_MAX + 1))).rejects.toMatchObject({ code: 'bad_argument' })
  })
})
