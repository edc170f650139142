import type { Surroundings } from '@hausrecht/client/device'
import type { Invite } from '@hausrecht/client/invite'
import type { OpenDevice } from '@hausrecht/client/open-device'
import type { Store } from '@hausrecht/client/store'
import { EngineError } from './errors.ts'

export class Passkeys {
  constructor(_store: Store, _around: Surroundings, _origin: string) {}
  invitation(): { invite: Invite; session: string } {
    throw new EngineError('not_found', 'passkey')
  }
  async registrationOptions(_device: OpenDevice, _name: string): Promise<unknown> {
    return null
  }
  async register(_device: OpenDevice, _response: unknown): Promise<void> {}
  async signInOptions(): Promise<unknown> {
    return null
  }
  async signIn(_response: unknown): Promise<boolean> {
    return false
  }
  async list(_device: OpenDevice): Promise<[]> {
    return []
  }
  async remove(_device: OpenDevice, _id: string): Promise<void> {}
}
