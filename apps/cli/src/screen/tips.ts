import type { Screen } from './model.ts'
import type { ScreenWords } from './screen-words.ts'

/** How long a tip stays, in ms. */
export const TIP_MS = 12_000

export type Tip = Readonly<{ what: string; command: string }>

const quoted = (name: string): string => (/^[\p{L}\p{N}_-]+$/u.test(name) ? name : `"${name.replaceAll('"', '')}"`)

/** The next thing to try; they take turns. */
export function tipAt({ cameras, now }: Screen, t: ScreenWords): Tip {
  const camera = quoted(cameras[0]?.name ?? 'CAMERA')
  const tips: readonly Tip[] = [
    { what: t.tips.add, command: 'cameras add rtsp://user@192.168.1.20/stream' },
    { what: t.tips.export, command: `export ${camera} -1m now minute.mp4` },
    { what: t.tips.join, command: 'status' },
    { what: t.tips.delete, command: `delete ${camera} -20m -10m` },
    { what: t.tips.status, command: 'status --watch' },
    { what: t.tips.doctor, command: 'doctor' },
  ]
  const tip = tips[Math.floor(now / TIP_MS) % tips.length]
  return tip ?? { what: t.tips.doctor, command: 'doctor' }
}
