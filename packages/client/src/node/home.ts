import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { CELL_BYTES } from '../cell/erasable-cell.ts'
import { ClientError } from '../errors.ts'
import { type Home, homeExists, openHome } from '../home.ts'
import type { Store } from '../store.ts'
import { FolderStore } from './folder-store.ts'
import { lockOwner, takeLock } from './lock.ts'
import { SealedStore } from './sealed-store.ts'
import { isTpmIndex, TpmCell, type TpmPlace } from './tpm-cell.ts'

const HUB_LOCK = 'hub.lock'
/** Which cell the keys of this folder are sealed under; no file is none. */
const CELL = 'cell.json'

/** The store of a folder, with its keys behind their cell if it has one. @throws ClientError cell_unavailable | cell_mismatch | home_damaged */
async function openStore(folder: string): Promise<Store> {
  const store = await FolderStore.open(folder)
  const place = await cellPlace(store)
  return place === null ? store : SealedStore.open(store, new TpmCell(place))
}

/** Opens the device in a folder. Several processes may have it open: each change takes a lock of its own. @throws ClientError home_missing … */
export const openHomeFolder = async (folder: string): Promise<Home> => openHome(await openStore(folder))

/** True when the folder holds a device; creates nothing. */
export const isHomeFolder = async (folder: string): Promise<boolean> =>
  existsSync(folder) && homeExists(await FolderStore.open(folder))

/** One hub a home: held until the process ends, taken over from one that was killed. @throws ClientError home_locked */
export const takeHubLock = (folder: string): (() => void) => takeLock(join(folder, HUB_LOCK))

/** The pid of the hub that works on this folder, or null. */
export const runningHub = (folder: string): number | null => lockOwner(join(folder, HUB_LOCK))

/** Where the cell of a folder lies; null when its keys are files. @throws ClientError home_damaged */
export const homeCell = async (folder: string): Promise<TpmPlace | null> => cellPlace(await FolderStore.open(folder))

/**
 * Seals the keys of a folder under a cell in a TPM. Nothing else may have the folder open. The TPM is tried before anything changes.
 * @throws ClientError home_locked; cell_unavailable; cell_taken when something lies at that index
 */
export async function sealHome(folder: string, place: TpmPlace): Promise<void> {
  await whileNoHub(folder, async () => {
    const store = await FolderStore.open(folder)
    if ((await cellPlace(store)) !== null) return
    const cell = new TpmCell(place)
    const before = await cell.read()
    if (before !== null) {
      before.zero()
      throw new ClientError('cell_taken')
    }
    using value = Secret.from(randomBytes(CELL_BYTES))
    await cell.replace(value)
    await store.write(CELL, utf8(`${JSON.stringify({ version: 1, kind: 'tpm', ...place })}\n`))
    await SealedStore.open(store, cell)
  })
}

/** Takes the keys of a folder out of its cell, into files. @throws ClientError home_locked; cell_unavailable; cell_mismatch */
export async function unsealHome(folder: string): Promise<void> {
  await whileNoHub(folder, async () => {
    const store = await FolderStore.open(folder)
    const place = await cellPlace(store)
    if (place === null) return
    const cell = new TpmCell(place)
    await (await SealedStore.open(store, cell)).unseal()
    await store.erase(CELL)
    await cell.remove()
  })
}

async function whileNoHub(folder: string, work: () => Promise<void>): Promise<void> {
  const unlock = takeHubLock(folder)
  try {
    await work()
  } finally {
    unlock()
  }
}

async function cellPlace(store: Store): Promise<TpmPlace | null> {
  const bytes = await store.read(CELL)
  if (bytes === null) return null
  const damaged = (): ClientError => new ClientError('home_damaged', CELL)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw damaged()
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'tpm') throw damaged()
  if (!('index' in value) || typeof value.index !== 'number' || !isTpmIndex(value.index)) throw damaged()
  const tcti = 'tcti' in value && typeof value.tcti === 'string' ? value.tcti : null
  return { index: value.index, tcti }
}
