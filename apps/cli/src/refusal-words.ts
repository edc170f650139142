import { CLIENT_ERRORS, type ClientErrorCode } from '@hausrecht/client/errors'
import { type VaultErrorCode, WAY_ERRORS } from '@hausrecht/client/vault-error'
import { type ErrorCode as ContractCode, ERRORS } from '@hausrecht/contract/errors'
import { defineWords } from './language.ts'

type Refusals = Readonly<{
  client: Readonly<Record<ClientErrorCode, string>>
  vault: Readonly<Record<VaultErrorCode, string>>
}>

const plain = (text: string): string => text.replace(/\.$/, '')
const contractEnglish = (code: ContractCode): string => plain(ERRORS[code][1])
const codes = Object.keys(ERRORS).filter((code): code is ContractCode => code in ERRORS)
const isFull = (texts: Partial<Record<ContractCode, string>>): texts is Record<ContractCode, string> =>
  codes.every(code => code in texts)

const contract = (): Record<ContractCode, string> => {
  const texts: Partial<Record<ContractCode, string>> = {}
  for (const code of codes) texts[code] = contractEnglish(code)
  if (!isFull(texts)) throw new Error('the contract lost a code')
  return texts
}

const en: Refusals = {
  client: CLIENT_ERRORS,
  vault: {
    ...contract(),
    unreachable: plain(WAY_ERRORS.unreachable),
    timeout: plain(WAY_ERRORS.timeout),
    bad_answer: plain(WAY_ERRORS.bad_answer),
  },
}

