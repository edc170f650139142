import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The data folder: `--data`, HAUSRECHT_DATA, or `~/.hausrecht`. Always absolute. */
export const dataFolder = (flag: string | undefined, env: Environment): string =>
  resolve(flag ?? env.HAUSRECHT_DATA ?? join(homedir(), '.hausrecht'))

/** Where things are in a data folder. `--fresh` removes exactly these. */
export const layout = (dataDir: string) => ({
  vault: join(dataDir, 'vault'),
  witness: join(dataDir, 'witness'),
  home: join(dataDir, 'home'),
  logs: join(dataDir, 'logs'),
  settings: join(dataDir, 'settings.json'),
  lock: join(dataDir, 'start.lock'),
})

/** A folder as people write it. */
export const tilde = (path: string): string => {
  const home = homedir()
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
