import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type { Engine } from '../engine/api.ts'

export type PasskeyResult = 'done' | 'none' | 'cancelled' | 'unsupported' | 'not-offered'

export const canPasskey = (): boolean => browserSupportsWebAuthn()

/** Closing the browser's own window, or waiting too long, is no error. */
const isCancel = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')

type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']
type AuthenticationOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** Makes a passkey of this name and gives its public half to the vault. @throws EngineError */
export async function makePasskey(engine: Engine, name: string): Promise<PasskeyResult> {
  if (!canPasskey()) return 'unsupported'
  const options = await engine.passkeyRegistrationOptions(name)
  if (options === null) return 'not-offered'
  try {
    await engine.passkeyRegister(await startRegistration({ optionsJSON: options as RegistrationOptions }))
    return 'done'
  } catch (error) {
    if (isCancel(error)) return 'cancelled'
    throw error
  }
}

/** Shows a passkey. `none`: it belongs to no household here. @throws EngineError */
export async function showPasskey(engine: Engine): Promise<PasskeyResult> {
  if (!canPasskey()) return 'unsupported'
  const options = await engine.passkeyOptions()
  if (options === null) return 'not-offered'
  try {
    const response = await startAuthentication({ optionsJSON: options as AuthenticationOptions })
    return (await engine.passkeySignIn(response)) ? 'done' : 'none'
  } catch (error) {
    if (isCancel(error)) return 'cancelled'
    throw error
  }
}
