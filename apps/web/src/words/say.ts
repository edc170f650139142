/** Puts values into `{places}` of a text. A place without a value stays visible, so that a mistake is seen. */
export const say = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))

/** A text for one and for any other number; both languages of the app need no more. */
export type Plural = { readonly one: string; readonly other: string }

const rules = new Map<string, Intl.PluralRules>()

/** The text that fits the number, with `{n}` filled in. */
export function count(
  language: string,
  text: Plural,
  n: number,
  values: Readonly<Record<string, string | number>> = {},
): string {
  let rule = rules.get(language)
  if (rule === undefined) {
    rule = new Intl.PluralRules(language)
    rules.set(language, rule)
  }
  const form = rule.select(n) === 'one' ? text.one : text.other
  return say(form, { n: new Intl.NumberFormat(language).format(n), ...values })
}

/** "Maria, the hub and Jonas", as the language writes a list. */
export const list = (language: string, items: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(items)
