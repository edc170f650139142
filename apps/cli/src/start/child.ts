import type { CliError } from '../errors.ts'
import { type Info, isStop } from './protocol.ts'

export type Running = Readonly<{ info: Info; close(): Promise<void> }>

const tell = (message: object): void => {
  if (process.send !== undefined && process.connected) process.send(message)
}

/** Tells the supervisor, if there is one, why this part cannot run. */
export const tellFailure = ({ code, explanation }: CliError): void =>
  tell({ type: 'failed', error: { code, explanation } })

/**
 * Runs one part until it is told to stop: by the supervisor, by a signal, or because the supervisor is gone however it
 * went (the IPC channel closes with it). On its own in a terminal it stops at Ctrl-C.
 */
export async function runPart(start: () => Promise<Running>, onReady: (info: Info) => void): Promise<void> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop).on('disconnect', stop)
  process.on('message', message => {
    if (isStop(message)) stop()
  })
  const running = await start()
  tell({ type: 'ready', info: running.info })
  if (process.send === undefined) onReady(running.info)
  await stopped
  await running.close()
}
