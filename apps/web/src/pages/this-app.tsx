import { type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { differing, readRelease } from '../parts/release.ts'
import { Good, Problem, Waits } from '../parts/states.tsx'
import { useAsked, useTask } from '../parts/task.ts'
import { useLanguage, useWords } from '../words/language.ts'
import { count, list, say } from '../words/say.ts'
import { bytes, number } from '../words/time.ts'

/** The files of this app and their hashes, to be compared with those that somebody else has built. */
export function ThisApp(): ReactNode {
  const words = useWords()
  const language = useLanguage()
  const { app } = words.settings
  const asked = useAsked('release', readRelease)
  const checking = useTask()
  const [wrong, setWrong] = useState<readonly string[] | null>(null)
  if (asked.state === 'loading') return <Waits text={words.common.loading} />
  if (asked.state === 'failed') return <Problem failure={asked.failure} again={asked.again} />
  const release = asked.value
  if (release === null) return <p className="panel padded second">{app.none}</p>
  return (
    <div className="panel padded stack">
      <p>
        {app.version} {release.version} · {count(language, app.files, release.files.length)}
      </p>
      <div className="buttons">
        <Button busy={checking.busy} onPress={() => void checking.run(async () => setWrong(await differing(release)))}>
          {checking.busy ? app.checking : app.check}
        </Button>
      </div>
      <Problem failure={checking.failure} />
      {wrong === null ? null : wrong.length === 0 ? (
        <Good>{say(app.same, { n: number(language, release.files.length) })}</Good>
      ) : (
        <p className="banner" data-tone="alarm" role="alert">
          <Icon name="warn" />
          {say(app.differ, { files: list(language, wrong) })}
        </p>
      )}
      <p className="quiet">{app.limits}</p>
      <details>
        <summary>
          <span className="turns">
            <Icon name="right" size={18} />
          </span>
          {app.show}
        </summary>
        <ul className="stack">
          {release.files.map(file => (
            <li key={file.path}>
              {file.path} <span className="quiet">{bytes(language, file.bytes)}</span>
              <br />
              <span className="mono second">sha256 {file.sha256}</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}
