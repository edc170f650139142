#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { startHub } from './hub.ts'

/**
 * Runs a hub on its own: `node apps/hub/src/main.ts --home DIR [--spool-bytes N] [--spool-days N]`.
 * Prints one line of JSON when it is ready, logs on standard error, stops in order at SIGTERM and SIGINT.
 */
const { values } = parseArgs({
  options: { home: { type: 'string' }, 'spool-bytes': { type: 'string' }, 'spool-days': { type: 'string' } },
})
const log = pino({ level: process.env.HAUSRECHT_LOG ?? 'info' }, pino.destination({ dest: 2, sync: true }))
const number = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new Error(`not a positive number: ${text}`)
  return value
}

try {
  if (values.home === undefined) throw new Error('--home is missing: the folder of this device')
  const maxBytes = number(values['spool-bytes'])
  const maxDays = number(values['spool-days'])
  const hub = await startHub({
    home: values.home,
    log,
    spool: { ...(maxBytes === undefined ? {} : { maxBytes }), ...(maxDays === undefined ? {} : { maxDays }) },
  })
  const { household, device, cameras } = hub.status()
  process.stdout.write(
    `${JSON.stringify({ ready: true, pid: process.pid, household, device, cameras: cameras.length })}\n`,
  )
  const stop = () => {
    hub.close().then(
      () => process.exit(0),
      error => {
        log.fatal({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
} catch (error) {
  log.fatal({ err: error }, 'the hub cannot start')
  process.exit(1)
}
