/** Languages that the command line speaks. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** One set of messages in every language. */
export type Words<T> = Readonly<Record<Language, T>>

/** Messages in English with their German: a key that one of them lacks, or has too many, fails the type check. */
export const defineWords = <T extends object>(en: T, de: NoInfer<T>): Words<T> => ({ en, de })

const isLanguage = (text: string): text is Language => LANGUAGES.some(language => language === text)

/** The language to speak: `--lang` if given, else what the machine is set to (POSIX order), else English. */
export function languageOf(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  for (const candidate of [flag, env.LC_ALL, env.LC_MESSAGES, env.LANG]) {
    if (candidate === undefined || candidate === '') continue
    const short = candidate.slice(0, 2).toLowerCase()
    return isLanguage(short) ? short : 'en'
  }
  return 'en'
}

/** Finds `--lang de` or `--lang=de` before the arguments are parsed: help itself is already in that language. */
export function languageFlag(args: readonly string[]): string | undefined {
  const at = args.findIndex(arg => arg === '--lang' || arg.startsWith('--lang='))
  if (at < 0) return undefined
  return args[at]?.startsWith('--lang=') ? args[at]?.slice('--lang='.length) : args[at + 1]
}
