#!/usr/bin/env node
// @ts-check
import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

/**
 * Starts a hub on its own: `node apps/hub/bin/hub.mjs --home DIR [--spool-bytes N] [--spool-days N]`; see src/main.ts.
 *
 * The compiled code is kept, in a folder that only this user can write to: the start takes half the CPU, and the compiler's 40 MB are never
 * loaded. Marking in steps is switched off: the hub's heap is small and its buffers are large, and steps are begun again and again
 * for buffers that are free already (docs/decisions/0073).
 */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hausrecht')
try {
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  enableCompileCache(cache)
} catch {
  // A home that cannot be written to: the start is slower, nothing else.
}
setFlagsFromString('--no-incremental-marking')
setFlagsFromString('--single-threaded-gc')
await import('../src/main.ts')
