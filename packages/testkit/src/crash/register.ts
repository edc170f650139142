import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CRASH, withCrashPoints } from './transform.ts'

/**
 * Preloaded (`node --import`) into a process that is to be a crash twin. `HAUSRECHT_CRASH` is JSON: which files (parts of their paths,
 * below `root`), and either `trace`, the file for the names of all points that were passed and how often, or `at`, where to die.
 */
type Orders = {
  readonly root: string
  readonly files: readonly string[]
  readonly trace?: string
  readonly at?: { readonly name: string; readonly pass: number }
}

const { root, files, trace, at }: Orders = JSON.parse(process.env.HAUSRECHT_CRASH ?? '{"root":"","files":[]}')
const passed = new Map<string, number>()

Object.assign(globalThis, {
  [CRASH](name: string): void {
    const times = (passed.get(name) ?? 0) + 1
    passed.set(name, times)
    // Nothing of ours runs any more: no handler, no `finally`, no buffer that is still written.
    if (at?.name === name && at.pass === times) process.kill(process.pid, 'SIGKILL')
  },
})

if (trace !== undefined) process.on('exit', () => writeFileSync(trace, JSON.stringify([...passed])))

registerHooks({
  load(url, context, nextLoad) {
    const path = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : ''
    if (!files.some(part => path.includes(part))) return nextLoad(url, context)
    const source = withCrashPoints(path, readFileSync(fileURLToPath(url), 'utf8'))
    return { format: 'module-typescript', source, shortCircuit: true }
  },
})
