import { english } from './error-english.ts'
import { german } from './error-german.ts'
import type { Catalogue } from './error-params.ts'
import { defineWords } from './language.ts'

/** The closed registry of errors that the command line prints. */
export const words = defineWords<Catalogue>(english, german)
