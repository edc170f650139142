import { claimHousehold } from '@hausrecht/client/claim'
import type { Surroundings } from '@hausrecht/client/device'
import { type JoinSteps, joinHousehold } from '@hausrecht/client/join'
import type { OpenDevice } from '@hausrecht/client/open-device'
import type { BrowserStore } from '@hausrecht/client/web/browser-store'
import { type DeviceId, parseDeviceId } from '@hausrecht/crypto/ids'
import type { EngineState } from './api.ts'
import { EngineError } from './errors.ts'
import type { Passkeys } from './passkeys.ts'

/** How this browser becomes a device of a household: by the hub's link, or let in by a device that is one. */
export class Joining {
  readonly #store: BrowserStore
  readonly #around: Surroundings
  readonly #origin: string
  readonly #passkeys: Passkeys
  readonly #tell: (state: EngineState) => void
  #under: AbortController | null = null
  #confirm: (() => void) | null = null

  constructor(
    store: BrowserStore,
    around: Surroundings,
    origin: string,
    passkeys: Passkeys,
    tell: (state: EngineState) => void,
  ) {
    this.#store = store
    this.#around = around
    this.#origin = origin
    this.#passkeys = passkeys
    this.#tell = tell
  }

  claim(link: string, name: string): Promise<OpenDevice> {
    return this.#run(true, steps => {
      const confirmed = Promise.withResolvers<void>()
      this.#confirm = confirmed.resolve
      const confirm = (): Promise<void> => confirmed.promise
      // The vault is where this page comes from: nothing else may be spoken to (Content-Security-Policy).
      const here = link.includes('#') ? `${this.#origin}/${link.slice(link.indexOf('#'))}` : link
      const options = { link: here, name, page: this.#origin }
      return claimHousehold(this.#store, options, this.#around, { ...steps, confirm })
    })
  }

  async join(name: string): Promise<OpenDevice> {
    const { invite, session } = this.#passkeys.invitation()
    return this.#run(false, steps =>
      joinHousehold(this.#store, { invite, name, browser: true, session }, this.#around, steps),
    )
  }

  /** A person has seen that both show the same digits. */
  confirm(): void {
    this.#confirm?.()
  }

  cancel(): void {
    this.#under?.abort(new EngineError('cancelled'))
  }

  async #run(hub: boolean, ask: (steps: JoinSteps) => Promise<OpenDevice>): Promise<OpenDevice> {
    const under = new AbortController()
    this.#under = under
    let device: DeviceId | null = null
    try {
      return await ask({
        signal: under.signal,
        onWaiting: id => {
          device = parseDeviceId(id)
          this.#tell({ phase: 'pending', device, digits: null, hub, confirmed: false })
        },
        onDigits: digits => {
          if (device !== null) this.#tell({ phase: 'pending', device, digits, hub, confirmed: false })
        },
      })
    } catch (error) {
      this.#tell({ phase: 'new' })
      throw error
    } finally {
      this.#under = null
      this.#confirm = null
    }
  }
}
