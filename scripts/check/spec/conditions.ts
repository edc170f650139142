import type { Node } from 'oxc-parser'
import type { Assertions } from './asserts.ts'
import { type Call, calls, type Finding, finding, isFunction, names, type Tree, within } from './tree.ts'

const isLoopOrSwitch = (node: Node): boolean => /^(For|While|DoWhile|Switch).*Statement$/.test(node.type)

/** Whether a statement may leave what it stands in without throwing. */
function leaves(statement: Node): boolean {
  if (statement.type !== 'IfStatement' && statement.type !== 'SwitchStatement') return false
  const out = (node: Node, inLoop: boolean): boolean => {
    const inside = within(node, inner => !isFunction(inner) && (inner === node || !isLoopOrSwitch(inner)))
    return inside.some(
      inner =>
        inner.type === 'ReturnStatement' ||
        (!inLoop && (inner.type === 'ContinueStatement' || inner.type === 'BreakStatement')) ||
        (inner !== node && isLoopOrSwitch(inner) && out(inner, true)),
    )
  }
  return out(statement, statement.type === 'SwitchStatement')
}

const isOptional = (node: Node): boolean => {
  if (node.type === 'CallExpression') return node.optional || isOptional(node.callee)
  if (node.type === 'MemberExpression') return node.optional || isOptional(node.object)
  return node.type === 'ChainExpression' && isOptional(node.expression)
}

/** Why a thing may not be reached, from one step up; null when it is. */
function doubt(parent: Node, child: Node): string | null {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child === parent.test ? null : 'in a condition'
    case 'LogicalExpression':
      return child === parent.right ? `behind ${parent.operator}` : null
    case 'SwitchCase':
      return child === parent.test ? null : 'in a case'
    case 'CatchClause':
      return 'in a catch'
    case 'TryStatement':
      return child === parent.block &&
        parent.handler !== null &&
        !within(parent.handler).some(({ type }) => type === 'ThrowStatement')
        ? 'in a try whose catch swallows it'
        : null
    case 'CallExpression':
      if (child === parent.callee) return null
      if (names(parent.callee).at(-1) === 'catch') return 'in a catch'
      return isOptional(parent) ? 'in what may not be called' : null
    case 'BlockStatement': {
      const at = parent.body.findIndex(({ start }) => start === child.start)
      return parent.body.slice(0, at).some(leaves) ? 'after what may leave before' : null
    }
    default:
      return null
  }
}

/** Why a thing may not be reached, up to a node; null when it is. */
export function doubtOf(tree: Tree, node: Node, top: (node: Node) => boolean): string | null {
  for (
    let child = node, parent = tree.parentOf(node);
    parent !== null;
    child = parent, parent = tree.parentOf(parent)
  ) {
    if (top(child)) return null
    const found = doubt(parent, child)
    if (found !== null) return found
  }
  return null
}

/** Refuses assertions that are only sometimes made: a test that is green because it asked nothing. */
export function conditions(tree: Tree, { asserts }: Assertions, isTest: (call: Call) => boolean): readonly Finding[] {
  const isBody = (node: Node): boolean => {
    const parent = tree.parentOf(node)
    return isFunction(node) && parent?.type === 'CallExpression' && isTest(parent)
  }
  return calls(tree.nodes).flatMap(call => {
    // `expect(a).toBe(b)` is looked at once, and not again as the `expect(a)` in it.
    const parent = tree.parentOf(call)
    if (!asserts(call) || isTest(call) || parent?.type === 'MemberExpression') return []
    const why = isOptional(call.callee) ? 'on what may not be there' : doubtOf(tree, call, isBody)
    return why === null ? [] : [finding(tree, call, 'conditional', `an assertion ${why}: assert it always`)]
  })
}

const isNothing = (node: Node | undefined): boolean => {
  if (node?.type === 'Identifier') return /^(noop|nothing|ignore)$/.test(node.name)
  if (!isFunction(node)) return false
  const { body } = node
  if (body?.type === 'BlockStatement') return body.body.length === 0
  return body?.type === 'Identifier' && body.name === 'undefined'
}

/** Refuses errors that are thrown away; where that is right, a comment `// ignores: reason` says why. */
export function emptyCatches(tree: Tree): readonly Finding[] {
  return tree.nodes.flatMap(node => {
    const empty =
      (node.type === 'CatchClause' && node.body.body.length === 0) ||
      (node.type === 'CallExpression' && names(node.callee).at(-1) === 'catch' && isNothing(node.arguments[0]))
    return empty && tree.reason(node, 'ignores') === null
      ? [finding(tree, node, 'catch', 'an error is thrown away: expect it, or let it fail the test')]
      : []
  })
}
