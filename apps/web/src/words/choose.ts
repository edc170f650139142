export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

const isLanguage = (text: string): text is Language => LANGUAGES.some(language => language === text)

/** What the person chose, else the first language of the browser that we speak, else English. */
export function chosenLanguage(choice: string, browser: readonly string[]): Language {
  if (isLanguage(choice)) return choice
  const spoken = browser.map(tag => tag.slice(0, 2).toLowerCase()).find(isLanguage)
  return spoken ?? 'en'
}
