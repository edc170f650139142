import type { Node } from 'oxc-parser'
import { calls, type Finding, finding, isFunction, names, type Tree, within } from './tree.ts'

const TIMERS = /^(node:)?timers\/promises$/
/** Commands that start others. */
const COMMANDS = /^(exec|execSync|execFile|execFileSync|spawn|spawnSync)$/

/** Names under which a file knows what waits in `node:timers/promises`; `*` stands for all of it under the name after it. */
function waitersOf(tree: Tree): ReadonlySet<string> {
  const found = new Set<string>()
  for (const node of tree.nodes) {
    if (node.type !== 'ImportDeclaration' || !TIMERS.test(node.source.value)) continue
    for (const specifier of node.specifiers) {
      const { name } = specifier.local
      if (specifier.type !== 'ImportSpecifier') found.add(`${name}.setTimeout`).add(`${name}.scheduler.wait`)
      else if (specifier.imported.type === 'Identifier' && specifier.imported.name === 'scheduler')
        found.add(`${name}.wait`)
      else if (specifier.imported.type === 'Identifier' && specifier.imported.name !== 'setImmediate') found.add(name)
    }
  }
  return found
}

/** Names that fulfil a promise: the first parameter of an executor, `resolve` of `withResolvers`. */
function resolversOf(tree: Tree): ReadonlySet<string> {
  const found = new Set<string>()
  for (const node of tree.nodes) {
    if (node.type === 'NewExpression' && names(node.callee).join('.') === 'Promise') {
      const [executor] = node.arguments
      const first = isFunction(executor) ? executor.params[0] : undefined
      if (first?.type === 'Identifier') found.add(first.name)
    }
    if (node.type !== 'VariableDeclarator' || node.init === null) continue
    if (names(node.init).join('.') !== 'Promise.withResolvers' || node.id.type !== 'ObjectPattern') continue
    for (const property of node.id.properties) {
      if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.key.name !== 'resolve')
        continue
      if (property.value.type === 'Identifier') found.add(property.value.name)
    }
  }
  return found
}

const resolves = (given: Node | undefined, resolvers: ReadonlySet<string>): boolean => {
  if (given?.type === 'Identifier') return resolvers.has(given.name)
  return isFunction(given) && calls(within(given)).some(call => resolvers.has(names(call.callee).join('.')))
}

/** A condition that is only a look at the clock. */
const isClock = (given: Node | undefined): boolean => {
  if (!isFunction(given) || given.body?.type !== 'BinaryExpression') return false
  const { left, right } = given.body
  return [left, right].some(side => /^(Date|performance)\.now$/.test(names(side).join('.')))
}

/** Refuses waits for a time instead of for a condition. A limit, after which something is given up or killed, is none. */
export function sleeps(tree: Tree): readonly Finding[] {
  const [waiters, resolvers] = [waitersOf(tree), resolversOf(tree)]
  const what = (node: Node): string | null => {
    if (node.type === 'ImportExpression' && node.source.type === 'Literal' && TIMERS.test(String(node.source.value)))
      return 'node:timers/promises'
    if (node.type !== 'CallExpression') return null
    const path = names(node.callee)
    const [name, last] = [path.join('.'), path.at(-1) ?? '']
    const [first] = node.arguments
    if (waiters.has(name)) return name
    if (last === 'waitForTimeout' || /(^|\.)Atomics\.(wait|waitAsync)$/.test(name)) return name
    if (last === 'setTimeout' && resolves(first, resolvers)) return 'a promise that a timer fulfils'
    if (last === 'promisify' && first !== undefined && names(first).at(-1) === 'setTimeout')
      return 'promisify(setTimeout)'
    if (last === 'until' && isClock(first)) return 'until it is so late'
    if (COMMANDS.test(last) && first?.type === 'Literal' && /^sleep\b/.test(String(first.value))) return 'sleep'
    return null
  }
  return tree.nodes.flatMap(node => {
    const found = what(node)
    return found === null ? [] : [finding(tree, node, 'sleep', `waits for a time (${found}): wait for a condition`)]
  })
}
