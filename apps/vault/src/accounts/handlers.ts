import type { RouteName } from '@hausrecht/contract/routes'
import type { PasskeyAssertion, PasskeyFacts, PasskeyRegistration } from '@hausrecht/contract/schemas'
import { VaultRefusal } from '../errors.ts'
import type { Answer, Call, MemberCall } from '../http/context.ts'
import type { Accounts } from './accounts.ts'
import { type AppOrigin, originOf } from './origins.ts'

export type AccountServices = {
  readonly accounts: Accounts
  /** Where people open the app; known when the vault listens. */
  readonly appOrigins: () => readonly AppOrigin[]
}

type Member = (services: AccountServices, call: MemberCall) => Promise<Answer>
type Plain = (services: AccountServices, call: Call) => Promise<Answer>

const at = ({ appOrigins }: AccountServices, { origin }: Call): AppOrigin => originOf(origin, appOrigins())

const deviceOf = ({ claim }: Call) => {
  if (claim === null) throw new VaultRefusal('signature_missing')
  return claim.device
}

export const ACCOUNT_MEMBER: { readonly [Name in RouteName]?: Member } = {
  passkeyOptions: async (services, call) => ({
    body: await services.accounts.registrationOptions(
      call.household,
      call.device.id,
      at(services, call),
      call.body as PasskeyFacts,
    ),
  }),
  registerPasskey: async (services, call) => ({
    body: await services.accounts.register(call.household, call.device.id, call.body as PasskeyRegistration),
  }),
  listPasskeys: async ({ accounts }, call) => ({ body: { passkeys: await accounts.list(call.household) } }),
  removePasskey: async ({ accounts }, call) => {
    await accounts.remove(call.household, call.params.credential ?? '')
    return { status: 204 }
  },
}

export const ACCOUNT_PLAIN: { readonly [Name in RouteName]?: Plain } = {
  signInOptions: async (services, call) => ({
    body: await services.accounts.signInOptions(deviceOf(call), at(services, call)),
  }),
  signIn: async (services, call) => {
    at(services, call)
    const { response } = call.body as { response: PasskeyAssertion }
    return { body: await services.accounts.signIn(deviceOf(call), response) }
  },
}
