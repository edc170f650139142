import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { concat, u32be } from '@hausrecht/crypto/bytes'
import { type CborValue, encode } from '@hausrecht/crypto/cbor'

/** A passkey that lies about nothing unless it is told to. */
type Credential = {
  readonly id: Uint8Array
  readonly key: KeyObject
  readonly handle: string
  readonly rpId: string
  counter: number
}
/** What a test has it do wrong. */
export type Mischief = {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  /** Nobody touched it, or nobody unlocked it. */
  readonly flags?: number
  readonly counter?: number
  readonly userHandle?: string
  /** The id of somebody else's passkey. */
  readonly id?: Uint8Array
}

type CreateOptions = {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}
type GetOptions = { readonly challenge: string; readonly rpId?: string }

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 } as const
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (data: string | Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())

/**
 * An authenticator without a browser around it (WebAuthn level 3 §6, attestation `none`, ES256): JSON options in, JSON answers out, as
 * `navigator.credentials` and its `toJSON` make them.
 */
export class SoftAuthenticator {
  readonly origin: string
  readonly #credentials: Credential[] = []

  constructor(origin: string) {
    this.origin = origin
  }

  create(asked: unknown, wrong: Mischief = {}) {
    const options = asked as CreateOptions
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' })
    const coordinate = (value: string | undefined): Uint8Array => new Uint8Array(Buffer.from(value ?? '', 'base64url'))
    const id = wrong.id ?? new Uint8Array(randomBytes(32))
    const rpId = options.rp.id ?? new URL(this.origin).hostname
    const credential = { id, key: privateKey, handle: options.user.id, rpId, counter: wrong.counter ?? 1 }
    this.#credentials.push(credential)
    const cose = encode(
      new Map<number, CborValue>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, coordinate(jwk.x)],
        [-3, coordinate(jwk.y)],
      ]),
    )
    const attested = concat(new Uint8Array(16), Uint8Array.of(0, id.length), id, cose)
    const flags = (wrong.flags ?? FLAGS.present | FLAGS.verified) | FLAGS.attested
    const authData = concat(sha256(wrong.rpId ?? rpId), Uint8Array.of(flags), u32be(credential.counter), attested)
    const attestation = new Map<string, CborValue>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return {
      ...this.#head(id),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, wrong),
        attestationObject: text(encode(attestation)),
        transports: ['internal', 'teleport'],
      },
    }
  }

  /** Answers with its newest passkey. */
  get(asked: unknown, wrong: Mischief = {}) {
    const options = asked as GetOptions
    const credential = this.#credentials.at(-1)
    if (credential === undefined) throw new Error('no passkey')
    credential.counter = wrong.counter ?? credential.counter + 1
    const flags = wrong.flags ?? FLAGS.present | FLAGS.verified
    const rpIdHash = sha256(wrong.rpId ?? options.rpId ?? credential.rpId)
    const authData = concat(rpIdHash, Uint8Array.of(flags), u32be(credential.counter))
    const clientData = this.#clientData('webauthn.get', options.challenge, wrong)
    const signed = concat(authData, sha256(Buffer.from(clientData, 'base64url')))
    return {
      ...this.#head(credential.id),
      response: {
        clientDataJSON: clientData,
        authenticatorData: text(authData),
        signature: createSign('sha256').update(signed).sign(credential.key, 'base64url'),
        userHandle: wrong.userHandle ?? credential.handle,
      },
    }
  }

  #head(id: Uint8Array) {
    return { id: text(id), rawId: text(id), type: 'public-key' as const, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, wrong: Mischief): string {
    const data = {
      type: wrong.type ?? type,
      challenge: wrong.challenge ?? challenge,
      origin: wrong.origin ?? this.origin,
    }
    return text(new TextEncoder().encode(JSON.stringify({ ...data, crossOrigin: false })))
  }
}
