import { type CliError, readError } from '../errors.ts'

/** What `hausrecht start` runs, each in a process of its own, in the order in which they start. */
export const PARTS = ['witness', 'vault', 'camera', 'hub'] as const
export type Part = (typeof PARTS)[number]

/** What a part says about itself when it is ready: its address, its key. */
export type Info = Readonly<Record<string, string | number>>

/** From a child to the supervisor, over the IPC channel. */
export type FromChild = Readonly<{ type: 'ready'; info: Info }> | Readonly<{ type: 'failed'; error: CliError }>

/** From the supervisor to a child. */
export type ToChild = Readonly<{ type: 'stop' }>

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isInfo = (value: unknown): value is Info =>
  isRecord(value) && Object.values(value).every(item => typeof item === 'string' || typeof item === 'number')

/** A message of a child, or undefined for anything else that arrives on the channel. */
export function readMessage(message: unknown): FromChild | undefined {
  if (!isRecord(message)) return undefined
  if (message.type === 'ready' && isInfo(message.info)) return { type: 'ready', info: message.info }
  const error = message.type === 'failed' ? readError(message.error) : undefined
  return error === undefined ? undefined : { type: 'failed', error }
}

export const isStop = (message: unknown): boolean => isRecord(message) && message.type === 'stop'
