import { deletedRanges } from '@hausrecht/chain/rights'
import type { OpenDevice } from '@hausrecht/client/device'
import { appliedOrders } from '@hausrecht/client/follow-orders'
import type { Deleted, KeyStore } from '@hausrecht/client/key-store'
import { readNames } from '@hausrecht/client/names'
import { nodeRange } from '@hausrecht/keytree/cover'
import { OWN_WITNESS } from '../commands/witness.ts'
import type { Context } from '../context.ts'
import { bytes, duration, number } from '../time/format.ts'
import { words } from './doctor-words.ts'
import { type Finding, finding } from './finding.ts'

/** The vault refuses what is signed further off than this; more than the hint makes times in the log look odd. In ms. */
export const CLOCK_HINT_MS = 5000
export const CLOCK_WRONG_MS = 60_000
const NEARLY_FULL = 0.95

/** Nodes of key trees that still reach into something deleted: there must be none. */
export function leftovers(
  keys: Pick<KeyStore, 'held' | 'positions'>,
  deletedOf: Deleted,
): { nodes: number; left: number } {
  const reaching = keys.held().flatMap(name => {
    const deleted = deletedOf(name.stream)
    return keys.positions(name).map(position => {
      const { lo, hi } = nodeRange(position)
      return deleted.some(range => range.lo <= hi && lo <= range.hi)
    })
  })
  return { nodes: reaching.length, left: reaching.filter(Boolean).length }
}

async function vault({ language, clock }: Context, device: OpenDevice): Promise<readonly Finding[]> {
  const t = words[language]
  const asked = clock.now()
  const usage = await device.vault.usage()
  const off = Math.abs(usage.now - (asked + clock.now()) / 2)
  const level = off > CLOCK_WRONG_MS ? 'wrong' : off > CLOCK_HINT_MS ? 'hint' : 'ok'
  const [used, quota] = [
    bytes(usage.bytes, language),
    usage.quotaBytes === null ? '' : bytes(usage.quotaBytes, language),
  ]
  const full = usage.quotaBytes !== null && usage.bytes > NEARLY_FULL * usage.quotaBytes
  const failing = usage.witnesses.find(({ error }) => error !== null)
  return [
    finding('clock', level, t.clock[level](duration(off, language))),
    finding('space', full ? 'wrong' : 'ok', full ? t.space.wrong(used, quota) : t.space.ok(used, quota)),
    ...(failing === undefined ? [] : [finding('witness', 'wrong', t.witness.wrong(failing.error ?? ''))]),
  ]
}

function witness({ language, clock }: Context, device: OpenDevice): Finding {
  const t = words[language].witness
  const [independent] = [...device.chain.view.cosigned].filter(([name]) => name !== OWN_WITNESS)
  const own = device.chain.view.cosigned.get(OWN_WITNESS)
  const age = (at: number): string => duration(Math.max(0, clock.now() - at), language)
  if (independent !== undefined) return finding('witness', 'ok', t.ok(independent[0], age(independent[1])))
  return own === undefined ? finding('witness', 'hint', t.hint()) : finding('witness', 'ok', t.own(age(own)))
}

/** What the device knows by itself and what it hears from the vault. The log was followed to its end before. */
export async function examineHouse(
  context: Context,
  device: OpenDevice,
  reachable: boolean,
): Promise<readonly Finding[]> {
  const { language } = context
  const t = words[language]
  const { chain } = device
  const evidence = await chain.evidence()
  const [all, done] = [chain.state.orders.length, await appliedOrders(device)]
  const { nodes, left } = leftovers(device.keys, stream => deletedRanges(chain.state, stream))
  const names = await readNames(device).catch(() => undefined)
  const unreadable = names?.unreadable.length ?? 0
  return [
    finding('home', 'ok', t.home.ok(names?.household ?? device.household, device.name)),
    finding('log', 'ok', t.log.ok(number(chain.view.size, language))),
    finding(
      'evidence',
      evidence.length === 0 ? 'ok' : 'wrong',
      evidence.length === 0 ? t.evidence.ok() : t.evidence.wrong(evidence.join(', ')),
    ),
    witness(context, device),
    finding('orders', done >= all ? 'ok' : 'wrong', done >= all ? t.orders.ok(all) : t.orders.wrong(done, all)),
    finding('keys', left === 0 ? 'ok' : 'wrong', left === 0 ? t.keys.ok(nodes) : t.keys.wrong(left)),
    finding('names', unreadable === 0 ? 'ok' : 'hint', unreadable === 0 ? t.names.ok() : t.names.hint(unreadable)),
    ...(reachable ? await vault(context, device) : []),
  ]
}
