import { defineWords } from '../language.ts'
import { english, type HelpWords } from './help-english.ts'
import { german } from './help-german.ts'

export const words = defineWords<HelpWords>(english, german)
