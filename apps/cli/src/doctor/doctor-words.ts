import { defineWords } from '../language.ts'
import { type DoctorWords, english } from './doctor-english.ts'
import { german } from './doctor-german.ts'

export const words = defineWords<DoctorWords>(english, german)
