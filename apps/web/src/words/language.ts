import { useSyncExternalStore } from 'react'
import { setting, subscribe } from '../settings.ts'
import { chosenLanguage, type Language } from './choose.ts'
import { de } from './de.ts'
import { en, type Words } from './en.ts'

const DICTIONARIES: Readonly<Record<Language, Words>> = { en, de }

const present = (): Language => chosenLanguage(setting('language'), navigator.languages)

/** The language of the page; a component that uses it is drawn again when it changes. */
export const useLanguage = (): Language => useSyncExternalStore(subscribe, present)

/** The words of the page's language. */
export const useWords = (): Words => DICTIONARIES[useLanguage()]
