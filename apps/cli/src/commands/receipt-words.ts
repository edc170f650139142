import { defineWords } from '../language.ts'
import { english } from './receipt-english.ts'
import { german } from './receipt-german.ts'
import type { ReceiptWords } from './receipt-word-list.ts'

export const words = defineWords<ReceiptWords>(english, german)
