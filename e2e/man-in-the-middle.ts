import { challengeText, JOIN_NONCE_BYTES, joinCommitment } from '@hausrecht/client/sas'
import type { Challenge, Pending } from '@hausrecht/contract/schemas'
import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf, parseHouseholdId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import type { Answered, Lie } from '@hausrecht/testkit/lying-vault'

const LIST = /^GET .*\/pending$/
const ONE = /^GET .*\/pending\/([a-z2-7]{26})$/
const HOUSEHOLD = /\/households\/([a-z2-7]{26})\//
const decoder = new TextDecoder()

const json = (value: unknown): Answered => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(value)),
})
const rowOf = (answer: Answered): Pending => JSON.parse(decoder.decode(answer.body))

/** A challenge to a device that asks, by a key that is none of the household's. */
async function challengeBy(key: SigningKey, path: string, row: Pending, chainHead: Uint8Array): Promise<Challenge> {
  const household = parseHouseholdId(HOUSEHOLD.exec(path)?.[1] ?? '')
  const approver = { publicKey: key.publicKey, nonce: randomBytes(JOIN_NONCE_BYTES) }
  const text = challengeText({ household, joiner: { commitment: fromBase64(row.commitment) }, approver, chainHead })
  return {
    nonce: toBase64(approver.nonce),
    publicKey: toBase64(approver.publicKey),
    chainHead: toBase64(chainHead),
    signature: toBase64(await key.sign(text)),
  }
}

/** Answers a browser that came by the hub's link in the hub's place. It has no better proof of the link's code than the hub's own one. */
export async function inPlaceOfHub(): Promise<Lie> {
  const { key } = await generateSigningKey()
  return async (asked, honest) => {
    if (!ONE.test(`${asked.method} ${asked.path}`)) return null
    const answer = await honest()
    if (answer.status !== 200) return answer
    const row = rowOf(answer)
    if (row.challenge === null) return answer
    const { claim, chainHead } = row.challenge
    const challenge = await challengeBy(key, asked.path, row, fromBase64(chainHead))
    return json({ ...row, challenge: { ...challenge, ...(claim !== undefined && { claim }) } })
  }
}

/** Shows the household another key in place of the one that asks, under the same name. */
export async function otherKey(): Promise<Lie> {
  const { key } = await generateSigningKey()
  return async (asked, honest) => {
    if (!LIST.test(`${asked.method} ${asked.path}`)) return null
    const answer = await honest()
    const { pending }: { pending: readonly Pending[] } = JSON.parse(decoder.decode(answer.body))
    return json({ pending: pending.map(row => ({ ...row, publicKey: toBase64(key.publicKey) })) })
  }
}

/** A device of the vault's own that stands between one that asks and the household, and goes through the whole protocol with both. */
export class ManInTheMiddle {
  readonly toHousehold: Lie
  readonly toJoiner: Lie
  /** The household refused it. */
  refused = false

  private constructor(toHousehold: (self: ManInTheMiddle) => Lie, toJoiner: Lie) {
    this.toHousehold = toHousehold(this)
    this.toJoiner = toJoiner
  }

  static async stand(): Promise<ManInTheMiddle> {
    const { key } = await generateSigningKey()
    const id = deviceIdOf(key.publicKey)
    const nonce = randomBytes(JOIN_NONCE_BYTES)
    const commitment = toBase64(joinCommitment(key.publicKey, [], nonce))
    const own = { device: id, publicKey: toBase64(key.publicKey), prekeys: [], commitment }
    let asking: Pending | null = null
    let challenge: Challenge | null = null
    let answered: Challenge | null = null

    /** To the household: one device asks, and it is this one. */
    const toHousehold =
      (self: ManInTheMiddle): Lie =>
      async (asked, honest) => {
        const { method, path, body } = asked
        if (LIST.test(`${method} ${path}`)) {
          const { pending }: { pending: readonly Pending[] } = JSON.parse(decoder.decode((await honest()).body))
          asking = pending.find(({ claim }) => claim === undefined) ?? null
          return json({ pending: asking === null ? [] : [{ ...asking, ...own, challenge, reveal: null }] })
        }
        if (!path.includes(`/pending/${id}`) || asking === null) return null
        if (method === 'DELETE') {
          self.refused = true
          return { status: 204, headers: {}, body: new Uint8Array(0) }
        }
        if (method === 'PUT') challenge = JSON.parse(decoder.decode(body))
        return json({ ...asking, ...own, challenge, reveal: { nonce: toBase64(nonce) } })
      }

    /** To the one that asks: the household answers, with a key that is none of its own. */
    const toJoiner: Lie = async (asked, honest) => {
      const { method, path, body } = asked
      const row = asking
      if (row === null || challenge === null || !path.includes(`/pending/${row.device}`)) return null
      if (method === 'PUT') return json({ ...row, challenge: answered, reveal: JSON.parse(decoder.decode(body)) })
      if (method !== 'GET') return null
      const answer = await honest()
      if (answer.status !== 200) return answer
      answered ??= await challengeBy(key, path, row, fromBase64(challenge.chainHead))
      return json({ ...rowOf(answer), challenge: answered })
    }
    return new ManInTheMiddle(toHousehold, toJoiner)
  }
}
