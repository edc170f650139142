/**
 * Given to Node with `--import`, it takes a process back to the same time of the day before, as a machine would be whose clock is a day slow.
 * The product has no such switch and needs none: all of its processes, and the sample camera's picture, take their time from `Date`.
 */
const now = new Date()
const DAY_BEFORE = new Date(
  ...([now.getFullYear(), now.getMonth(), now.getDate() - 1] as const),
  ...([now.getHours(), now.getMinutes(), now.getSeconds(), now.getMilliseconds()] as const),
).getTime()
const behind = now.getTime() - DAY_BEFORE
const RealDate = Date

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [target.now() - behind] : given, as),
  apply: target => new target(target.now() - behind).toString(),
  get: (target, key) => (key === 'now' ? () => target.now() - behind : Reflect.get(target, key)),
})
