import { proxy, type Remote, wrap } from 'comlink'
import { scriptUrl } from '../trusted.ts'
import type { Engine } from './api.ts'
import { installErrors } from './messages.ts'
import workerUrl from './worker.ts?worker&url'

/** Starts the engine in its worker. */
export function connectEngine(): Engine {
  installErrors()
  const remote: Remote<Engine> = wrap<Engine>(new Worker(scriptUrl(workerUrl), { type: 'module', name: 'engine' }))
  return {
    onState: listener => remote.onState(proxy(listener)),
    claim: (link, names) => remote.claim(link, names),
    confirmDigits: () => remote.confirmDigits(),
    join: device => remote.join(device),
    cancelJoin: () => remote.cancelJoin(),
    leave: () => remote.leave(),
    passkeyRegistrationOptions: name => remote.passkeyRegistrationOptions(name),
    passkeyRegister: response => remote.passkeyRegister(response),
    passkeyOptions: () => remote.passkeyOptions(),
    passkeySignIn: response => remote.passkeySignIn(response),
    passkeys: () => remote.passkeys(),
    passkeyRemove: id => remote.passkeyRemove(id),
    compare: device => remote.compare(device),
    approve: (device, admission) => remote.approve(device, admission),
    refuse: device => remote.refuse(device),
    removeDevice: device => remote.removeDevice(device),
    rename: what => remote.rename(what),
    probeCamera: url => remote.probeCamera(url),
    addCamera: camera => remote.addCamera(camera),
    editCamera: (camera, url) => remote.editCamera(camera, url),
    removeCamera: camera => remote.removeCamera(camera),
    reorderCameras: order => remote.reorderCameras(order),
    spans: (camera, range) => remote.spans(camera, range),
    // A feed comes back as a proxy of the worker's.
    play: async (options, listener) => remote.play(options, proxy(listener)),
    watch: async (options, listener) => remote.watch(options, proxy(listener)),
    keyFrame: (camera, at) => remote.keyFrame(camera, at),
    deleteRange: (cameras, from, to) => remote.deleteRange(cameras, from, to),
    setRetention: (camera, days) => remote.setRetention(camera, days),
    deletions: () => remote.deletions(),
    openedBefore: order => remote.openedBefore(order),
    receiptFile: order => remote.receiptFile(order),
    exportRange: (camera, from, to, progress) => remote.exportRange(camera, from, to, proxy(progress)),
    cancelExport: () => remote.cancelExport(),
    accesses: options => remote.accesses(options),
    usage: () => remote.usage(),
  }
}
