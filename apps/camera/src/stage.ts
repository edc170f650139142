import type { FrameSource, ServedFrame } from '@hausrecht/rtsp/server'

export type Stage = FrameSource & {
  /** Shows another scene from its next key picture on, as a camera whose settings are changed does. */
  show(scene: number): void
}

/** One stream that can change what it shows. It is described as its first scene is. */
export function stage(scenes: readonly FrameSource[]): Stage {
  const players = new Set<{ change(): void }>()
  let shown = 0
  return {
    tracks: scenes[0]?.tracks ?? [],
    show(scene) {
      shown = scene
      for (const player of players) player.change()
    },
    play(send: (frame: ServedFrame) => void) {
      let playing = scenes[shown]?.play(send)
      const player = {
        change() {
          playing?.stop()
          playing = scenes[shown]?.play(send)
        },
      }
      players.add(player)
      return {
        stop() {
          players.delete(player)
          playing?.stop()
        },
      }
    },
  }
}
