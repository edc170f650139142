import { expect, test } from 'vitest'
import { CRASH, withCrashPoints } from './transform.ts'

const twin = (source: string): string => withCrashPoints('x.ts', source).replaceAll(CRASH, 'die')

test('behind every statement that does something, by its place; what is declared outside of functions is left alone', () => {
  expect(twin('const a = 1\nfunction f() {\n  let b = a\n  b++\n  return b\n}')).toBe(
    'const a = 1\nfunction f() {\n  let b = a;die("x.ts:3:11");\n  b++;die("x.ts:4:5");\n  return b\n}',
  )
})

test('branches without braces get them', () => {
  expect(twin('function f() {\n  if (a) b()\n  else c()\n}')).toBe(
    'function f() {\n  if (a) {b();die("x.ts:2:12");}\n  else {c();die("x.ts:3:10");};die("x.ts:3:10");\n}',
  )
})

test('arrows with a value, types and classes stay what they are', () => {
  const source = 'const f = (a: number): number => a\ntype T = { b: string }\nclass C {\n  #d = 1\n}'
  expect(twin(source)).toBe(source)
})
