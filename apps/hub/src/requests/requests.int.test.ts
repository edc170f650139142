import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Camera, startCamera } from '@hausrecht/camera/camera'
import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { closeDevice, type OpenDevice, sync } from '@hausrecht/client/device'
import { createHousehold, removeDevice } from '@hausrecht/client/household'
import { readNames } from '@hausrecht/client/names'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { renameCamera } from '@hausrecht/client/rename'
import { parseStreamId } from '@hausrecht/crypto/ids'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { parseInit } from '@hausrecht/media/mp4/init'
import { Browser } from '@hausrecht/testkit/browser'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCameras } from '../cameras.ts'
import { type RunningHub, startHub } from '../hub.ts'

/** A hub without cameras, asked by browsers over a real vault. */
const transport = httpTransport()
let folder: TempFolder
let home: string
let vault: Vault
let camera: Camera
let founder: OpenDevice
let hub: RunningHub
let admin: Browser
let guest: Browser
let ask: (method: string, params?: ChannelMap) => Promise<ChannelValue>
let askAsGuest: typeof ask
/** The address with its login, as a person types it. */
let typed: string

beforeAll(async () => {
  folder = tempFolder('requests')
  home = join(folder.path, 'home')
  vault = await startVault({ dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent' })
  camera = await startCamera({ port: 0, login: { user: 'u', password: 'ge@heim', scheme: 'digest-sha256' } })
  typed = camera.url.replace('://', '://u:ge%40heim@')
  const store = await FolderStore.open(home)
  const wanted = { name: 'House', device: 'hub', vault: vault.url, witnesses: [], quorum: 0 }
  founder = await createHousehold(store, wanted, { transport })
  admin = await Browser.join(founder, vault.url, transport)
  guest = await Browser.join(founder, vault.url, transport, ['session'])
  hub = await startHub({ home })
  const [first, second] = await Promise.all([admin.call(founder.id), guest.call(founder.id)])
  ask = (method, params = {}) => first.request(method, params, 30_000)
  askAsGuest = (method, params = {}) => second.request(method, params, 30_000)
})
afterAll(async () => {
  await admin.close()
  await guest.close()
  await hub.close()
  closeDevice(founder)
  await camera.close()
  await vault.close()
  transport.close()
  folder.remove()
})

const map = (value: ChannelValue | undefined): ChannelMap => (isMap(value) ? value : {})
const cameras = async (asking = ask): Promise<readonly ChannelMap[]> => {
  const { cameras } = map(await asking('status'))
  return Array.isArray(cameras) ? cameras.filter(isMap) : []
}
const namesOf = async (): Promise<readonly (readonly [string, boolean])[]> => {
  await sync(admin.device)
  return (await readNames(admin.device)).cameras.map(({ name, stoppedAt }) => [name, stoppedAt !== null])
}

describe('cameras', () => {
  let id = ''

  test('a look shows what a camera sends, and one picture', async () => {
    const found = map(await ask('cameras.probe', { url: typed }))
    expect(found).toMatchObject({
      video: { codec: 'h264', width: 1280, height: 720 },
      audio: { codec: 'aac' },
      subStreams: [camera.subUrl],
    })
    const { init, fragment } = map(found.picture)
    if (!(init instanceof Uint8Array) || !(fragment instanceof Uint8Array)) throw new Error('no picture')
    expect(parseInit(init)[0]?.config).toMatchObject({ kind: 'video', width: 1280, height: 720 })
    const [picture, ...more] = [...samplesOf(parseFragment(fragment))]
    expect(picture?.isSync).toBe(true)
    expect(picture?.data.length).toBeGreaterThan(1000)
    expect(more).toEqual([])
    expect(JSON.stringify(found)).not.toContain('heim')
  })

  test('an error names what is wrong', async () => {
    const look = (url: string) => ask('cameras.probe', { url })
    await expect(look(camera.url)).rejects.toMatchObject({ code: 'password_needed' })
    await expect(look(camera.url.replace('://', '://u:falsch@'))).rejects.toMatchObject({ code: 'wrong_password' })
    await expect(look(typed.replace('/main', '/nothing'))).rejects.toMatchObject({ code: 'not_found' })
    await expect(look('http://camera/')).rejects.toMatchObject({ code: 'bad_url' })
    await expect(ask('cameras.probe')).rejects.toMatchObject({ code: 'bad_url' })
    await expect(ask('cameras.polish')).rejects.toMatchObject({ code: 'bad_argument' })
  })

  test('an added one is recorded at once, picture, sound and small picture; its password stays in the house', async () => {
    const added = map(await ask('cameras.add', { url: typed, subUrl: camera.subUrl, name: 'Haustür' }))
    id = String(added.id)
    await until(async () => (await cameras())[0]?.state === 'recording', { what: 'the camera to be recorded' })
    const [status] = await cameras()
    expect(status).toMatchObject({ id, name: 'Haustür', address: camera.url, problem: null })
    const [entry] = await readCameras(home)
    expect(entry).toMatchObject({ url: camera.url, user: 'u', password: 'ge@heim', subUrl: camera.subUrl })
    expect([status?.audio, status?.sub]).toEqual([entry?.audio, entry?.sub])
    expect((await stat(join(home, 'cameras.json'))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify([status, admin.events])).not.toContain('heim')
    await until(() => (hub.status().cameras[0]?.sealedAtMs ?? 0) > 0, { what: 'a sealed segment' })
    await expect(ask('cameras.add', { url: typed, name: 'Haustür' })).rejects.toMatchObject({ code: 'name_taken' })
    await expect(ask('cameras.add', { url: typed, name: ' ' })).rejects.toMatchObject({ code: 'bad_argument' })
    expect(await namesOf()).toEqual([['Haustür', false]])
  })

  test('another name is everybody’s, and does not disturb the recording', async () => {
    const before = hub.status().cameras[0]?.gaps.count
    await ask('cameras.rename', { id, name: 'Garten' })
    expect(await namesOf()).toEqual([['Garten', false]])
    expect((await cameras())[0]).toMatchObject({ id, name: 'Garten', state: 'recording' })
    expect(hub.status().cameras[0]?.gaps.count).toBe(before)
    expect(await readFile(join(home, 'cameras.json'), 'utf8')).toContain('Garten')
  })

  test('a name that an admin gave without the hub is taken over', async () => {
    await renameCamera(admin.device, parseStreamId(id), 'Hof')
    await until(async () => (await readCameras(home))[0]?.name === 'Hof', { what: 'the name in the list' })
    await until(() => hub.status().cameras[0]?.name === 'Hof', { what: 'the name in the status' })
    expect(hub.status().cameras[0]?.state).toBe('recording')
    await renameCamera(admin.device, parseStreamId(id), 'Garten')
    await until(() => hub.status().cameras[0]?.name === 'Garten', { what: 'the other name in the status' })
  })

  test('the order is kept', async () => {
    const { id: second } = map(await ask('cameras.add', { url: typed, subUrl: null, name: 'Zweite' }))
    expect((await cameras()).map(({ name }) => name)).toEqual(['Garten', 'Zweite'])
    await ask('cameras.order', { ids: [String(second)] })
    expect((await cameras()).map(({ name, order }) => [name, order])).toEqual([
      ['Zweite', 0],
      ['Garten', 1],
    ])
    await expect(ask('cameras.order', { ids: 'all' })).rejects.toMatchObject({ code: 'bad_argument' })
  })

  test('another address keeps the login on the same machine, and tells it to no other', async () => {
    await ask('cameras.edit', { id, url: camera.subUrl })
    expect((await readCameras(home)).find(({ video }) => video === id)).toMatchObject({
      url: camera.subUrl,
      user: 'u',
      password: 'ge@heim',
      name: 'Garten',
    })
    await ask('cameras.edit', { id, url: 'rtsp://elsewhere.test/main' })
    const moved = (await readCameras(home)).find(({ video }) => video === id)
    expect([moved?.url, moved?.user, moved?.password]).toEqual(['rtsp://elsewhere.test/main', undefined, undefined])
    await until(async () => (await cameras()).some(({ state }) => state === 'trouble'), { what: 'trouble' })
    expect((await cameras()).find(camera => camera.id === id)).toMatchObject({ problem: 'camera_unreachable' })
  })

  test('a removed one is stopped, in the chain too; what was recorded stays', async () => {
    await ask('cameras.remove', { id })
    expect((await cameras()).map(({ name }) => name)).toEqual(['Zweite'])
    expect(await namesOf()).toEqual([
      ['Garten', true],
      ['Zweite', false],
    ])
    await sync(founder)
    const own = [...founder.chain.state.streams.values()].filter(({ id: stream, pair }) => stream === id || pair === id)
    expect(own).toHaveLength(3)
    expect(own.every(({ stoppedAt }) => stoppedAt !== null)).toBe(true)
    await expect(ask('cameras.remove', { id: founder.chain.state.logStream })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(ask('cameras.edit', { id, url: typed })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('who may', () => {
  test('a session that is no admin sees, and changes nothing', async () => {
    const [seen] = await cameras(askAsGuest)
    expect(seen).toMatchObject({ name: 'Zweite', address: null })
    for (const method of ['probe', 'add', 'edit', 'rename', 'remove', 'order'])
      await expect(
        askAsGuest(`cameras.${method}`, { id: String(seen?.id), url: typed, name: 'x', ids: [] }),
      ).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('a device that was removed is not answered, and hears nothing more', async () => {
    await removeDevice(founder, guest.device.id)
    await until(
      async () => {
        const error = await askAsGuest('status').then(
          () => null,
          (refused: { code?: string }) => refused.code,
        )
        return error
      },
      { what: 'no answer' },
    )
    await until(() => hub.status().chain.entries >= founder.chain.entries.length, { what: 'the hub to know' })
    const heard = guest.events.length
    const since = admin.events.length
    await until(() => admin.events.length > since + 1, { what: 'news for the other' })
    expect(guest.events.length).toBe(heard)
  })
})
