import { ERRORS } from './errors.ts'
import { ROUTES, type Route } from './routes.ts'
import { ProblemSchema } from './schemas.ts'

const isOctets = (body: Route['body']): body is { readonly octets: number } =>
  body !== undefined && 'octets' in body && typeof body.octets === 'number'

const MEDIA = { octets: 'application/octet-stream', text: 'text/plain', cbor: 'application/cbor' } as const

function content(route: Route): object {
  const { response } = route
  if (response === 'none') return { '204': { description: 'Done.' } }
  const body =
    typeof response === 'string'
      ? { [MEDIA[response]]: { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: response } }
  return { '200': { description: 'Done.', content: body } }
}

function errors(route: Route): object {
  const byStatus = new Map<number, string[]>()
  for (const code of route.errors) byStatus.set(ERRORS[code][0], [...(byStatus.get(ERRORS[code][0]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      { description: codes.join(', '), content: { 'application/problem+json': { schema: ProblemSchema } } },
    ]),
  )
}

function parameters(route: Route): object[] {
  const from = (where: 'path' | 'query', schema: Route['params']): object[] =>
    Object.entries((schema?.properties ?? {}) as Record<string, object>).map(([name, item]) => ({
      name,
      in: where,
      required: where === 'path' || ((schema?.required ?? []) as string[]).includes(name),
      schema: item,
    }))
  return [...from('path', route.params), ...from('query', route.query)]
}

/** The contract as OpenAPI 3.1: generated, never written by hand. */
export function openapi(version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}').replace('*', '{*}')
    const item = paths[path] ?? {}
    paths[path] = item
    item[route.method.toLowerCase()] = {
      operationId: name,
      summary: route.summary,
      security: [route.auth === 'operator' ? { operator: [] } : { device: [] }],
      parameters: parameters(route),
      ...(route.body && {
        requestBody: {
          required: true,
          content: isOctets(route.body)
            ? {
                'application/octet-stream': {
                  schema: { type: 'string', format: 'binary', maxLength: route.body.octets },
                },
              }
            : { 'application/json': { schema: route.body } },
        },
      }),
      responses: { ...content(route), ...errors(route) },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hausrecht vault', version, license: { name: 'Apache-2.0' } },
    components: {
      securitySchemes: {
        device: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description: 'HTTP Message Signature (RFC 9421), Ed25519, by a device.',
        },
        operator: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  }
}
