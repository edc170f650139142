import { hostname } from 'node:os'
import { saveFacts } from '@hausrecht/client/home'
import { readNames } from '@hausrecht/client/names'
import { isHomeFolder, openHomeFolder } from '@hausrecht/client/node/home'
import { atHome } from '../commands/at-home.ts'
import { found } from '../commands/found.ts'
import type { Context } from '../context.ts'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import { offerFirstLink } from './app-door.ts'
import type { Parts } from './parts.ts'
import { addSample, isRemoved, placeSample } from './sample.ts'
import { readSettings, type Settings, writeSettings } from './settings.ts'
import { words } from './start-words.ts'

export type House = Readonly<{ household: string; vaultUrl: string; settings: Settings }>

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])
const urlHost = (host: string): string =>
  EVERY_ADDRESS.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host

/** Who says what is happening while the house wakes up. */
export type Wake = Readonly<{ say(line: string): void; sampleCamera: boolean }>

/** Starts witness and vault so that each knows the other's key. */
async function startLog(
  context: Context,
  parts: Parts,
  settings: Settings,
): Promise<{ settings: Settings; witnessKey: string }> {
  const { port, host } = settings
  const address = ['--port', String(port + 1)]
  const logFlag = (key?: string, origin?: string): readonly string[] =>
    key === undefined || origin === undefined ? [] : ['--log', `${origin},${key}`]
  const witness = await parts.start('witness', 'witness', [...address, ...logFlag(settings.vaultKey, settings.origin)])
  const vault = await parts.start('vault', 'vault', [
    ...['--port', String(port), '--host', host],
    ...['--witness', `${witness.url},${witness.vkey}`],
  ])
  const [vaultKey, origin] = [String(vault.key), String(vault.origin)]
  if (vaultKey !== settings.vaultKey || origin !== settings.origin) {
    // The first time the witness could not know the vault's key, which it asks for before it cosigns anything.
    await parts.stop('witness')
    await parts.start('witness', 'witness', [...address, ...logFlag(vaultKey, origin)])
  }
  const complete: Settings = { ...settings, vaultKey, origin }
  writeSettings(layout(context.dataDir).settings, complete)
  return { settings: complete, witnessKey: String(witness.vkey) }
}

/** The household of the folder: founded the first time, with its vault's address kept up to date after that. */
async function settle(context: Context, vaultUrl: string, witnessKey: string, wake: Wake): Promise<void> {
  const { home } = layout(context.dataDir)
  const t = words[context.language]
  if (await isHomeFolder(home)) {
    const { store, key, facts } = await openHomeFolder(home)
    if (facts.vault !== vaultUrl) await saveFacts(store, key, { ...facts, vault: vaultUrl })
    return
  }
  wake.say(t.first)
  await found(context, {
    name: t.household,
    label: t.deviceLabel(hostname()),
    vault: vaultUrl,
    witnesses: [witnessKey],
  })
}

/** A folder that joined somebody else's household has no vault of its own. @throws CliError joined_folder */
export async function requireOwnVault(context: Context): Promise<void> {
  const { home, settings } = layout(context.dataDir)
  if (readSettings(settings).vaultKey !== undefined || !(await isHomeFolder(home))) return
  const { facts } = await openHomeFolder(home)
  throw CliError.of('joined_folder', { path: context.dataDir, vault: facts.vault })
}

/** Starts everything in order and returns what the screen needs to know. @throws CliError of whatever could not start */
export async function wakeHouse(context: Context, parts: Parts, wanted: Settings, wake: Wake): Promise<House> {
  const { home, settings: settingsPath } = layout(context.dataDir)
  const t = words[context.language]
  wake.say(t.starting(t.parts.vault))
  const { settings, witnessKey } = await startLog(context, parts, wanted)
  const vaultUrl = `http://${urlHost(settings.host)}:${settings.port}`
  await settle(context, vaultUrl, witnessKey, wake)

  const { household, sample } = await atHome(context, async ({ device }) => {
    await offerFirstLink(device)
    const names = await readNames(device)
    const known = settings.sample ?? (wake.sampleCamera ? await addSample(device, t.sampleCamera) : undefined)
    const removed = known !== undefined && isRemoved(device, known)
    return { household: names.household, sample: removed ? undefined : known }
  })
  const complete: Settings = sample === undefined ? settings : { ...settings, sample }
  writeSettings(settingsPath, complete)
  if (sample !== undefined) {
    let url: string | undefined
    if (wake.sampleCamera) {
      wake.say(t.starting(t.parts.camera))
      const camera = await parts.start('camera', 'sample-camera', ['--port', String(settings.port + 2)])
      url = String(camera.url)
    }
    await placeSample(home, sample, t.sampleCamera, url)
  }
  wake.say(t.starting(t.parts.hub))
  await parts.start('hub', 'hub', [])
  return { household, vaultUrl, settings: complete }
}
