import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './port.ts'
import { until } from './until.ts'

export type SoftwareTpm = { readonly tcti: string; close(): Promise<void> }

/** A TPM 2.0 in software (swtpm of Debian) that keeps its memory in a folder. Speaks on two neighbouring ports of loopback. */
export async function startTpm(dir: string): Promise<SoftwareTpm> {
  for (;;) {
    const port = await freePort()
    const at = (kind: string, number: number): string[] => [kind, `type=tcp,port=${number},bindaddr=127.0.0.1`]
    const child = spawn(
      'swtpm',
      [
        ...['socket', '--tpm2', '--tpmstate', `dir=${dir}`, '--flags', 'not-need-init,startup-clear'],
        ...[...at('--server', port), ...at('--ctrl', port + 1)],
      ],
      { stdio: 'ignore' },
    )
    const ended = once(child, 'exit')
    await until(async () => child.exitCode !== null || (await answers(port)), { what: 'the software TPM' })
    // Another process was faster at the second port.
    if (child.exitCode !== null) continue
    return {
      tcti: `swtpm:host=127.0.0.1,port=${port}`,
      close: async () => {
        child.kill()
        await ended
      },
    }
  }
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  // The port for control: one that knocks at the other takes the only place there is.
  const socket = connect(port + 1, '127.0.0.1', () => {
    socket.destroy()
    resolve(true)
  })
  socket.on('error', () => resolve(false))
  return promise
}
