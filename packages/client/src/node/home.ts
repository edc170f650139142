import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, homeExists, openHome } from '../home.ts'
import { FolderStore } from './folder-store.ts'
import { lockOwner, takeLock } from './lock.ts'

const HUB_LOCK = 'hub.lock'

/** Opens the device in a folder. Several processes may have it open: each change takes a lock of its own. @throws ClientError home_missing */
export const openHomeFolder = async (folder: string): Promise<Home> => openHome(await FolderStore.open(folder))

/** True when the folder holds a device; creates nothing. */
export const isHomeFolder = async (folder: string): Promise<boolean> =>
  existsSync(folder) && homeExists(await FolderStore.open(folder))

/** One hub a home: held until the process ends, taken over from one that was killed. @throws ClientError home_locked */
export const takeHubLock = (folder: string): (() => void) => takeLock(join(folder, HUB_LOCK))

/** The pid of the hub that works on this folder, or null. */
export const runningHub = (folder: string): number | null => lockOwner(join(folder, HUB_LOCK))
