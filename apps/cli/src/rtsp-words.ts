import type { RtspErrorCode } from '@hausrecht/rtsp/errors'
import { defineWords } from './language.ts'

type Advice = Readonly<{ what: string; next: string }>
type Advices = Readonly<Record<RtspErrorCode, Advice>>

const en: Advices = {
  bad_url: {
    what: 'This is no camera address',
    next: "It looks like rtsp://user@192.168.1.20/stream; the path stands in the camera's manual.",
  },
  unknown_host: { what: 'There is no machine of this name', next: 'Check how it is written, or use its IP address.' },
  unreachable: {
    what: 'Nothing answers at the address of the camera',
    next: 'Is it on, on this network, and is the port right (usually 554)?',
  },
  timeout: {
    what: 'The camera answers too slowly, or stopped sending',
    next: 'Check the network to it; other programs may use up its connections.',
  },
  not_rtsp: {
    what: 'Something answers there, but it is no camera (no RTSP)',
    next: 'Check the port (usually 554), and switch RTSP on in the camera.',
  },
  tls: {
    what: 'The encrypted connection to the camera failed',
    next: 'Try rtsp:// instead of rtsps://, or give the camera a valid certificate.',
  },
  password_needed: {
    what: 'The camera asks for a user name and a password',
    next: 'Give the user with rtsp://user@… or --user; the password is asked for.',
  },
  wrong_password: {
    what: 'The camera refuses this user name or password',
    next: 'Check both; some cameras lock an account for minutes after a few tries.',
  },
  not_found: {
    what: 'The camera has no stream at this path',
    next: 'Look the path up in its manual: /stream1, /h264Preview_01_main, /Streaming/Channels/101 …',
  },
  unsupported_codec: {
    what: 'The camera sends a codec that is not supported',
    next: 'Set it to H.264 or H.265 in the camera.',
  },
  no_video: { what: 'The stream has no picture', next: 'Use the path of the picture, and not one of sound only.' },
  no_transport: {
    what: 'The camera offers no way to send that works here',
    next: 'Allow RTSP over TCP in the camera.',
  },
  protocol: {
    what: 'The camera breaks the RTSP protocol',
    next: 'Update its firmware; if it stays so, report it with the make and model.',
  },
  too_large: {
    what: 'The camera sends something larger than any camera needs',
    next: 'Lower its resolution or bit rate; if it stays so, report it with the make and model.',
  },
  closed: {
    what: 'The camera ended the connection',
    next: 'It may allow only a few at once: close other programs that watch it.',
  },
}

const de: Advices = {
  bad_url: {
    what: 'Das ist keine Kameraadresse',
    next: 'Sie sieht aus wie rtsp://benutzer@192.168.1.20/stream; der Pfad steht im Handbuch der Kamera.',
  },
  unknown_host: {
    what: 'Einen Rechner dieses Namens gibt es nicht',
    next: 'Prüfe die Schreibweise oder nimm die IP-Adresse.',
  },
  unreachable: {
    what: 'Unter der Adresse der Kamera antwortet nichts',
    next: 'Ist sie an, in diesem Netz, und stimmt der Port (meist 554)?',
  },
  timeout: {
    what: 'Die Kamera antwortet zu langsam oder sendet nicht mehr',
    next: 'Prüfe das Netz zu ihr; vielleicht verbrauchen andere Programme ihre Verbindungen.',
  },
  not_rtsp: {
    what: 'Dort antwortet etwas, aber keine Kamera (kein RTSP)',
    next: 'Prüfe den Port (meist 554) und schalte RTSP in der Kamera ein.',
  },
  tls: {
    what: 'Die verschlüsselte Verbindung zur Kamera ist gescheitert',
    next: 'Versuch rtsp:// statt rtsps:// oder gib der Kamera ein gültiges Zertifikat.',
  },
  password_needed: {
    what: 'Die Kamera verlangt Benutzername und Passwort',
    next: 'Gib den Benutzer mit rtsp://benutzer@… oder --user an; nach dem Passwort wird gefragt.',
  },
  wrong_password: {
    what: 'Die Kamera lehnt Benutzername oder Passwort ab',
    next: 'Prüfe beides; manche Kameras sperren ein Konto nach ein paar Versuchen für Minuten.',
  },
  not_found: {
    what: 'Die Kamera hat unter diesem Pfad keinen Stream',
    next: 'Sieh im Handbuch nach dem Pfad: /stream1, /h264Preview_01_main, /Streaming/Channels/101 …',
  },
  unsupported_codec: {
    what: 'Die Kamera sendet einen Codec, der nicht unterstützt wird',
    next: 'Stell sie auf H.264 oder H.265.',
  },
  no_video: { what: 'Der Stream hat kein Bild', next: 'Nimm den Pfad des Bildes und nicht den des Tons allein.' },
  no_transport: {
    what: 'Die Kamera bietet keinen Übertragungsweg, der hier geht',
    next: 'Erlaube in der Kamera RTSP über TCP.',
  },
  protocol: {
    what: 'Die Kamera hält sich nicht an RTSP',
    next: 'Aktualisiere ihre Firmware; bleibt es so, melde Hersteller und Modell.',
  },
  too_large: {
    what: 'Die Kamera sendet etwas, das größer ist, als eine Kamera braucht',
    next: 'Verringere Auflösung oder Bitrate; bleibt es so, melde Hersteller und Modell.',
  },
  closed: {
    what: 'Die Kamera hat die Verbindung beendet',
    next: 'Vielleicht erlaubt sie nur wenige zugleich: Schließ andere Programme, die zusehen.',
  },
}

export const words = defineWords(en, de)
