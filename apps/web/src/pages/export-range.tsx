import { type ReactNode, useEffect, useState } from 'react'
import type { CameraView, ExportResult, Finding, Progress } from '../engine/api.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useEngine, useHousehold, useNow } from '../parts/engine.tsx'
import { saveFile } from '../parts/save-file.ts'
import { Good, Problem, Waits } from '../parts/states.tsx'
import { useTask } from '../parts/task.ts'
import { byName } from '../parts/who.ts'
import type { Selection } from '../timeline/select.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { gapIn } from '../words/problems.ts'
import { say } from '../words/say.ts'
import { duration, moment, range } from '../words/time.ts'

/** Opens a range in this browser and saves it as a file; says what is not in it, and why. */
export function ExportRange(props: {
  readonly open: boolean
  readonly camera: CameraView
  readonly range: Selection
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const engine = useEngine()
  const task = useTask()
  const [progress, setProgress] = useState<Progress | null>(null)
  const [result, setResult] = useState<Pick<ExportResult, 'name' | 'findings'> | null>(null)
  const { export: text } = words.camera
  const { busy, clear } = task
  useEffect(() => {
    if (!props.open) return
    setResult(null)
    clear()
  }, [props.open, clear])
  const start = (): void => {
    setProgress(null)
    void task.run(async () => {
      const { bytes, name, findings } = await engine.exportRange(
        props.camera.id,
        props.range.from,
        props.range.to,
        setProgress,
      )
      saveFile(new Blob([bytes], { type: 'video/mp4' }), name)
      setResult({ name, findings })
    })
  }
  return (
    <Dialog open={props.open} title={text.title} onClose={props.onClose} leavable={!busy}>
      {result === null ? (
        <Before
          camera={props.camera}
          range={props.range}
          busy={busy}
          progress={progress}
          failure={task.failure}
          onStart={start}
          onCancel={() => void engine.cancelExport().catch(() => undefined)}
          onClose={props.onClose}
        />
      ) : (
        <After result={result} onClose={props.onClose} />
      )}
    </Dialog>
  )
}

function Before(props: {
  readonly camera: CameraView
  readonly range: Selection
  readonly busy: boolean
  readonly progress: Progress | null
  readonly failure: ReturnType<typeof useTask>['failure']
  readonly onStart: () => void
  readonly onCancel: () => void
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const now = useNow(60_000)
  const { export: text } = words.camera
  const { progress, busy, failure } = props
  const cancelled = failure?.code === 'cancelled'
  return (
    <>
      <p>
        <b>
          {say(text.text, {
            camera: props.camera.name,
            range: range(words, language, props.range.from, props.range.to, now),
          })}
        </b>
      </p>
      <p className="second">{text.about}</p>
      {busy && progress === null ? <Waits text={text.preparing} /> : null}
      {busy && progress !== null ? (
        <div className="stack">
          <progress className="progress" max={progress.of} value={progress.done} aria-label={text.title} />
          <p className="second">
            {say(text.working, {
              done: duration(words, language, progress.done),
              of: duration(words, language, progress.of),
            })}
          </p>
        </div>
      ) : null}
      {cancelled ? (
        <p className="banner" role="status">
          {text.cancelled}
        </p>
      ) : (
        <Problem failure={failure} />
      )}
      <div className="buttons" data-end>
        {busy ? (
          <Button onPress={props.onCancel}>{words.common.cancel}</Button>
        ) : (
          <>
            <Button onPress={props.onClose}>{words.common.close}</Button>
            <Button kind="main" icon="save" onPress={props.onStart}>
              {text.start}
            </Button>
          </>
        )}
      </div>
    </>
  )
}

function After(props: {
  readonly result: Pick<ExportResult, 'name' | 'findings'>
  readonly onClose: () => void
}): ReactNode {
  const words = useWords()
  const { export: text } = words.camera
  const { name, findings } = props.result
  return (
    <>
      <Good>
        <p>
          <b>{say(text.done, { name })}</b>
        </p>
        {findings.length === 0 ? <p>{text.whole}</p> : null}
      </Good>
      {findings.length === 0 ? null : (
        <section className="stack tight">
          <h3>{text.missing}</h3>
          <ul className="panel rows">
            {findings.map(finding => (
              <li className="padded" key={`${finding.type} ${'from' in finding ? finding.from : finding.at}`}>
                <Missing finding={finding} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="buttons" data-end>
        <Button kind="main" onPress={props.onClose}>
          {words.common.done}
        </Button>
      </div>
    </>
  )
}

/** What is not in the file, in words. */
function Missing({ finding }: { readonly finding: Finding }): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const household = useHousehold()
  const now = useNow(60_000)
  const { export: text } = words.camera
  if (finding.type === 'damaged') {
    return say(text.damaged, { at: moment(words, language, finding.at, now), code: finding.code })
  }
  const span = range(words, language, finding.from, finding.to, now)
  switch (finding.type) {
    case 'gap':
      return say(text.gap, { range: span, reason: gapIn(words, finding.reason) })
    case 'deleted':
      if (finding.by === null) return say(text.ended, { range: span })
      return say(text.gone, {
        range: span,
        when: moment(words, language, finding.at, now),
        who: byName(words, household, finding.by),
      })
    case 'missing':
      return say(text.lost, { range: span })
    case 'unaccounted':
      return say(text.unaccounted, { range: span })
  }
}
