import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ProbeResult } from '../engine/api.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { NAME_MOST } from '../parts/device-name.ts'
import { useEngine, useHousehold } from '../parts/engine.tsx'
import { Pick, TextField } from '../parts/field.tsx'
import { KeyFrame } from '../parts/key-frame.tsx'
import { notify } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { NoPicture } from '../parts/picture.tsx'
import { Blank, Problem, Waits } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { cameraErrorIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { number } from '../words/time.ts'

const PICTURE_PX = 960
const ADDRESS = /^rtsps?:\/\/\S+/i

/** Address, look, name: a camera is only saved after its picture was seen. */
export function AddCamera(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const { add } = words.cameras
  return (
    <Page title={add.title} name={add.title}>
      <div className="page-body narrow">
        {!household.admin ? (
          <Blank icon="camera" title={add.notAdmin} text={words.errors.not_allowed.next}>
            <ButtonLink to="/">{words.common.notFound.next}</ButtonLink>
          </Blank>
        ) : (
          <AddForm />
        )}
      </div>
    </Page>
  )
}

type Found = { readonly url: string; readonly probe: ProbeResult }

function AddForm(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const engine = useEngine()
  const { add } = words.cameras
  const [url, setUrl] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [found, setFound] = useState<Found | null>(null)
  const probing = useTask()
  const away = household.hub.state === 'away'
  const look = (event: FormEvent): void => {
    event.preventDefault()
    const address = url.trim()
    setWrong(address === '' ? add.addressEmpty : ADDRESS.test(address) ? null : add.addressBad)
    if (!ADDRESS.test(address)) return
    setFound(null)
    void probing.run(async () => setFound({ url: address, probe: await engine.probeCamera(address) }))
  }
  if (found !== null) {
    return <SaveForm key={found.url} found={found} onOther={() => setFound(null)} />
  }
  return (
    <form className="form" onSubmit={look} noValidate>
      {away ? <Problem advice={{ what: add.noHub, next: words.errors.hub_away.next }} /> : null}
      <TextField
        label={add.address}
        type="url"
        value={url}
        onChange={value => {
          setUrl(value)
          setWrong(null)
          probing.clear()
        }}
        help={add.addressHelp}
        wrong={wrong}
        example="rtsp://"
        focus
      />
      {probing.failure === null ? null : (
        <Problem failure={probing.failure} advice={cameraErrorIn(words, probing.failure.code)} />
      )}
      <div className="buttons">
        <Button kind="main" icon="eye" submit busy={probing.busy} disabled={away}>
          {add.look}
        </Button>
        {probing.busy ? <Waits text={add.looking} long={add.lookingLong} /> : null}
      </div>
    </form>
  )
}

function SaveForm({ found, onOther }: { readonly found: Found; readonly onOther: () => void }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const engine = useEngine()
  const [, go] = useLocation()
  const { add } = words.cameras
  const { video, audio, subStreams, picture } = found.probe
  const [name, setName] = useState('')
  const [small, setSmall] = useState(subStreams[0] ?? '')
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useTask()
  const nameField = useRef<HTMLInputElement>(null)
  const heading = useId()
  const save = (event: FormEvent): void => {
    event.preventDefault()
    const given = name.trim()
    const taken = household.cameras.some(
      camera => camera.stoppedAt === null && camera.name.toLowerCase() === given.toLowerCase(),
    )
    const fault =
      given === '' ? add.nameEmpty : taken ? add.nameTaken : given.length > NAME_MOST ? words.firstRun.names.long : null
    setWrong(fault)
    if (fault !== null) {
      nameField.current?.focus()
      return
    }
    void saving.run(async () => {
      const id = await engine.addCamera({ url: found.url, subUrl: small === '' ? null : small, name: given })
      notify(say(add.saved, { camera: given }))
      go(`/cameras/${id}`)
    })
  }
  const facts = [
    `${video.width} × ${video.height}`,
    video.codec,
    ...(video.fps === null ? [] : [say(add.facts.rate, { fps: number(language, Math.round(video.fps)) })]),
    `${add.facts.sound}: ${audio?.codec ?? add.facts.none}`,
  ]
  return (
    <form className="form" onSubmit={save} noValidate aria-labelledby={heading}>
      <section className="probed">
        <h2 id={heading} className="only-heard">
          {add.found}
        </h2>
        <div className="probed-picture" style={{ aspectRatio: `${video.width} / ${video.height}` }}>
          {picture === null ? (
            <NoPicture icon="camera" text={add.noPictureYet} />
          ) : (
            <KeyFrame
              part={picture}
              label={add.found}
              width={PICTURE_PX}
              fallback={<NoPicture icon="camera" text={say(add.noPicture, { codec: video.codec })} />}
            />
          )}
        </div>
        <p className="facts">
          {facts.map(fact => (
            <span className="tag" key={fact}>
              {fact}
            </span>
          ))}
        </p>
      </section>
      <TextField
        ref={nameField}
        label={add.name}
        value={name}
        wrong={wrong}
        example={add.nameExample}
        focus
        onChange={value => {
          setName(value)
          setWrong(null)
        }}
      />
      {subStreams.length === 0 ? null : (
        <Pick
          label={add.small}
          help={add.smallHelp}
          value={small}
          onChange={setSmall}
          options={[
            ...subStreams.map(value => ({ value, label: withoutSecret(value) })),
            { value: '', label: add.smallNone },
          ]}
        />
      )}
      {saving.failure === null ? null : (
        <Problem failure={saving.failure} advice={cameraErrorIn(words, saving.failure.code)} />
      )}
      <div className="buttons">
        <Button kind="main" submit busy={saving.busy}>
          {add.save}
        </Button>
        <Button onPress={onOther}>{add.other}</Button>
        {saving.busy ? <Waits text={add.saving} /> : null}
      </div>
    </form>
  )
}

/** An address as it may be shown: somebody may stand behind. */
function withoutSecret(address: string): string {
  return address.replace(/^(rtsps?:\/\/)[^@/]*@/i, '$1')
}
