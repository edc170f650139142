import { defineWords } from '../language.ts'

const en = {
  file: 'The keys of this device lie in files.',
  fileLimits:
    'Erased ones are overwritten, but flash, snapshots and backups may keep them. A TPM 2.0 can do better: hausrecht cell use tpm.',
  tpm: (index: string) => `The keys of this device open with a key in the TPM, NV index ${index}.`,
  tpmLimits:
    'What was erased opens on no copy of the disk any more. Whoever has this machine and its TPM opens what is kept; a backup of this folder opens nothing.',
  unchanged: 'It is so already.',
  badKind: 'tpm or file',
  badIndex: 'an NV index of the owner’s range, from 0x01800000 to 0x01bfffff',
}

const de: typeof en = {
  file: 'Die Schlüssel dieses Geräts liegen in Dateien.',
  fileLimits:
    'Gelöschte werden überschrieben, aber Flash-Speicher, Snapshots und Backups können sie behalten. Ein TPM 2.0 kann mehr: hausrecht cell use tpm.',
  tpm: index => `Die Schlüssel dieses Geräts öffnen sich mit einem Schlüssel im TPM, NV-Index ${index}.`,
  tpmLimits:
    'Was gelöscht wurde, öffnet sich auf keiner Kopie der Platte mehr. Wer diese Maschine mit ihrem TPM hat, öffnet, was noch da ist; ein Backup dieses Ordners öffnet nichts.',
  unchanged: 'Es ist schon so.',
  badKind: 'tpm oder file',
  badIndex: 'ein NV-Index des Besitzers, von 0x01800000 bis 0x01bfffff',
}

export const words = defineWords(en, de)
