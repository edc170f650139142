import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { notify } from '../parts/notice.tsx'
import { saveFile } from '../parts/save-file.ts'
import type { Player } from '../player/player.ts'
import type { Words } from '../words/en.ts'
import { useWords } from '../words/language.ts'
import { dateInput, timeInput } from '../words/local-time.ts'

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const

/** What can be done with the picture, by pressing or by key. */
export type Actions = {
  readonly player: RefObject<Player | null>
  readonly stage: RefObject<HTMLDivElement | null>
  readonly video: RefObject<HTMLVideoElement | null>
  readonly hasSound: boolean
  readonly cameraName: string
  readonly jump: () => void
  readonly help: () => void
  readonly select: () => void
}

export function togglePlay({ player }: Actions): void {
  if (player.current?.state.playing) player.current.pause()
  else player.current?.play()
}

export function toggleSound({ player, hasSound }: Actions): void {
  if (hasSound && player.current !== null) player.current.setMuted(!player.current.state.muted)
}

export async function fullScreen({ stage }: Actions): Promise<void> {
  if (document.fullscreenElement !== null) await document.exitFullscreen()
  // Phones of one maker let only films fill the screen.
  else await stage.current?.requestFullscreen?.().catch(() => undefined)
}

export async function pictureInPicture({ video }: Actions): Promise<void> {
  if (document.pictureInPictureElement !== null) await document.exitPictureInPicture()
  else await video.current?.requestPictureInPicture().catch(() => undefined)
}

/** Saves the picture shown, named by camera and moment. */
export async function snapshot({ player, cameraName }: Actions, words: Words): Promise<void> {
  const picture = await player.current?.snapshot()
  const wall = player.current?.state.wall
  if (!picture || wall === null || wall === undefined) {
    notify(words.camera.snapshotFailed)
    return
  }
  const name = `${cameraName} ${dateInput(wall)} ${timeInput(wall)}`.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  saveFile(picture, `${name}.png`)
  notify(words.camera.snapshotSaved)
}

/** Zooms as a wheel over the middle of the picture would: the picture itself knows how. */
export function zoomStage({ stage }: Actions, factor: number): void {
  const picture = stage.current?.querySelector('.video')
  if (!picture) return
  const { left, top, width, height } = picture.getBoundingClientRect()
  const deltaY = -300 * Math.log(factor)
  picture.dispatchEvent(
    new WheelEvent('wheel', {
      deltaY,
      clientX: left + width / 2,
      clientY: top + height / 2,
      bubbles: true,
      cancelable: true,
    }),
  )
}

const SECONDS_MS = 10_000
const MINUTE_MS = 60_000
const ZOOM = 1.5

function seekBy({ player }: Actions, ms: number): void {
  const wall = player.current?.state.wall
  if (wall !== null && wall !== undefined) player.current?.seek(wall + ms)
}

function speedBy({ player }: Actions, by: 1 | -1): void {
  const rate = player.current?.state.rate ?? 1
  const at = SPEEDS.findIndex(speed => Math.abs(speed - rate) < 0.01)
  const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))]
  if (next !== undefined) player.current?.setRate(next)
}

/** @returns true when the key meant something here */
function act(actions: Actions, words: Words, key: string, shift: boolean): boolean {
  switch (key) {
    case ' ':
    case 'k':
      togglePlay(actions)
      return true
    case 'ArrowLeft':
      seekBy(actions, shift ? -MINUTE_MS : -SECONDS_MS)
      return true
    case 'ArrowRight':
      seekBy(actions, shift ? MINUTE_MS : SECONDS_MS)
      return true
    case ',':
      actions.player.current?.step(-1)
      return true
    case '.':
      actions.player.current?.step(1)
      return true
    case 'n':
      actions.player.current?.goLive()
      return true
    case 'j':
      actions.jump()
      return true
    case 'm':
      toggleSound(actions)
      return true
    case 'f':
      void fullScreen(actions)
      return true
    case 'p':
      void pictureInPicture(actions)
      return true
    case 's':
      void snapshot(actions, words)
      return true
    case '<':
    case '[':
      speedBy(actions, -1)
      return true
    case '>':
    case ']':
      speedBy(actions, 1)
      return true
    case '+':
    case '=':
      zoomStage(actions, ZOOM)
      return true
    case '-':
      zoomStage(actions, 1 / ZOOM)
      return true
    case 'r':
      actions.select()
      return true
    case '?':
      actions.help()
      return true
    default:
      return false
  }
}

/** Where typing means something else, keys are left alone; on a button, Space presses it. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('input, textarea, select, [role="menu"], [role="dialog"], [role="alertdialog"]') !== null)
    return true
  return key === ' ' && target.closest('button, a, summary') !== null
}

/** The camera page's keys, while nothing is open over it. */
export function useShortcuts(actions: Actions, on: boolean): void {
  const words = useWords()
  const latest = useRef({ actions, words })
  latest.current = { actions, words }
  useEffect(() => {
    if (!on) return
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTaken(event.target, event.key)) return
      if (act(latest.current.actions, latest.current.words, event.key, event.shiftKey)) event.preventDefault()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [on])
}

export function Shortcuts({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const words = useWords()
  const { shortcuts: text } = words.camera
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[text.space, 'K'], text.play],
    [['←', '→'], text.seconds],
    [['⇧ ←', '⇧ →'], text.minute],
    [[',', '.'], text.frame],
    [['N'], text.now],
    [['J'], text.jump],
    [['[', ']'], text.speed],
    [['-', '+'], text.zoom],
    [['M'], text.sound],
    [['F'], text.full],
    [['P'], words.camera.pip],
    [['S'], text.picture],
    [['R'], text.select],
    [['?'], text.help],
  ]
  return (
    <Dialog open={open} title={text.title} onClose={onClose}>
      <dl className="shortcut-list">
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
