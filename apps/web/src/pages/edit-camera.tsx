import { type FormEvent, type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import type { CameraView } from '../engine/api.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { NAME_MOST } from '../parts/device-name.ts'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { TextField } from '../parts/field.tsx'
import { notify } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Blank, Problem, Waits } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { useWords } from '../words/language.ts'
import { cameraErrorIn } from '../words/problems.ts'
import { say } from '../words/say.ts'

const ADDRESS = /^rtsps?:\/\/\S+/i

/** A camera's name and address, and its end. */
export function EditCamera({ id }: { readonly id: string }): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const camera = household.cameras.find(one => one.id === id)
  if (camera === undefined) {
    return (
      <Page title={words.places.cameras} name={words.places.cameras}>
        <Blank icon="camera" title={words.common.notFound.title} text={words.errors.not_found.next}>
          <ButtonLink to="/settings">{words.places.settings}</ButtonLink>
        </Blank>
      </Page>
    )
  }
  const title = say(words.cameras.edit.title, { camera: camera.name })
  return (
    <Page title={title} name={title}>
      <div className="page-body narrow stack">
        <p className="buttons">
          <ButtonLink to={`/cameras/${camera.id}`} icon="play">
            {words.cameras.edit.open}
          </ButtonLink>
        </p>
        <Rename camera={camera} />
        {camera.stoppedAt === null ? <Address camera={camera} /> : null}
        {camera.stoppedAt === null ? (
          <Remove camera={camera} />
        ) : (
          <p className="second">{words.camera.state.stopped}</p>
        )}
      </div>
    </Page>
  )
}

function Rename({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const household = useHousehold()
  const [name, setName] = useState(camera.name)
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useTask()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = name.trim()
    const taken = household.cameras.some(
      other => other.id !== camera.id && other.stoppedAt === null && other.name === given,
    )
    if (given === '') setWrong(words.cameras.add.nameEmpty)
    else if (taken) setWrong(words.cameras.add.nameTaken)
    else if (given.length > NAME_MOST) setWrong(words.firstRun.names.long)
    else
      void saving.run(async () => {
        await engine.rename({ camera: camera.id, name: given })
        notify(say(words.cameras.edit.renamed, { camera: given }))
      })
  }
  return (
    <form className="panel padded form" onSubmit={submit} noValidate>
      <TextField
        label={words.cameras.edit.rename}
        value={name}
        wrong={wrong}
        onChange={value => {
          setName(value)
          setWrong(null)
        }}
      />
      <Problem failure={saving.failure} />
      <div className="buttons">
        <Button submit busy={saving.busy} disabled={name.trim() === camera.name}>
          {words.common.save}
        </Button>
      </div>
    </form>
  )
}

function Address({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const { edit, add } = words.cameras
  const [url, setUrl] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useTask()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!ADDRESS.test(url.trim())) {
      setWrong(url.trim() === '' ? add.addressEmpty : add.addressBad)
      return
    }
    void saving.run(async () => {
      await engine.editCamera(camera.id, url.trim())
      setUrl('')
      notify(edit.addressSaved)
    })
  }
  return (
    <form className="panel padded form" onSubmit={submit} noValidate>
      <h2>{edit.address}</h2>
      {camera.live?.address ? <p className="second">{say(edit.addressNow, { address: camera.live.address })}</p> : null}
      <TextField
        label={edit.addressNew}
        type="url"
        value={url}
        wrong={wrong}
        example="rtsp://"
        onChange={value => {
          setUrl(value)
          setWrong(null)
          saving.clear()
        }}
      />
      {saving.failure === null ? null : (
        <Problem failure={saving.failure} advice={cameraErrorIn(words, saving.failure.code)} />
      )}
      <div className="buttons">
        <Button submit busy={saving.busy}>
          {edit.addressSave}
        </Button>
        {saving.busy ? <Waits text={add.looking} long={add.lookingLong} /> : null}
      </div>
    </form>
  )
}

function Remove({ camera }: { readonly camera: CameraView }): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const [, go] = useLocation()
  const { edit } = words.cameras
  const [asking, setAsking] = useState(false)
  const removing = useTask()
  return (
    <section className="panel padded form">
      <h2>{edit.remove}</h2>
      <p className="second">{edit.removeText}</p>
      <p className="second">{edit.deleteInstead}</p>
      <div className="buttons">
        <Button kind="warn" icon="minus" onPress={() => setAsking(true)}>
          {edit.remove}
        </Button>
      </div>
      <Dialog
        open={asking}
        title={say(edit.removeTitle, { camera: camera.name })}
        onClose={() => setAsking(false)}
        alert
      >
        <p>{edit.removeText}</p>
        <Problem failure={removing.failure} />
        <div className="buttons" data-end>
          <Button onPress={() => setAsking(false)}>{words.common.cancel}</Button>
          <Button
            kind="danger"
            busy={removing.busy}
            onPress={() =>
              void removing.run(async () => {
                await engine.removeCamera(camera.id)
                notify(say(edit.removed, { camera: camera.name }))
                go('/settings')
              })
            }
          >
            {words.common.remove}
          </Button>
        </div>
      </Dialog>
    </section>
  )
}
