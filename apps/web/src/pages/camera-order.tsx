import { type ReactNode, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { GridList, GridListItem } from 'react-aria-components/GridList'
import { useDragAndDrop } from 'react-aria-components/useDragAndDrop'
import { Link } from 'wouter'
import type { CameraId, CameraView } from '../engine/api.ts'
import { IconButton } from '../parts/button.tsx'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { Icon } from '../parts/icon.tsx'
import { Problem } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { say } from '../words/say.ts'
import { number } from '../words/time.ts'

/** Cameras in their order: by drag (React Aria's works with the keyboard, too) or by arrows. */
export function CameraOrder(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const ordering = useTask()
  const [said, setSaid] = useState('')
  // What was just asked for is shown at once; the household says the same in a moment.
  const [wanted, setWanted] = useState<readonly CameraId[] | null>(null)
  const byWanted = (a: CameraView, b: CameraView): number =>
    wanted === null ? 0 : wanted.indexOf(a.id) - wanted.indexOf(b.id)
  const cameras = household.cameras.filter(camera => camera.stoppedAt === null).toSorted(byWanted)
  const stopped = household.cameras.filter(camera => camera.stoppedAt !== null)

  const order = (ids: readonly CameraId[], moved: CameraId): void => {
    setWanted(ids)
    const name = cameras.find(camera => camera.id === moved)?.name ?? ''
    setSaid(say(words.cameras.order.moved, { camera: name, n: number(language, ids.indexOf(moved) + 1) }))
    void ordering
      .run(() => engine.reorderCameras([...ids, ...stopped.map(camera => camera.id)]))
      .then(good => {
        if (!good) setWanted(null)
      })
  }
  const place = (moved: CameraId, to: number): void => {
    const others = cameras.map(camera => camera.id).filter(id => id !== moved)
    order([...others.slice(0, to), moved, ...others.slice(to)], moved)
  }
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: !household.admin || household.hub.state === 'away',
    getItems: keys => [...keys].map(key => ({ 'text/plain': String(key) })),
    onReorder: event => {
      const moved = cameras.find(camera => event.keys.has(camera.id))
      const target = cameras.find(camera => camera.id === event.target.key)
      if (moved === undefined || target === undefined) return
      const others = cameras.filter(camera => camera.id !== moved.id)
      place(moved.id, others.indexOf(target) + (event.target.dropPosition === 'after' ? 1 : 0))
    },
  })
  const movable = household.admin && household.hub.state === 'here' && cameras.length > 1
  return (
    <>
      {household.cameras.length === 0 ? <p className="panel padded second">{words.settings.cameras.none}</p> : null}
      {cameras.length === 0 ? null : (
        // A list that can be moved and one that cannot are two lists to the library: it must not become the other while it is shown.
        <GridList
          key={movable ? 'movable' : 'fixed'}
          className="panel rows order"
          aria-label={words.settings.cameras.title}
          items={cameras}
          dependencies={[cameras.length, movable, words]}
          {...(movable && { dragAndDropHooks })}
        >
          {camera => (
            <GridListItem className="row" textValue={camera.name} key={camera.id}>
              {movable ? (
                <AriaButton slot="drag" className="icon-button grip" aria-label={camera.name}>
                  <Icon name="grip" size={20} />
                </AriaButton>
              ) : null}
              <div className="grow">
                <p>
                  <b>{camera.name}</b>
                </p>
                <p className="quiet">{camera.live?.address ?? words.home.shutter}</p>
              </div>
              {movable ? (
                <>
                  <IconButton
                    icon="up"
                    label={say(words.cameras.order.up, { camera: camera.name })}
                    disabled={cameras[0]?.id === camera.id}
                    onPress={() => place(camera.id, cameras.indexOf(camera) - 1)}
                  />
                  <IconButton
                    icon="down"
                    label={say(words.cameras.order.down, { camera: camera.name })}
                    disabled={cameras.at(-1)?.id === camera.id}
                    onPress={() => place(camera.id, cameras.indexOf(camera) + 1)}
                  />
                </>
              ) : null}
              {household.admin ? (
                <Link
                  href={`/cameras/${camera.id}/edit`}
                  className="icon-button"
                  aria-label={say(words.settings.cameras.edit, { camera: camera.name })}
                >
                  <Icon name="edit" />
                </Link>
              ) : null}
            </GridListItem>
          )}
        </GridList>
      )}
      {stopped.length === 0 ? null : (
        <ul className="panel rows">
          {stopped.map(camera => (
            <li className="row" key={camera.id}>
              <Link href={`/cameras/${camera.id}`} className="grow">
                <p>{camera.name}</p>
                <p className="quiet">{words.settings.cameras.removed}</p>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className="only-heard" role="status">
        {said}
      </p>
      <Problem failure={ordering.failure} />
    </>
  )
}
