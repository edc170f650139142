import { openHomeFolder } from '@hausrecht/client/node/home'
import { formatVkey } from '@hausrecht/tlog/note'
import { readThreshold } from '../audit/policy.ts'
import { layout, tilde } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { appDoor } from '../start/app-door.ts'
import { found } from './found.ts'
import { words } from './init-words.ts'

/** `hausrecht init --vault URL` */
export const init: Handler = async (context, _args, options) => {
  const t = words[context.language]
  const vault = options.text('vault')
  if (vault === undefined) throw CliError.of('usage', { what: t.needsVault, command: `${context.invocation} init` })
  const [name, label] = [options.text('householdName'), options.text('label')]
  const policy = options.text('policy')
  const trusted = options.texts('trust')
  if (policy !== undefined && trusted.length > 0)
    throw CliError.of('usage', { what: t.policyOrTrust, command: `${context.invocation} init` })
  const asked = policy === undefined ? undefined : await readThreshold(policy)
  const founded = await found(context, {
    vault: vault.replace(/\/+$/, ''),
    witnesses: asked?.witnesses.map(formatVkey) ?? trusted,
    ...(asked && { quorum: asked.quorum }),
    ...(name === undefined ? {} : { name }),
    ...(label === undefined ? {} : { label }),
  })
  context.out.line(t.founded(founded.name, tilde(context.dataDir)))
  context.out.line(t.next(context.invocation))
  const { store, facts } = await openHomeFolder(layout(context.dataDir).home)
  const { url } = await appDoor(store, facts, context.clock.now())
  context.out.line(t.open)
  context.out.line(context.out.style.link(context.out.style.strong(url), url))
  context.out.value({ ...founded, app: url })
  return 0
}
