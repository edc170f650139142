// @ts-check
import { enter } from './setup.mjs'

await enter('scripts/test/main.ts', process.argv.slice(2))
