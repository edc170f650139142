// @ts-check
import { enter } from './setup.mjs'

await enter('apps/cli/src/main.ts', ['start', ...process.argv.slice(2)])
