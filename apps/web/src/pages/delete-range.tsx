import { type ReactNode, useState } from 'react'
import type { CameraId, CameraView, DeviceView, MediaPart } from '../engine/api.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Check } from '../parts/field.tsx'
import { KeyFrame } from '../parts/key-frame.tsx'
import { DeviceFace } from '../parts/seal.tsx'
import { Good, Problem, Waits } from '../parts/states.tsx'
import { useAsked, useTask } from '../parts/task.ts'
import { firstName, isHub, readers } from '../parts/who.ts'
import { recordedMoments } from '../timeline/moments.ts'
import type { Selection } from '../timeline/select.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { clock, duration, range } from '../words/time.ts'

/** Pictures shown of each camera. */
const PICTURES = 4
const PICTURE_PX = 240
/** How finely the range is looked at for what was recorded. */
const STEPS = 64

/** Shows what goes, in pictures, then erases it; afterwards says what happened, and who has erased. */
export function DeleteRange(props: {
  readonly open: boolean
  readonly camera: CameraView
  readonly range: Selection
  readonly onErased: () => void
  readonly onClose: (done: boolean) => void
}): ReactNode {
  const words = useWords()
  const [done, setDone] = useState(false)
  const close = (): void => {
    props.onClose(done)
    setDone(false)
  }
  const { delete: text } = words.camera
  return (
    <Dialog open={props.open} title={done ? text.done : text.title} onClose={close} alert={!done} wide>
      {done ? (
        <Erased range={props.range} onClose={close} />
      ) : (
        <Ask
          {...props}
          onClose={close}
          onErased={() => {
            setDone(true)
            props.onErased()
          }}
        />
      )}
    </Dialog>
  )
}

function Ask(props: {
  readonly camera: CameraView
  readonly range: Selection
  readonly onErased: () => void
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(60_000)
  const { delete: text } = words.camera
  const [chosen, setChosen] = useState<ReadonlySet<CameraId>>(() => new Set([props.camera.id]))
  const deleting = useTask()
  const { from, to } = props.range
  const cameras = household.cameras.filter(camera => chosen.has(camera.id))
  const toggle = (id: CameraId, on: boolean): void => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  return (
    <>
      <p>
        {say(text.what, {
          range: range(words, language, from, to, now),
          duration: duration(words, language, to - from),
        })}
      </p>
      {household.cameras.length < 2 ? null : (
        <fieldset className="choices camera-choices">
          <legend>{text.cameras}</legend>
          {household.cameras.map(camera => (
            <Check
              key={camera.id}
              label={camera.name}
              checked={chosen.has(camera.id)}
              onChange={on => toggle(camera.id, on)}
            />
          ))}
        </fieldset>
      )}
      <section>
        <h3>{text.pictures}</h3>
        {cameras.map(camera => (
          <Goes key={camera.id} camera={camera} range={props.range} />
        ))}
      </section>
      <p>
        <b>{text.undo}</b>
      </p>
      <p className="second">
        {text.rounded} {text.agree}
      </p>
      {household.admin ? null : <p className="banner">{text.notAllowed}</p>}
      {cameras.length === 0 ? <p className="banner">{text.none}</p> : null}
      <Problem failure={deleting.failure} />
      {deleting.busy ? <Waits text={text.working} /> : null}
      <div className="buttons" data-end>
        <Button onPress={props.onClose}>{words.common.cancel}</Button>
        <Button
          kind="danger"
          icon="bin"
          busy={deleting.busy}
          disabled={cameras.length === 0}
          onPress={() =>
            void deleting.run(async () => {
              await engine.deleteRange(
                cameras.map(camera => camera.id),
                from,
                to,
              )
              props.onErased()
            })
          }
        >
          {text.confirm}
        </Button>
      </div>
    </>
  )
}

type Frame = { readonly at: number; readonly part: MediaPart | null }

/** Pictures of one camera, spread over the range. */
function Goes({ camera, range: { from, to } }: { readonly camera: CameraView; readonly range: Selection }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const engine = useEngine()
  const { delete: text } = words.camera
  const asked = useAsked(`${camera.id} ${from} ${to}`, async () => {
    const spans = await engine.spans(camera.id, { from, to, step: (to - from) / STEPS }).catch(() => [])
    return Promise.all(
      recordedMoments(spans, { from, to }, PICTURES).map(async (at): Promise<Frame> => {
        const part = await engine.keyFrame(camera.id, at).catch(() => null)
        // A picture from before the range does not go.
        return { at, part: part !== null && part.start + part.duration > from ? part : null }
      }),
    )
  })
  return (
    <figure className="goes">
      <figcaption>{camera.name}</figcaption>
      {asked.state === 'here' ? (
        <ul>
          {asked.value.map(({ at, part }) => (
            <li key={at}>
              {part === null ? (
                <span className="goes-none">{text.noPicture}</span>
              ) : (
                <KeyFrame
                  part={part}
                  label={`${camera.name}, ${clock(language, at)}`}
                  width={PICTURE_PX}
                  fallback={<span className="goes-none">{clock(language, at)}</span>}
                />
              )}
              <span className="quiet small">{clock(language, at)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <Waits text={words.common.loading} />
      )}
    </figure>
  )
}

/** Browsers hold keys in memory only: one that is closed holds none. */
type Erasure = 'done' | 'now' | 'none' | 'later'
const erasure = (device: DeviceView): Erasure =>
  device.self ? 'done' : isHub(device) ? (device.online ? 'now' : 'later') : device.online ? 'now' : 'none'

function Erased({
  range: { from, to },
  onClose,
}: {
  readonly range: Selection
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow(60_000)
  const { delete: text } = words.camera
  const devices = readers(household)
  const said: Readonly<Record<Erasure, string>> = {
    done: text.deviceDone,
    now: text.deviceNow,
    none: text.deviceNone,
    later: text.deviceWaits,
  }
  const gone = devices.filter(device => ['done', 'none'].includes(erasure(device))).length
  return (
    <>
      <Good>
        <p>{say(text.doneText, { range: range(words, language, from, to, now) })}</p>
        <p>
          <b>{say(text.devices, { done: gone, all: devices.length })}</b>
        </p>
      </Good>
      <ul className="panel rows">
        {devices.map(device => (
          <li className="row" key={device.id}>
            <DeviceFace device={device} name={firstName(words, household, device.id)} />
            <p className="grow">
              <b>{firstName(words, household, device.id)}</b>
              <br />
              <span className="second">{said[erasure(device)]}</span>
            </p>
          </li>
        ))}
      </ul>
      <div className="buttons" data-end>
        <Button kind="main" onPress={onClose}>
          {words.common.done}
        </Button>
      </div>
    </>
  )
}