const de: Refusals = {
  client: {
    home_missing: 'in diesem Ordner ist kein Gerät',
    home_exists: 'in diesem Ordner ist schon ein Gerät',
    home_damaged: 'eine Datei des Geräts ist beschädigt',
    cell_unavailable: 'der Ort des Schlüssels, der die Schlüssel dieses Geräts öffnet, antwortet nicht',
    cell_mismatch:
      'die Schlüssel in diesem Ordner sind älter als der, der sie öffnet, oder gehören zu einer anderen Maschine',
    cell_taken: 'an der Stelle, die für den Schlüssel gewählt wurde, liegt schon etwas',
    home_locked: 'ein anderer Prozess arbeitet an diesem Ordner',
    not_member: 'dieses Gerät gehört noch zu keinem Haushalt',
    removed: 'dieses Gerät wurde aus dem Haushalt entfernt',
    bad_argument: 'ein Wert liegt außerhalb des Erlaubten',
    bad_checkpoint: 'ein Prüfpunkt ist fehlerhaft oder nicht mit dem Schlüssel des Protokolls signiert',
    not_cosigned: 'einem Prüfpunkt fehlen die Gegenzeichnungen, die dieses Gerät verlangt',
    log_rolled_back: 'der Tresor hat ein älteres Protokoll gezeigt als zuvor',
    log_forked: 'der Tresor hat zwei Protokolle signiert, die einander widersprechen',
    log_mismatch: 'die gelieferten Einträge sind nicht die des Prüfpunkts',
    bad_log_entry: 'im Protokoll steht ein Eintrag, den kein ehrlicher Tresor angenommen hätte',
    entry_lost: 'der Tresor hat einen Eintrag bestätigt, der in seinem Protokoll fehlt',
    payload_mismatch: 'der versiegelte Teil eines Eintrags ist nicht der, auf den er sich festgelegt hat',
    access_not_logged: 'der Tresor bot eine Aufnahme an, ohne den Zugriff zu protokollieren',
    object_mismatch: 'ein Objekt ist nicht das verlangte',
    damaged_header: 'der Kopf eines Objekts ist beschädigt',
    damaged_commitment: 'der Anfang eines Objekts ist beschädigt oder mit einem anderen Schlüssel versiegelt',
    damaged_chunk: 'ein Stück eines Objekts ist beschädigt',
    damaged_payload: 'ein Objekt ließ sich öffnen, aber sein Inhalt ist nicht wohlgeformt',
    key_deleted: 'der Schlüssel wurde durch einen Löschauftrag vernichtet',
    key_missing: 'diesem Gerät wurde der Schlüssel nicht gegeben',
    join_none: 'eine solche Bitte um Einlass gibt es nicht',
    join_busy: 'über eine andere Bitte um Einlass wird gerade entschieden',
    join_expired: 'die Bitte um Einlass ist zu alt',
    join_cancelled: 'die Bitte um Einlass wurde zurückgezogen',
    join_broken: 'die andere Seite hat sich nicht ans Verfahren gehalten',
    claim_refused: 'der Link wurde schon benutzt, ist zu alt oder gehört zu einem anderen Haushalt',
    bad_passkey:
      'der Tresor nennt einen anderen Haushalt oder andere Zeugen als die, für die der Passkey gemacht wurde',
    join_substituted: 'der Haushalt hat einen anderen Schlüssel eingelassen als den verglichenen',
    no_prekey: 'das Gerät hat keinen Einmalschlüssel mehr, um Schlüssel zu empfangen',
    bad_packet: 'ein Paket ist fehlerhaft, nicht für dieses Gerät oder verändert',
    packet_replayed: 'ein Paket wurde schon einmal geöffnet',
    packet_not_entitled: 'ein Paket enthält Schlüssel, die dem Empfänger nicht zustehen',
    bad_channel: 'eine Nachricht eines anderen Geräts wurde verändert, wiederholt oder stammt nicht von ihm',
    channel_closed: 'das andere Gerät ist weg',
    channel_timeout: 'das andere Gerät hat nicht rechtzeitig geantwortet',
    release_pending: 'der Absender hat den zweiten Teil eines Pakets noch nicht freigegeben',
  },
  vault: {
    bad_request: 'die Anfrage ist fehlerhaft',
    bad_id: 'eine Kennung in der Adresse ist fehlerhaft',
    bad_segment: 'das ist kein versiegeltes Segment, oder sein Kopf passt nicht',
    bad_entry: 'das ist kein signierter Eintrag',
    bad_packet: 'das ist kein Paket',
    bad_range: 'der Bereich ist leer oder fehlerhaft',
    signature_missing: 'die Anfrage ist nicht signiert',
    signature_invalid: 'die Signatur passt nicht zur Anfrage',
    signature_expired: 'die Uhr dieses Geräts geht zu sehr falsch',
    signature_replayed: 'diese Anfrage gab es schon einmal',
    digest_mismatch: 'der Inhalt ist nicht der signierte',
    unknown_device: 'dieses Gerät gehört nicht zum Haushalt',
    removed_device: 'dieses Gerät wurde aus dem Haushalt entfernt',
    not_allowed: 'dieses Gerät darf das nicht',
    bad_origin: 'unter dieser Adresse gibt es die App nicht, also auch keinen Passkey',
    passkey_invalid: 'die Antwort des Passkeys passt nicht zur Frage',
    passkey_unknown: 'diesen Passkey kennt hier kein Haushalt',
    session_invalid: 'die Anmeldung ist abgelaufen oder gehört einem anderen Gerät',
    operator_only: 'diese Adresse ist für den Betreiber',
    token_missing: 'zum Lesen fehlt der Zugriffsschein',
    token_invalid: 'der Zugriffsschein gilt hier nicht oder ist abgelaufen',
    not_found: 'hier ist nichts',
    unknown_household: 'diesen Haushalt gibt es hier nicht',
    method_not_allowed: 'das geht mit dieser Adresse nicht',
    chain_conflict: 'die Kette ist inzwischen weiter',
    household_exists: 'diesen Haushalt gibt es hier schon',
    object_differs: 'unter dieser Kennung liegt ein anderes Objekt',
    pending_state: 'dieser Schritt des Beitritts ist nicht dran',
    deleted_range: 'dieser Bereich wurde auf Wunsch des Haushalts gelöscht',
    gone: 'das wurde schon abgeholt oder ist abgelaufen',
    too_large: 'der Inhalt ist größer als erlaubt',
    unsupported_media_type: 'der Inhalt hat die falsche Art',
    range_not_satisfiable: 'so lang ist das Objekt nicht',
    entry_rejected: 'die Regeln der Kette erlauben das nicht',
    too_many: 'zu viel auf einmal, versuche es später noch einmal',
    headers_too_large: 'die Kopfzeilen sind größer als erlaubt',
    internal: 'im Tresor ist etwas schiefgegangen, nichts ging verloren',
    busy: 'der Tresor ist beschäftigt',
    log_unavailable: 'das Protokoll lässt sich nicht schreiben, deshalb wird nichts herausgegeben',
    storage_full: 'der Datenträger des Tresors ist voll',
    quota_exceeded: 'der Platz des Haushalts ist aufgebraucht',
    unreachable: 'der Tresor ist nicht erreichbar',
    timeout: 'der Tresor hat nicht rechtzeitig geantwortet',
    bad_answer: 'der Tresor hat etwas geantwortet, das nicht vereinbart ist',
  },
}

export const words = defineWords(en, de)
