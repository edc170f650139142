import type { Node } from 'oxc-parser'
import {
  type Call,
  calls,
  type Finding,
  type Func,
  finding,
  isFunction,
  named,
  names,
  type Tree,
  within,
} from './tree.ts'

/** Methods and functions of other files that assert, each with what it holds. */
export const ASSERTING: Readonly<Record<string, string>> = {
  looks: 'e2e/app-browser.ts: axe finds nothing that shuts somebody out',
  hasNoComplaints: 'e2e/app-browser.ts: the browser complained about nothing',
  isCalm: 'e2e/lied-to.ts: nothing is said to be wrong',
  seesNothingFalse: 'e2e/lied-to.ts: no picture is lost, repeated or moved',
}

/** What throws when something does not come in time: a test may consist of it, and a way to an assertion may lead over it. */
export const WAITING: Readonly<Record<string, string>> = {
  sees: 'e2e/app-browser.ts: the text comes',
  isTold: 'e2e/lied-to.ts: it is said in these words',
  until: 'packages/testkit/src/until.ts: the condition comes to hold',
  waitFor: 'Playwright: the element comes, or goes',
  waitForFunction: 'Playwright: the page comes to be so',
}

const EXPECTS = new Set(['expect', 'expectTypeOf', 'assertType'])

/** Whether a chain has gone through `expect(…)`, and is not one of `expect`'s own functions. */
const isOfExpect = (node: Node): boolean =>
  node.type === 'MemberExpression'
    ? isOfExpect(node.object)
    : node.type === 'CallExpression' && (names(node.callee).join('.') === 'expect' || isOfExpect(node.callee))

/** The `expect(…)` of `expect(…).not.toBe(…)`. */
const expectOf = (node: Node): Call | null => {
  if (node.type === 'MemberExpression') return expectOf(node.object)
  if (node.type !== 'CallExpression') return null
  return names(node.callee)[0] === 'expect' && node.callee.type !== 'CallExpression' && !isOfExpect(node.callee)
    ? node
    : expectOf(node.callee)
}

/** A property that neither expects nor returns anything holds of everything. */
const isProperty = (call: Call): boolean =>
  within(call).some(
    node =>
      (node.type === 'CallExpression' && node !== call && isPlain(node)) ||
      (node.type === 'ArrowFunctionExpression' && node.expression) ||
      (node.type === 'ReturnStatement' && node.argument !== null),
  )

/** An assertion that stands there itself. */
function isPlain(call: Call): boolean {
  const path = names(call.callee)
  const [first = '', second] = path
  if (first === 'expect')
    return (isOfExpect(call.callee) && path.length > 1) || second === 'unreachable' || second === 'fail'
  if (first === 'fc' && second === 'assert') return isProperty(call)
  if (first === 'assert' && call.arguments.some(argument => names(argument)[0]?.match(/^(async)?[pP]roperty$/)))
    return isProperty(call)
  return first === 'assert' || EXPECTS.has(first)
}

export type Assertions = Readonly<{
  /** An assertion, in this file or through a function that has one. */
  asserts(call: Call): boolean
  /** An assertion, or a wait that throws. */
  holds(node: Node): boolean
}>

export function assertionsOf(tree: Tree): Assertions {
  const functions = named(tree)
  const reaches = (goal: (call: Call) => boolean): ((call: Call) => boolean) => {
    const known = new Map<Func, boolean>()
    const through = (func: Func): boolean => {
      const before = known.get(func)
      if (before !== undefined) return before
      known.set(func, false)
      const found = calls(within(func)).some(call => reached(call))
      known.set(func, found)
      return found
    }
    const reached = (call: Call): boolean => {
      if (goal(call)) return true
      const func = call.callee.type === 'Identifier' ? functions.get(call.callee.name) : undefined
      return func !== undefined && through(func)
    }
    return reached
  }
  const last = (call: Call): string => names(call.callee).at(-1) ?? ''
  // What throws at once where something cannot be is a guard, and stands behind a condition by its nature.
  const isGuard = (call: Call): boolean => /^expect\.(fail|unreachable)$/.test(names(call.callee).join('.'))
  const asserts = reaches(call => (isPlain(call) && !isGuard(call)) || Object.hasOwn(ASSERTING, last(call)))
  const throws = reaches(call => isPlain(call) || Object.hasOwn({ ...ASSERTING, ...WAITING }, last(call)))
  return { asserts, holds: node => calls(within(node)).some(throws) }
}

const isConstant = (node: Node): boolean => {
  switch (node.type) {
    case 'Literal':
      return true
    case 'TemplateLiteral':
      return node.expressions.length === 0
    case 'UnaryExpression':
      return isConstant(node.argument)
    case 'ArrayExpression':
      return node.elements.every(element => element !== null && isConstant(element))
    case 'ObjectExpression':
      return node.properties.every(property => property.type === 'Property' && isConstant(property.value))
    default:
      return false
  }
}

const runs = (node: Node): boolean =>
  within(node).some(({ type }) => /^(Call|New|Await|TaggedTemplate|Update|Assignment)Expression$/.test(type))

/** Refuses assertions that nothing can break: of a constant, of a thing and itself, without a matcher, not waited for. */
export function hollow(tree: Tree): readonly Finding[] {
  const source = (node: Node): string => tree.text.slice(node.start, node.end)
  return calls(tree.nodes).flatMap(call => {
    if (names(call.callee).join('.') === 'assert' && call.arguments[0] && isConstant(call.arguments[0]))
      return [finding(tree, call, 'tautology', `${source(call)} cannot fail`)]
    const parent = tree.parentOf(call)
    if (names(call.callee).join('.') === 'expect')
      return parent?.type === 'MemberExpression'
        ? []
        : [finding(tree, call, 'tautology', `${source(call)} has no matcher`)]
    const path = names(call.callee)
    const expected = isOfExpect(call.callee) ? expectOf(call.callee) : null
    if (expected === null || path.length < 2) return []
    const [actual] = expected.arguments
    const [given] = call.arguments
    const fixed = isConstant(actual ?? call) && call.arguments.every(isConstant)
    if (path.some(name => name === 'resolves' || name === 'rejects') && !isAwaited(tree, call))
      return [finding(tree, call, 'tautology', `${path.join('.')} is not waited for`)]
    if (actual === undefined) return [finding(tree, call, 'tautology', 'expect() expects nothing')]
    if (fixed) return [finding(tree, call, 'tautology', `${source(actual)} is what it is`)]
    if (given !== undefined && source(actual) === source(given) && !runs(actual) && !path.includes('not'))
      return [finding(tree, call, 'tautology', `${source(actual)} is compared with itself`)]
    return []
  })
}

/** Waited for, or handed to somebody who may. */
function isAwaited(tree: Tree, node: Node): boolean {
  const parent = tree.parentOf(node)
  if (parent === null || parent.type === 'ExpressionStatement') return false
  if (isFunction(parent) || parent.type === 'AwaitExpression' || parent.type === 'ReturnStatement') return true
  return parent.type !== 'UnaryExpression' && isAwaited(tree, parent)
}
