import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readNames } from '@hausrecht/client/names'
import { openHomeFolder } from '@hausrecht/client/node/home'
import { makeReceiptFile } from '@hausrecht/client/receipt-file'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { atHome } from './at-home.ts'
import { readableNames } from './deletions.ts'
import { words } from './receipt-words.ts'

/** Of an order's id in the name of its file, so many characters. */
const SHORT = 8

/** `hausrecht receipt ORDER [FILE]` */
export const writeReceipt: Handler = (context, [wanted = '', fileText], options) =>
  atHome(context, async ({ device, home }) => {
    const { out, language, invocation } = context
    const t = words[language]
    const { orders, completed } = device.chain.state
    const [order, ...others] = orders.filter(({ id }) => id.startsWith(wanted.toLowerCase()))
    if (order === undefined || others.length > 0 || wanted === '') throw CliError.of('no_such_order', { name: wanted })
    const name = fileText ?? `receipt-${order.id.slice(0, SHORT)}.json`
    const file = resolve(name)
    if (existsSync(file) && !options.flag('overwrite')) throw CliError.of('output_exists', { path: name })
    const withNames = options.flag('names')
    const labels = withNames ? readableNames(await readNames(device)) : undefined
    const { facts } = await openHomeFolder(home)
    await writeFile(file, await makeReceiptFile(device, facts, order.id, labels))
    const complete = completed.has(order.id)
    out.line(out.style.yours(t.written(name)))
    if (!complete) out.line(out.style.waits(t.notYet))
    if (!withNames) out.line(t.noNames)
    out.line(t.next(`${invocation} verify receipt ${name}`))
    out.value({ type: 'done', file, order: order.id, complete })
    return 0
  })
