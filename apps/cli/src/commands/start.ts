import { openHomeFolder } from '@hausrecht/client/node/home'
import { readStatus } from '@hausrecht/hub/status/status'
import type { Context } from '../context.ts'
import { layout, tilde } from '../data-folder.ts'
import type { Handler } from '../handler.ts'
import type { Given } from '../program/options.ts'
import { FRESH_MS, type FromHub, fromHub } from '../screen/gather.ts'
import { showLive } from '../screen/live.ts'
import type { Screen } from '../screen/model.ts'
import { words as screenWords } from '../screen/screen-words.ts'
import { tipAt } from '../screen/tips.ts'
import { buildApp } from '../start/app.ts'
import { type AppDoor, appDoor } from '../start/app-door.ts'
import { prepareFolder } from '../start/folder.ts'
import { startOver } from '../start/fresh.ts'
import { type House, requireOwnVault, wakeHouse } from '../start/house.ts'
import { BEAT_MS, beat, changes } from '../start/lines.ts'
import { takeLock } from '../start/lock.ts'
import { Parts } from '../start/parts.ts'
import { isLoopback, requirePort } from '../start/port.ts'
import { readSettings, type Settings } from '../start/settings.ts'
import { words } from '../start/start-words.ts'
import { followVault } from '../start/vault-news.ts'
import { words as serviceWords } from './service-words.ts'
import { OWN_WITNESS } from './witness.ts'

/** How often the hub's news are read, in ms. */
const LOOK_MS = 500
const PORT_MAX = 65_533

async function wantedSettings({ dataDir }: Context, options: Given): Promise<Settings> {
  const kept = readSettings(layout(dataDir).settings)
  const port = options.whole('port', 1, PORT_MAX) ?? kept.port
  return { ...kept, port, host: options.text('host') ?? kept.host }
}

/** All that the screen shows, from what is known right now. */
function gather(
  context: Context,
  house: House,
  parts: Parts,
  hub: FromHub,
  news: ReturnType<typeof followVault>,
  door: AppDoor,
): Screen {
  const latest = news.latest()
  const { logSize, digits, ...fromIt } = hub
  return {
    ...fromIt,
    household: house.household,
    now: context.clock.now(),
    parts: parts.states(),
    vaultUrl: house.vaultUrl,
    app: { ...door, ...(digits === undefined ? {} : { digits }) },
    open: !isLoopback(house.settings.host),
    pending: latest?.pending ?? 0,
    dataFolder: tilde(context.dataDir),
    version: context.version,
    ...(latest === undefined
      ? {}
      : {
          kept: {
            bytes: latest.usage.bytes,
            logSize: Math.max(logSize ?? 0, latest.usage.logSize),
            ...(latest.usage.quotaBytes === null ? {} : { quotaBytes: latest.usage.quotaBytes }),
          },
        }),
  }
}

/** Until a person or the system wants it to end. */
async function show(context: Context, house: House, parts: Parts, headless: boolean): Promise<void> {
  const { out, language, dataDir, signal, clock } = context
  const t = words[language]
  const { home } = layout(dataDir)
  const news = followVault(home)
  let hub: FromHub = { cameras: [] }
  const { store, facts } = await openHomeFolder(home)
  let door = await appDoor(store, facts, clock.now())
  const look = async (): Promise<void> => {
    const status = await readStatus(home)
    const isNew = status !== null && clock.now() - status.writtenAtMs < FRESH_MS
    hub = isNew ? fromHub(status, language, OWN_WITNESS) : { cameras: hub.cameras }
    door = await appDoor(store, facts, clock.now())
  }
  await look()
  const screen = (): Screen => gather(context, house, parts, hub, news, door)
  const { promise: quit, resolve: stop } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => stop())
  process.on('disconnect', stop)
  if (signal.aborted) stop()

  let shown = screen()
  let saidAt = clock.now()
  const plain = (): void => {
    const next = screen()
    for (const line of changes(shown, next, language, context.invocation)) out.line(line)
    const { digits } = next.app
    if (digits !== undefined && digits !== shown.app.digits) out.value({ type: 'digits', digits })
    shown = next
    if (next.now - saidAt < BEAT_MS) return
    saidAt = next.now
    for (const line of beat(next, language)) out.line(line)
  }
  const { stdin, stdout } = process
  const live = !headless && out.live && stdin.isTTY === true
  const close = live
    ? showLive({ stdin, stdout, language, style: out.style, invocation: context.invocation, screen, onQuit: stop })
    : undefined
  if (!live) {
    if (!isLoopback(house.settings.host))
      out.line(out.style.waits(serviceWords[language].openWithoutTls(house.settings.host)))
    out.line(t.running(tilde(dataDir)))
    out.line('')
    out.line(`  ${shown.app.link ? t.openLink : t.openApp}`)
    out.line(`  ${out.style.link(out.style.strong(shown.app.url), shown.app.url)}`)
    out.line('')
    for (const line of changes(undefined, shown, language)) out.line(line)
    out.line(t.next(`${context.invocation} ${tipAt(shown, screenWords[language]).command}`))
  }
  out.value({ type: 'ready', app: shown.app.url, vault: house.vaultUrl, household: house.household, data: dataDir })
  const timer = setInterval(() => {
    void look().then(() => {
      if (!live) plain()
    })
  }, LOOK_MS)
  await quit
  clearInterval(timer)
  news.close()
  close?.()
}

/** A person does not have to wait until everything has started to stop it again. */
const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise(resolve => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })

/** `hausrecht start`: what `npm start` runs. */
export const start: Handler = async (context, _args, options) => {
  const { dataDir, out, language, signal } = context
  const t = words[language]
  const paths = layout(dataDir)
  prepareFolder(dataDir)
  const release = takeLock(paths.lock, dataDir)
  const headless = options.flag('headless') || out.json
  let parts: Parts | undefined
  try {
    if (options.flag('fresh')) await startOver(context, options.flag('yes'))
    await requireOwnVault(context)
    const settings = await wantedSettings(context, options)
    await requirePort(settings.port, settings.host)
    for (const port of [settings.port + 1, settings.port + 2]) await requirePort(port, '127.0.0.1')
    const say = (line: string): void => (out.live && !headless ? out.progress(line) : out.line(line))
    parts = new Parts({ dataDir, logs: paths.logs, language, onChange: () => {} })
    await buildApp(() => say(t.building), signal)
    const waking = wakeHouse(context, parts, settings, { say, sampleCamera: options.flag('sampleCamera') })
    waking.catch(() => {})
    const house = await Promise.race([waking, aborted(signal)])
    if (house !== undefined) await show(context, house, parts, headless)
    out.line(t.stopping)
    await parts.stopAll()
    out.line(t.stopped)
    return 0
  } catch (error) {
    await parts?.stopAll()
    throw error
  } finally {
    release()
  }
}
