import type { IncomingMessage } from 'node:http'
import { LIMITS } from '@hausrecht/contract/limits'
import { type Auth, ROUTE_NAMES, ROUTES, type Route, type RouteName } from '@hausrecht/contract/routes'
import { CryptoError } from '@hausrecht/crypto/errors'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { isDiskFull, VaultRefusal } from '../errors.ts'
import { isOperator } from '../operator/token.ts'
import type { AppFiles } from '../static/app-files.ts'
import { serveApp } from '../static/serve.ts'
import { founderKey, isOpen, joinerOf, keyOf, memberOf, paramsOf } from './caller.ts'
import type { Answer, Call } from './context.ts'
import { JOINER, MEMBER, PLAIN, type Services } from './handlers.ts'
import type { Nonces } from './nonces.ts'
import { rawRefusal } from './raw-refusal.ts'
import { readBody } from './read-body.ts'
import { type Claimed, readClaim, verifyBody, verifyClaim } from './signed.ts'
import { validator } from './validate.ts'

declare module 'fastify' {
  interface FastifyRequest {
    claim: Claimed | null
    raw_body: Uint8Array
    began: number
  }
}

export type ServerOptions = {
  readonly services: Services
  readonly operatorToken: string
  /** Apart, so that strangers cannot use up what members need. */
  readonly nonces: { readonly members: Nonces; readonly strangers: Nonces }
  readonly log: Logger
  readonly now: () => number
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  /** The app for browsers, or null. */
  readonly app: AppFiles | null
}

const EMPTY = new Uint8Array(0)
const door = {
  maxHeaderSize: LIMITS.headerBytes,
  // Programs that offer HTTP/2 in passing get their answer.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}
const utf8Text = new TextDecoder('utf-8', { fatal: true })
/** The vault's one port. Every route comes from the contract; every request is signed or carries the operator's token. */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { services, log } = options
  const app = Fastify({
    logger: false,
    bodyLimit: LIMITS.objectBytes,
    routerOptions: { caseSensitive: true, maxParamLength: 128 },
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    // The contract has no HEAD; what it has not, is not there.
    exposeHeadRoutes: false,
    // Bad percent-encoding in the address.
    frameworkErrors: (error, request, reply) =>
      refuse(reply as FastifyReply, toRefusal(error, request as FastifyRequest, log)),
    ...(options.tls ? { https: { ...options.tls, ...door } } : { http: door }),
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return
      const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_request'
      socket.end(rawRefusal(new VaultRefusal(code)))
    },
  }) as unknown as FastifyInstance

  app.decorateRequest('claim', null)
  app.decorateRequest('began', 0)
  app.setValidatorCompiler(validator)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/octet-stream', async (request: FastifyRequest, stream: IncomingMessage) => {
    const limit = request.routeOptions.bodyLimit ?? LIMITS.objectBytes
    request.raw_body = await readBody(stream, Number(request.headers['content-length'] ?? Number.NaN), limit)
    return request.raw_body
  })
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, next) => {
    request.raw_body = body
    try {
      next(null, JSON.parse(utf8Text.decode(body)))
    } catch {
      next(new VaultRefusal('bad_request', { detail: 'The body is not JSON.' }))
    }
  })

  app.setErrorHandler((error: Error & { code?: string }, request, reply) =>
    refuse(reply, toRefusal(error, request, log)),
  )
  app.setNotFoundHandler(async (request, reply) => {
    if (options.app && (await serveApp(options.app, request, reply, options.tls !== null))) return reply
    const path = request.url.split('?')[0] ?? ''
    const known = ROUTE_NAMES.some(name => pathPattern(ROUTES[name].path).test(path))
    return refuse(reply, new VaultRefusal(known ? 'method_not_allowed' : 'not_found'))
  })
  app.addHook('onRequest', async request => {
    request.raw_body = EMPTY
    request.began = performance.now()
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = (request.routeOptions.config as { name?: string }).name ?? 'none'
    services.metrics.observe(route, reply.statusCode, (performance.now() - request.began) / 1000)
  })
  for (const name of ROUTE_NAMES) addRoute(app, name, options)
  return app
}

/** The path of a route as a regular expression, to tell a wrong method from a wrong address. */
const pathPattern = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+').replace('*', '.+')}$`)

/** Where strangers may knock: counted before anything is done for them. */
const DOORS: ReadonlySet<RouteName> = new Set(['signInOptions', 'signIn', 'requestJoin'])

