import { readNames } from '@hausrecht/client/names'
import { openHomeFolder, runningHub } from '@hausrecht/client/node/home'
import { deviceStatus } from '@hausrecht/client/status'
import { readStatus } from '@hausrecht/hub/status/status'
import type { Context } from '../context.ts'
import { layout, tilde } from '../data-folder.ts'
import type { Handler } from '../handler.ts'
import { FRESH_MS, fromHub } from '../screen/gather.ts'
import type { CameraNow, Screen } from '../screen/model.ts'
import { labelled, summary } from '../screen/view.ts'
import { appDoor } from '../start/app-door.ts'
import { readSettings } from '../start/settings.ts'
import type { PartState } from '../start/supervised.ts'
import { harmless } from '../terminal/width.ts'
import { type AtHome, atHome } from './at-home.ts'
import { knownDevices } from './devices.ts'
import { type Invitation, invitation } from './invite.ts'
import { words } from './status-words.ts'
import { OWN_WITNESS } from './witness.ts'

const WATCH_MS = 2000
/** How wide lines may be where nobody sees a terminal. */
const PLAIN_COLUMNS = 120
/** Begins a new screen. */
const CLEAR = '\x1b[H\x1b[2J'

type Seen = Readonly<{
  screen: Screen
  recording: boolean
  recorder: boolean
  invite: Invitation
  devices: Awaited<ReturnType<typeof knownDevices>>
  value: object
}>

async function look(context: Context, { device, home, vaultUrl }: AtHome, reachable: boolean): Promise<Seen> {
  const { language, clock } = context
  const now = clock.now()
  const [names, own, status] = [await readNames(device), await deviceStatus(device), await readStatus(home)]
  const usage = reachable ? await device.vault.usage() : undefined
  const isAdmin = own.roles.includes('admin')
  const pending = reachable && isAdmin ? (await device.vault.listPending()).length : 0
  const recording = runningHub(home) !== null && status !== null && now - status.writtenAtMs < FRESH_MS
  const { facts } = await openHomeFolder(home)
  const door = await appDoor(device.store, facts, now)
  const { logSize: _, ...hub } = fromHub(recording ? status : null, language, OWN_WITNESS)
  const idle = names.cameras
    .filter(({ stoppedAt }) => stoppedAt === null)
    .map(({ name, recorder }): CameraNow => ({ name, state: recorder === device.id ? 'off' : 'elsewhere' }))
  const isRecorder = idle.some(({ state }) => state === 'off')
  const [cosigned] = Object.entries(own.cosigned)
  const up: PartState = { state: 'running', restarts: 0 }
  const down: PartState = { state: 'stopped', restarts: 0 }
  const witness = cosigned === undefined ? undefined : { own: cosigned[0] === OWN_WITNESS, cosignedAt: cosigned[1] }
  const screen: Screen = {
    ...hub,
    cameras: recording ? hub.cameras : idle,
    household: names.household,
    now,
    parts: { hub: isRecorder && !recording ? down : up, camera: up, witness: up, vault: up },
    vaultAway: !reachable,
    vaultUrl,
    app: { ...door, ...(hub.digits === undefined ? {} : { digits: hub.digits }) },
    pending,
    dataFolder: tilde(context.dataDir),
    version: context.version,
    ...(witness === undefined ? {} : { witness }),
    ...(usage === undefined
      ? {}
      : {
          kept: {
            bytes: usage.bytes,
            logSize: own.logSize,
            ...(usage.quotaBytes === null ? {} : { quotaBytes: usage.quotaBytes }),
          },
        }),
  }
  const devices = await knownDevices(device)
  const { host, vaultKey } = readSettings(layout(context.dataDir).settings)
  const invite = invitation(facts, vaultKey === undefined ? undefined : host)
  const value = {
    household: { id: device.household, name: names.household },
    device: { id: device.id, name: device.name, roles: own.roles },
    recording,
    cameras: screen.cameras,
    vault: {
      url: vaultUrl,
      reachable,
      bytes: usage?.bytes ?? null,
      objects: usage?.objects ?? null,
      quotaBytes: usage?.quotaBytes ?? null,
    },
    waiting: screen.waiting ?? null,
    log: { size: own.logSize, orders: own.orders, ordersApplied: own.ordersApplied, evidence: own.evidence },
    witness: witness ?? null,
    devices: devices.filter(({ removedAt }) => removedAt === null).map(({ id, name, roles }) => ({ id, name, roles })),
    pending,
    join: invite.address,
    app: door,
  }
  return { screen, recording, recorder: isRecorder, invite, devices, value }
}

function print(context: Context, { screen, recording, recorder, invite, devices }: Seen): void {
  const { out, language, invocation } = context
  const t = words[language]
  const { style } = out
  const columns = out.live ? out.columns() : PLAIN_COLUMNS
  for (const line of summary(screen, { columns, language, style, invocation })) out.line(line.trimEnd())
  if (!recording && recorder) out.line(labelled('', `${style.waits(t.notRunning)} ${t.start(invocation)}`, style))
  const names = devices.filter(({ removedAt }) => removedAt === null).map(({ name }) => harmless(name))
  out.line(labelled(t.devices, names.join(', '), style))
  out.line(labelled(t.join, `${invocation} join "${invite.address}"`, style))
  if (invite.onlyHere) out.line(labelled('', style.quiet(t.onlyHere(invocation)), style))
}

/** `hausrecht status`: once, or with --watch until Ctrl-C. */
export const status: Handler = async (context, _args, options) => {
  const { out, signal } = context
  const once = (): Promise<void> =>
    atHome(
      context,
      async (at, reachable) => {
        const seen = await look(context, at, reachable)
        if (options.flag('watch') && out.live) process.stdout.write(CLEAR)
        print(context, seen)
        out.value(seen.value)
      },
      { offline: true },
    )
  await once()
  while (options.flag('watch') && !signal.aborted) {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, WATCH_MS)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    if (!signal.aborted) await once()
  }
  return 0
}
