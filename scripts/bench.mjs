// @ts-check
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { enter, root } from './setup.mjs'

const names = readdirSync(join(root, 'bench'))
  .filter(file => /^[a-z]+\.ts$/.test(file) && file !== 'lib.ts')
  .map(file => file.slice(0, -3))
const [name, ...rest] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`Which bench? npm run bench -- NAME, where NAME is one of: ${names.join(', ')}\n`)
  process.exit(2)
}
await enter(`bench/${name}.ts`, rest)
