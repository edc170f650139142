import { transferHandlers } from 'comlink'
import { EngineError, toEngineError } from './errors.ts'

type Thrown = { readonly value: unknown }
type Fields = { readonly code: string; readonly detail: string | null }

const isThrown = (value: unknown): value is Thrown => typeof value === 'object' && value !== null && 'value' in value
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && 'detail' in value

/** Errors keep their code on the way from the worker to the page. To be called on both sides, before anything is said. */
export function installErrors(): void {
  const plain = transferHandlers.get('throw')
  if (plain === undefined) return
  transferHandlers.set('throw', {
    canHandle: plain.canHandle,
    serialize: thrown => {
      const { code, detail } = toEngineError(isThrown(thrown) ? thrown.value : thrown)
      return [{ code, detail }, []]
    },
    deserialize: fields => {
      if (isFields(fields)) throw new EngineError(fields.code, fields.detail)
      throw new EngineError('internal')
    },
  })
}
