import { type ReactNode, useState } from 'react'
import type { CameraId, CameraView, MediaPart } from '../engine/api.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { Erasures, erasedOn } from '../parts/erasures.tsx'
import { Check } from '../parts/field.tsx'
import { KeyFrame } from '../parts/key-frame.tsx'
import { Good, Problem, Waits } from '../parts/states.tsx'
import { useAsked, useTask } from '../parts/task.ts'
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
  const [order, setOrder] = useState<string | null>(null)
  const done = order !== null
  const close = (): void => {
    props.onClose(done)
    setOrder(null)
  }
  const { delete: text } = words.camera
  return (
    <Dialog open={props.open} title={done ? text.done : text.title} onClose={close} alert={!done} wide>
      {done ? (
        <Erased order={order} range={props.range} onClose={close} />
      ) : (
        <Ask
          {...props}
          onClose={close}
          onErased={erased => {
            setOrder(erased)
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
  readonly onErased: (order: string) => void
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
              const { order } = await engine.deleteRange(
                cameras.map(camera => camera.id),
                from,
                to,
              )
              props.onErased(order)
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

function Erased({
  order,
  range: { from, to },
  onClose,
}: {
  readonly order: string
  readonly range: Selection
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const now = useNow(60_000)
  const { delete: text } = words.camera
  const { erasures } = words.privacy
  // Each receipt makes the log longer.
  const asked = useAsked(`deletions ${household.log.size}`, () => engine.deletions())
  const deletion = asked.state === 'here' ? asked.value.find(one => one.order === order) : undefined
  return (
    <>
      <Good>
        <p>{say(text.doneText, { range: range(words, language, from, to, now) })}</p>
        {deletion === undefined ? null : (
          <p>
            <b>{deletion.complete ? erasures.complete : say(erasures.progress, erasedOn(deletion))}</b>
          </p>
        )}
      </Good>
      {asked.state === 'failed' ? <Problem failure={asked.failure} again={asked.again} /> : null}
      {deletion === undefined ? <Waits text={words.common.loading} /> : <Erasures deletion={deletion} />}
      <div className="buttons" data-end>
        <Button kind="main" onPress={onClose}>
          {words.common.done}
        </Button>
      </div>
    </>
  )
}
