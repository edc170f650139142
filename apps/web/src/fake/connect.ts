import type { Engine } from '../engine/api.ts'
import { FakeEngine } from './engine.ts'
import { sceneOfAddress } from './scenes.ts'

/** Stands where engine/connect.ts stands when the app runs with `--mode fake`. */
export const connectEngine = (): Engine => new FakeEngine(sceneOfAddress())
