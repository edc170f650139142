import type { CliError } from '../errors.ts'
import { type Info, isStop } from './protocol.ts'

/** Set in the environment of what the supervisor starts; a channel alone can also be the one of `npm start`. */
export const SUPERVISED = 'HAUSRECHT_SUPERVISED'

export type Running = Readonly<{ info: Info; close(): Promise<void> }>

const tell = (message: object): Promise<void> =>
  new Promise(resolve => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })

/** Tells the supervisor, if there is one, why this part cannot run. */
export const tellFailure = ({ code, explanation }: CliError): Promise<void> =>
  tell({ type: 'failed', error: { code, explanation } })

/** Lets go of the channel to whoever started us: it would keep this process alive. */
export function letGo(): void {
  process.removeAllListeners('disconnect')
  if (process.connected) process.disconnect()
}

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
  await tell({ type: 'ready', info: running.info })
  if (process.env[SUPERVISED] === undefined) onReady(running.info)
  await stopped
  await running.close()
}
