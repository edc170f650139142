import { type Graph, type Import, wayTo } from './graph.ts'

/** Who may import whom, as ARCHITECTURE.md says: arrows point down only. Tests may also import the test kit. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'packages/crypto': [],
  'packages/keytree': ['crypto'],
  'packages/tlog': ['crypto'],
  'packages/contract': [],
  'packages/rtsp': [],
  'packages/media': ['crypto'],
  'packages/chain': ['tlog', 'crypto'],
  'packages/client': ['chain', 'media', 'tlog', 'keytree', 'crypto', 'contract'],
  'packages/testkit': ['client', 'rtsp', 'media', 'chain', 'tlog', 'keytree', 'crypto', 'contract'],
  'apps/camera': ['rtsp', 'media'],
  'apps/witness': ['tlog', 'crypto'],
  'apps/vault': ['chain', 'media', 'tlog', 'crypto', 'contract'],
  'apps/hub': ['client', 'rtsp', 'media', 'chain', 'tlog', 'keytree', 'crypto', 'contract'],
  'apps/web': ['client', 'media', 'chain', 'tlog', 'keytree', 'crypto', 'contract'],
  'apps/cli': [
    'hub',
    'vault',
    'witness',
    'camera',
    'client',
    'rtsp',
    'media',
    'chain',
    'tlog',
    'keytree',
    'crypto',
    'contract',
  ],
}

/** These rooms live with, or are shared with, the adversary: nothing that opens a segment may be within their reach. */
const KEYLESS = ['apps/vault', 'apps/witness', 'packages/chain', 'packages/tlog', 'packages/contract'] as const

/** What opens a segment or a packet. `secret.ts` is not among them: it only holds bytes, and a vault has a log key to hold. */
const OPENERS = [
  /^packages\/keytree\//,
  /^packages\/client\//,
  /^packages\/crypto\/src\/(cobblestone|packet|gcm|hpke)(\.|\/|-)/,
  /^packages\/media\/src\/segment\/payload\./,
]

/** Libraries and modules with cryptography in them. */
const CRYPTO_LIBRARIES = [/^@noble\//, /^@hpke\//, /^cborg$/, /^node:crypto$/]

/** Where cryptography may be imported outside packages/crypto, each with its reason. */
export const CRYPTO_EXCEPTIONS: Readonly<Record<string, string>> = {
  'packages/rtsp/src/digest.ts': 'RFC 7616 digests with MD5, which cameras ask for; no key of the household is near',
  'apps/web/build/release.ts': 'hashes of the built files, made when building; nothing of it is in the app',
}

export type Violation = Readonly<{ file: string; rule: string; detail: string }>

const isTest = (file: string): boolean =>
  /\.test\.ts$/.test(file) || /^(packages\/testkit|e2e|bench|scripts)\//.test(file)
const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/')
const nameOf = (room: string): string => room.split('/')[1] ?? room

const arrow = (file: string, { target, kind }: Import): readonly Violation[] => {
  const [from, to] = [roomOf(file), roomOf(target)]
  const allowed = ARROWS[from]
  if (kind !== 'file' || from === to || allowed === undefined || isTest(file)) return []
  if (ARROWS[to] === undefined)
    return [{ file, rule: 'arrow', detail: `imports ${target}, which is outside the rooms` }]
  return allowed.includes(nameOf(to))
    ? []
    : [{ file, rule: 'arrow', detail: `imports ${target}: ${from} may not import ${to}` }]
}

const oneImport = (file: string, imported: Import): readonly Violation[] => {
  const found: Violation[] = [...arrow(file, imported)]
  if (imported.kind === 'missing') found.push({ file, rule: 'missing', detail: `${imported.specifier} leads nowhere` })
  const isCrypto = imported.kind !== 'file' && CRYPTO_LIBRARIES.some(pattern => pattern.test(imported.target))
  if (isCrypto && !isTest(file) && !file.startsWith('packages/crypto/') && CRYPTO_EXCEPTIONS[file] === undefined) {
    found.push({
      file,
      rule: 'crypto',
      detail: `imports ${imported.target}: cryptography is imported in packages/crypto only`,
    })
  }
  if (!isTest(file) && imported.kind === 'file' && /\.test\.ts$/.test(imported.target)) {
    found.push({ file, rule: 'test', detail: `imports the test ${imported.target}` })
  }
  return found
}

const reach = (graph: Graph): readonly Violation[] =>
  KEYLESS.flatMap(room => {
    const files = [...graph.keys()].filter(file => roomOf(file) === room && !isTest(file))
    return OPENERS.flatMap(opener => {
      const way = wayTo(graph, files, file => opener.test(file))
      return way === undefined
        ? []
        : [{ file: way[0] ?? room, rule: 'keyless', detail: `reaches what opens a segment: ${way.join(' → ')}` }]
    })
  })

const cycles = (graph: Graph): readonly Violation[] => {
  const state = new Map<string, 'open' | 'done'>()
  const found: Violation[] = []
  const visit = (file: string, way: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.push({ file, rule: 'cycle', detail: [...way.slice(way.indexOf(file)), file].join(' → ') })
      return
    }
    state.set(file, 'open')
    for (const { target, kind } of graph.get(file) ?? []) if (kind === 'file') visit(target, [...way, file])
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

/** Every way in which the graph breaks the house's rules; empty when all is well. */
export function violations(graph: Graph): readonly Violation[] {
  const single = [...graph].flatMap(([file, imports]) => imports.flatMap(imported => oneImport(file, imported)))
  return [...single, ...reach(graph), ...cycles(graph)]
}
