import { setting, subscribe } from '../settings.ts'
import { chosenLanguage } from '../words/choose.ts'

/** Keeps the language and the colours of the document as they are chosen. */
export function followAppearance(): void {
  const follow = (): void => {
    const { documentElement } = document
    documentElement.lang = chosenLanguage(setting('language'), navigator.languages)
    const appearance = setting('appearance')
    if (appearance === 'auto') delete documentElement.dataset.theme
    else documentElement.dataset.theme = appearance
  }
  follow()
  subscribe(follow)
}
