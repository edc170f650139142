/** How often a condition is looked at, ms. */
const EVERY_MS = 20

/**
 * Waits until a condition holds, and gives what it returned (anything but false, null and undefined).
 * @param what said in the error, so that a failed test names what it waited for
 * @throws when it does not hold in time; what the condition itself threw last is the cause
 */
export async function until<T>(
  condition: () => T | false | null | undefined | Promise<T | false | null | undefined>,
  options: { readonly what: string; readonly timeoutMs?: number },
): Promise<T> {
  const { what, timeoutMs = 10_000 } = options
  const end = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) return value
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() >= end) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause })
    await new Promise(resolve => setTimeout(resolve, EVERY_MS))
  }
}
