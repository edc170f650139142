import { alarms } from './en/alarms.ts'
import { camera } from './en/camera.ts'
import { cameras } from './en/cameras.ts'
import { common, places, time } from './en/common.ts'
import { errors, gaps } from './en/errors.ts'
import { family } from './en/family.ts'
import { firstRun, waiting } from './en/first-run.ts'
import { home } from './en/home.ts'
import { privacy } from './en/privacy.ts'
import { seal } from './en/seal.ts'
import { settings } from './en/settings.ts'

/** Every sentence of the app, in English. Places in braces are filled by `say` and `count`. */
export const en = {
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

/** Another language has the same keys: one that lacks a sentence fails the type check. */
export type Words = typeof en
