import { alarms } from './de/alarms.ts'
import { camera } from './de/camera.ts'
import { cameras } from './de/cameras.ts'
import { common, places, time } from './de/common.ts'
import { errors, gaps } from './de/errors.ts'
import { family } from './de/family.ts'
import { firstRun, waiting } from './de/first-run.ts'
import { home } from './de/home.ts'
import { privacy } from './de/privacy.ts'
import { seal } from './de/seal.ts'
import { settings } from './de/settings.ts'
import type { Words } from './en.ts'

/** Jeder Satz der App auf Deutsch. */
export const de: Words = {
  common,
  places,
  time,
  seal,
  firstRun,
  waiting,
  home,
  camera,
  cameras,
  family,
  privacy,
  settings,
  alarms,
  errors,
  gaps,
}
