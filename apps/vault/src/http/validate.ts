import type { TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { VaultRefusal } from '../errors.ts'

type Validated = { value: unknown } | { error: VaultRefusal }

const WHOLE = /^(0|[1-9][0-9]{0,15})$/

/** Addresses carry text: where the schema wants a whole number, its plain decimal form is one. Nothing else is turned into anything. */
function fromText(schema: TSchema, value: unknown): unknown {
  if (!value || typeof value !== 'object') return value
  const properties = (schema.properties ?? {}) as Record<string, TSchema | undefined>
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      name,
      properties[name]?.type === 'integer' && typeof item === 'string' && WHOLE.test(item) ? Number(item) : item,
    ]),
  )
}

/** Checks a part of a request against its schema of the contract, as it is: a body's numbers are numbers, its texts are texts. */
export function validator({
  schema,
  httpPart,
}: {
  schema: unknown
  httpPart?: string | undefined
}): (value: unknown) => Validated {
  const shape = schema as TSchema
  const compiled = TypeCompiler.Compile(shape)
  const isBody = httpPart === 'body'
  return given => {
    const value = isBody ? given : fromText(shape, given)
    if (compiled.Check(value)) return { value }
    const first = compiled.Errors(value).First()
    const detail = first ? `${first.path.slice(0, 100) || httpPart || 'request'}: ${first.message}` : undefined
    return { error: new VaultRefusal(httpPart === 'params' ? 'bad_id' : 'bad_request', detail ? { detail } : {}) }
  }
}