function addRoute(app: FastifyInstance, name: RouteName, options: ServerOptions): void {
  const route: Route = ROUTES[name]
  const { services } = options
  const nonces = isOpen(route.auth) ? options.nonces.strangers : options.nonces.members
  const octets =
    route.body && 'octets' in route.body && typeof route.body.octets === 'number' ? route.body.octets : null
  app.route({
    method: route.method,
    url: route.path,
    config: { name },
    bodyLimit: octets ?? route.bodyBytes ?? LIMITS.jsonBytes,
    schema: {
      ...(route.params && { params: route.params }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && octets === null && { body: route.body }),
    },
    // Before the body is read: the operator's token, or who signed and may call. Strangers' bodies are small ones.
    onRequest: async (request, reply) => {
      if (route.auth === 'operator') {
        if (!isOperator(request.headers.authorization, options.operatorToken)) throw new VaultRefusal('operator_only')
        return
      }
      if (DOORS.has(name)) services.doors.knock(request.ip, paramsOf(request).household)
      const claim = readClaim({ method: request.method, target: request.url, header: headerOf(request) }, options.now())
      request.claim = claim
      const key = await keyOf(route.auth, request, services.households)
      if (key) await verifyClaim(claim, key, nonces, options.now())
      if (name in MEMBER) await memberOf(route.auth, request, services.households)
      if (route.body && mediaType(request) !== (octets === null ? 'application/json' : 'application/octet-stream'))
        throw new VaultRefusal('unsupported_media_type')
      if (name === 'putObject') reply.raw.once('close', services.ingest.enter())
    },
    // Before anything in the body is believed: it is what was signed.
    preValidation: async request => {
      if (!request.claim) return
      verifyBody(request.claim, request.raw_body)
      if (route.auth === 'founder')
        await verifyClaim(request.claim, founderKey(request.raw_body), nonces, options.now())
    },
    handler: async (request, reply) => send(reply, await dispatch(name, route.auth, request, reply, services)),
  })
}

const headerOf =
  (request: FastifyRequest) =>
  (name: string): string | undefined => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }

/** The content type without its parameters. */
const mediaType = (request: FastifyRequest): string | undefined =>
  headerOf(request)('content-type')?.split(';')[0]?.trim().toLowerCase()

async function dispatch(
  name: RouteName,
  auth: Auth,
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
): Promise<Answer> {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const header = headerOf(request)
  const call: Call = {
    params: paramsOf(request),
    query: (request.query ?? {}) as Record<string, string | number | undefined>,
    body: request.body,
    bytes: request.raw_body,
    range: header('range'),
    token: header('x-access-token'),
    session: header('x-session'),
    origin: header('origin'),
    claim: request.claim,
    signal: gone.signal,
  }
  const plain = PLAIN[name]
  if (plain) return plain(services, call)
  const joiner = JOINER[name]
  if (joiner) return joiner(services, { ...call, ...(await joinerOf(request, services.households)) })
  const member = MEMBER[name]
  if (!member) throw new VaultRefusal('not_found')
  // Again: the device may have been removed while its body came.
  return member(services, { ...call, ...(await memberOf(auth, request, services.households)) })
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.status(answer.status ?? 200).header('x-content-type-options', 'nosniff')
  for (const [key, value] of Object.entries(answer.headers ?? {})) reply.header(key, value)
  if (answer.body === undefined) return reply.send()
  if (typeof answer.body === 'string') return reply.type(answer.type ?? 'text/plain').send(answer.body)
  if (answer.body instanceof Uint8Array)
    return reply
      .type(answer.type ?? 'application/octet-stream')
      .send(Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength))
  return reply.type('application/json').send(JSON.stringify(answer.body))
}

function refuse(reply: FastifyReply, refusal: VaultRefusal): FastifyReply {
  const body = refusal.toProblem()
  if (refusal.retryAfter !== null) reply.header('retry-after', String(refusal.retryAfter))
  return reply.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** Whatever went wrong, as a refusal of the contract; what is nobody's fault but ours goes to the log and says nothing. */
function toRefusal(
  error: Error & { code?: string; statusCode?: number },
  request: FastifyRequest,
  log: Logger,
): VaultRefusal {
  if (error instanceof VaultRefusal) return error
  if (isDiskFull(error)) return new VaultRefusal('storage_full', { retryAfter: 30 })
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new VaultRefusal('too_large')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new VaultRefusal('unsupported_media_type')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new VaultRefusal('bad_id')
  }
  // Whatever else the framework finds wrong with a request: its address cannot be decoded, its body has another length, …
  if (error.code?.startsWith('FST_ERR_') && error.statusCode !== undefined && error.statusCode < 500)
    return new VaultRefusal('bad_request')
  if (error instanceof CryptoError && error.code === 'bad_id') return new VaultRefusal('bad_id')
  const databaseGone = /ECONNREFUSED|ENOENT|57P0|terminat|timeout/i.test(`${error.code ?? ''} ${error.message}`)
  log.error(
    { route: request.routeOptions.url, code: error.code, reason: error.message, stack: error.stack },
    'unexpected',
  )
  return databaseGone ? new VaultRefusal('busy', { retryAfter: 2 }) : new VaultRefusal('internal')
}
