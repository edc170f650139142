import type { Node } from 'oxc-parser'
import type { Assertions } from './asserts.ts'
import { doubtOf } from './conditions.ts'
import { type Call, calls, type Finding, type Func, finding, isFunction, named, names, type Tree } from './tree.ts'

const TESTS = /^(test|it)$/
const GROUPS = /^(describe|suite)$/
const HOW = /^(only|skip|skipIf|runIf|each|for|todo|fails|concurrent|sequential|shuffle|)$/
const SKIPS = /^(skip|skipIf|runIf|todo|fails)$/
const OLD_NAMES = /^(fit|fdescribe|xit|xtest|xdescribe)$/

const isOf = (tree: Tree, node: Call, kind: RegExp): boolean => {
  const [first = '', ...rest] = names(node.callee)
  const parent = tree.parentOf(node)
  // `test.each(rows)` alone is no test: what it returns is called with one.
  const goes = parent?.type === 'CallExpression' && parent.callee === node
  return kind.test(first) && rest.every(name => HOW.test(name)) && !goes && parent?.type !== 'MemberExpression'
}

export const isTest =
  (tree: Tree) =>
  (node: Call): boolean =>
    isOf(tree, node, TESTS)

/** The function of a test, written there or named. */
const bodyOf = (call: Call, functions: ReadonlyMap<string, Func>): Node | undefined =>
  call.arguments.slice(1).flatMap(argument => {
    if (isFunction(argument)) return [argument]
    const func = argument.type === 'Identifier' ? functions.get(argument.name) : undefined
    return func === undefined ? [] : [func]
  })[0]

/** Options of a test that keep it from running, or others. */
const optionsOf = (call: Call): readonly string[] =>
  call.arguments.flatMap(argument =>
    argument.type === 'ObjectExpression'
      ? argument.properties.flatMap(property =>
          property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
        )
      : [],
  )

/** `context.skip()` in a test. */
const isSkipInside = (tree: Tree, call: Call): boolean => {
  const path = names(call.callee)
  if (path.at(-1) !== 'skip' || TESTS.test(path[0] ?? '') || GROUPS.test(path[0] ?? '')) return false
  for (let node: Node | null = call; node !== null; node = tree.parentOf(node)) {
    const parent = tree.parentOf(node)
    if (!isFunction(node) || parent?.type !== 'CallExpression' || !isTest(tree)(parent)) continue
    const given = node.params.at(-1)
    const known = given === undefined ? '' : tree.text.slice(given.start, given.end)
    return new RegExp(`\\b${path[0]}\\b`).test(known)
  }
  return false
}

/** Refuses tests that assert nothing, tests that keep others from running, and tests that do not run without a reason. */
export function runs(tree: Tree, { holds }: Assertions): readonly Finding[] {
  const functions = named(tree)
  return calls(tree.nodes).flatMap(call => {
    const found: Finding[] = []
    const [test, group] = [isOf(tree, call, TESTS), isOf(tree, call, GROUPS)]
    const path = names(call.callee)
    if (!test && !group && !OLD_NAMES.test(path.join('.'))) {
      return isSkipInside(tree, call) && tree.reason(call, 'skips') === null
        ? [finding(tree, call, 'skip', 'a test is left out without a reason (// skips: reason)')]
        : []
    }
    const how = [...path.slice(1), ...optionsOf(call), ...(/^f/.test(path[0] ?? '') ? ['only'] : [])]
    const skips = how.some(name => SKIPS.test(name)) || /^x/.test(path[0] ?? '')
    if (how.includes('only')) found.push(finding(tree, call, 'only', 'keeps all others from running'))
    if (skips && tree.reason(call, 'skips') === null)
      found.push(finding(tree, call, 'skip', 'is left out without a reason (// skips: reason)'))
    const why = doubtOf(tree, call, () => false)
    if (why !== null && tree.reason(call, 'skips') === null)
      found.push(finding(tree, call, 'skip', `a test ${why} (// skips: reason)`))
    const body = bodyOf(call, functions)
    if (test && !how.includes('todo') && (body === undefined || !holds(body)))
      found.push(finding(tree, call, 'nothing', 'a test that asserts nothing'))
    return found
  })
}
