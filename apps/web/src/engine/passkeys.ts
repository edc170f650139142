import type { Surroundings } from '@hausrecht/client/device'
import type { OpenDevice } from '@hausrecht/client/open-device'
import {
  listPasskeys,
  passkeyOptions,
  registerPasskey,
  removePasskey,
  type SignedIn,
  signIn,
  signInOptions,
} from '@hausrecht/client/passkeys'
import type { Store } from '@hausrecht/client/store'
import type { Engine } from './api.ts'
import { EngineError } from './errors.ts'

/** The engine's side of passkeys: the page runs WebAuthn, this asks and tells the vault. */
export class Passkeys {
  readonly #store: Store
  readonly #around: Surroundings
  readonly #vault: string
  #names = new Map<string, string>()
  #signedIn: SignedIn | null = null

  constructor(store: Store, around: Surroundings, vault: string) {
    this.#store = store
    this.#around = around
    this.#vault = vault
  }

  /** Whom to ask to be let in, after a passkey was shown. @throws EngineError not_found */
  invitation(): SignedIn {
    if (this.#signedIn === null) throw new EngineError('not_found', 'passkey')
    return this.#signedIn
  }

  async registrationOptions(device: OpenDevice, label: string, name: string): Promise<unknown> {
    const options = await passkeyOptions(device, label)
    this.#names.set(device.id, name)
    return options
  }

  register(device: OpenDevice, response: unknown): Promise<void> {
    return registerPasskey(device, this.#names.get(device.id) ?? device.name, response)
  }

  signInOptions(): Promise<unknown> {
    return signInOptions(this.#store, this.#vault, this.#around)
  }

  async signIn(response: unknown): Promise<boolean> {
    this.#signedIn = await signIn(this.#store, this.#vault, response, this.#around)
    return this.#signedIn !== null
  }

  async list(device: OpenDevice): ReturnType<Engine['passkeys']> {
    const passkeys = await listPasskeys(device)
    return passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name: name ?? '', createdAt, lastUsedAt }))
  }

  remove(device: OpenDevice, id: string): Promise<void> {
    return removePasskey(device, id)
  }
}
