import type { Heard } from './heard.ts'
import type { RibbonWords } from './words.ts'

export function HeardList({ heard, words }: { readonly heard: Heard; readonly words: RibbonWords }) {
  return (
    <div className="only-heard">
      <ul aria-label={words.list}>
        {heard.items.map(({ at, text }) => (
          <li key={at}>{text}</li>
        ))}
        {heard.items.length === 0 && <li>{words.nothing}</li>}
      </ul>
      {heard.more && <p>{words.listMore}</p>}
    </div>
  )
}
