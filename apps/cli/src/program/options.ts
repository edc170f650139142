import { CliError } from '../errors.ts'

/** What commander parsed, read with types. */
export type Given = Readonly<{
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  flag(name: string): boolean
  /** A whole number between limits. */
  whole(name: string, least: number, most: number): number | undefined
}>

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 }

export function given(values: Readonly<Record<string, unknown>>, command: string): Given {
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    text,
    texts: name => {
      const value = values[name]
      return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
    },
    flag: name => values[name] === true,
    whole(name, least, most) {
      const value = text(name)
      if (value === undefined) return undefined
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
      if (number >= least && number <= most) return number
      throw CliError.of('usage', { what: `--${name} ${value} ∉ [${least}, ${most}].`, command })
    },
  }
}

/** A size like `500GB` in bytes, or undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = SIZE_UNITS[found?.[2]?.toLowerCase() ?? '?']
  return found === null || unit === undefined ? undefined : Math.round(Number(found[1]?.replace(',', '.')) * unit)
}
