import { type Comparison, compareWith } from '@hausrecht/client/approve'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { EngineError } from './errors.ts'
import type { Session } from './session.ts'

/** What a device is let in as; `from` in ms: what is older it does not see. */
export type Admitted = { readonly name: string; readonly admin: boolean; readonly from: number }

/** Letting another device in: one at a time, its digits compared first. */
export class Admission {
  #comparison: Comparison | null = null

  /** The six digits that both must show. */
  async compare({ device: own }: Session, device: DeviceId): Promise<string> {
    await this.#comparison?.refuse().catch(() => undefined)
    this.#comparison = null
    const comparison = await compareWith(own, device)
    this.#comparison = comparison
    return comparison.digits
  }

  /** @throws EngineError not_found when this is not the device whose digits were compared last */
  async approve(session: Session, device: DeviceId, { name, admin, from }: Admitted): Promise<void> {
    const comparison = this.#comparison
    if (comparison?.device !== device) throw new EngineError('not_found', 'comparison')
    await comparison.approve({ name, roles: admin ? ['admin', 'session'] : ['session'], from, streams: 'all' })
    this.#comparison = null
    session.look()
    await session.lookAtPending()
  }

  async refuse(session: Session, device: DeviceId): Promise<void> {
    if (this.#comparison?.device === device) await this.#comparison.refuse()
    else await session.device.vault.cancelPending(device)
    this.#comparison = null
    await session.lookAtPending()
  }
}
