import type { Words } from '../en.ts'

const log = {
  kept: 'Dieser Browser hat nichts davon angenommen. Deine Aufnahmen bleiben versiegelt.',
  next: 'Lass kein Gerät ein, bis das geklärt ist. Betreibt jemand anders den Tresor, frag dort nach.',
}
const object = {
  kept: 'Es wurde nicht gezeigt. Alles andere lässt sich öffnen.',
  next: 'Sieh nach, ob andere Zeiten betroffen sind. Betreibt jemand anders den Tresor, sag es dort.',
}

export const alarms: Words['alarms'] = {
  titleOne: 'Etwas stimmt nicht',
  at: 'bemerkt {when}',
  bad_checkpoint: {
    what: 'Der Tresor hat das Protokoll so unterschrieben, dass es nicht zu seinem Schlüssel passt.',
    ...log,
  },
  not_cosigned: {
    what: 'Dem Protokoll fehlen Unterschriften von Zeugen, die dein Haushalt verlangt.',
    kept: 'Bis sie da sind, wird nichts Neues angenommen. Deine Aufnahmen bleiben versiegelt.',
    next: 'Warte ein paar Minuten; bleibt es so, sieh nach, ob der Zeuge läuft.',
  },
  log_rolled_back: {
    what: 'Der Tresor hat ein älteres Protokoll gezeigt als zuvor, als wäre etwas nicht geschehen.',
    ...log,
  },
  log_forked: { what: 'Der Tresor hat zwei Protokolle unterschrieben, die einander widersprechen.', ...log },
  log_mismatch: {
    what: 'Der Tresor hat andere Einträge geliefert, als in seinem unterschriebenen Protokoll stehen.',
    ...log,
  },
  bad_log_entry: {
    what: 'Im Protokoll steht ein Eintrag, den niemand aus deinem Haushalt gemacht haben kann.',
    ...log,
  },
  entry_lost: { what: 'Der Tresor hat einen Eintrag bestätigt, der in seinem Protokoll fehlt.', ...log },
  payload_mismatch: { what: 'Namen im Protokoll wurden gegen andere ausgetauscht.', ...log },
  access_not_logged: {
    what: 'Der Tresor bot eine Aufnahme an, ohne aufzuschreiben, wer danach gefragt hat.',
    kept: 'Sie wurde nicht geöffnet. Auch sonst kann sie niemand öffnen.',
    next: 'Lass kein Gerät ein, bis das geklärt ist. Betreibt jemand anders den Tresor, frag dort nach.',
  },
  object_mismatch: { what: 'Der Tresor hat eine andere Aufnahme herausgegeben als die verlangte.', ...object },
  damaged_header: { what: 'Eine Aufnahme kam am Anfang verändert aus dem Tresor zurück.', ...object },
  damaged_commitment: {
    what: 'Eine Aufnahme kam verändert oder mit falschem Schlüssel versiegelt aus dem Tresor zurück.',
    ...object,
  },
  damaged_chunk: { what: 'Eine Aufnahme kam verändert aus dem Tresor zurück.', ...object },
  damaged_payload: { what: 'Eine Aufnahme ließ sich öffnen, aber ihr Inhalt ist kaputt.', ...object },
  withheld: {
    what: 'Der Tresor hält etwas zurück, das aufgenommen wurde.',
    kept: 'Alles andere lässt sich öffnen.',
    next: object.next,
  },
  reordered: {
    what: 'Der Tresor hat eine Aufnahme doppelt oder in falscher Reihenfolge herausgegeben.',
    ...object,
  },
  live_changed: {
    what: 'Ein Live-Bild wurde auf dem Weg durch den Tresor verändert.',
    kept: 'Es wurde nicht gezeigt. Was aufgenommen ist, berührt das nicht.',
    next: object.next,
  },
  bad_channel: {
    what: 'Eine Nachricht zwischen diesem Browser und dem Hub wurde unterwegs verändert, wiederholt oder zurückgehalten.',
    kept: 'Sie wurde verworfen, und beide haben mit neuen Schlüsseln neu begonnen. Lesen konnte sie niemand.',
    next: 'Geschieht es wieder, steht jemand dazwischen. Betreibt jemand anders den Tresor, sag es dort.',
  },
  log_stale: {
    what: 'Seit zehn Minuten oder länger hat kein Zeuge das Protokoll gesehen: Neueres könnte dir vorenthalten werden.',
    kept: 'Was du siehst, ist geprüft. Deine Aufnahmen bleiben versiegelt.',
    next: 'Sieh nach, ob der Zeuge läuft und die Uhr dieses Geräts stimmt. Wenn ja, sag es dem Betreiber des Tresors.',
  },
  join_substituted: {
    what: 'Der Schlüssel eines Geräts wurde ausgetauscht, während es eingelassen wurde.',
    kept: 'Es hat keine Schlüssel von Aufnahmen bekommen.',
    next: 'Entferne das Gerät unter Familie und lass es aus einem anderen Netz neu fragen.',
  },
}
