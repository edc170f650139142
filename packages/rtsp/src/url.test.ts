import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRtspUrl, redactUrl, resolveControl } from './url.ts'

describe('camera addresses', () => {
  test.for([
    ['rtsp://10.0.0.9', { host: '10.0.0.9', port: 554, href: 'rtsp://10.0.0.9/', user: null, tls: false }],
    ['rtsps://Cam.Local/a/b?c=1&d', { host: 'Cam.Local', port: 322, href: 'rtsps://Cam.Local/a/b?c=1&d', tls: true }],
    ['RTSP://[fe80::1]:8554/x', { host: 'fe80::1', port: 8554, href: 'rtsp://[fe80::1]:8554/x' }],
    ['rtsp://admin:p%40ss%2F@cam/x', { user: 'admin', password: 'p@ss/', href: 'rtsp://cam/x' }],
    ['rtsp://admin:100%@cam/x', { user: 'admin', password: '100%' }],
    ['rtsp://admin:p@ss:word@cam/x', { user: 'admin', password: 'p@ss:word', host: 'cam' }],
    ['rtsp://admin@cam/x', { user: 'admin', password: '' }],
    ['  rtsp://cam?channel=1  ', { href: 'rtsp://cam?channel=1', host: 'cam' }],
    [
      'rtsp://cam:554/user=admin&password=&channel=1',
      { host: 'cam', href: 'rtsp://cam:554/user=admin&password=&channel=1' },
    ],
  ] as const)('%s', ([text, expected]) => {
    expect(parseRtspUrl(text)).toMatchObject(expected)
  })

  test.for([
    '',
    'cam',
    'http://cam/',
    'rtsp://',
    'rtsp:///x',
    'rtsp://cam:0/',
    'rtsp://cam:70000/',
    'rtsp://cam:x/',
    'rtsp://c am/',
    'rtsp://cam/a b',
    'rtsp://cam/#x',
    'rtsp://u:p@',
    'rtsp://cam\r\nX: y/',
  ])('not one: %j', text => {
    expect(() => parseRtspUrl(text)).toThrow(expect.objectContaining({ code: 'bad_url' }))
  })

  test('a pin is 64 hex digits behind rtsps, and is never sent', () => {
    const pin = `${'AB:'.repeat(31)}cd`
    const url = parseRtspUrl(`rtsps://admin:pw@cam/x#sha256=${pin}`)
    const plain = `rtsps://cam/x#sha256=${'ab'.repeat(31)}cd`
    expect(url).toMatchObject({ href: 'rtsps://cam/x', plain, pin: plain.slice(-64) })
    expect(parseRtspUrl(plain).plain).toBe(plain)
    expect(parseRtspUrl('rtsps://cam/x')).toMatchObject({ plain: 'rtsps://cam/x', pin: null })
    for (const text of [`rtsp://cam/x#sha256=${pin}`, 'rtsps://cam/x#sha256=abcd', 'rtsps://cam/x#sha256='])
      expect(() => parseRtspUrl(text)).toThrow(expect.objectContaining({ code: 'bad_url' }))
  })

  test('what is sent and what is shown never holds the password, whatever it is', () => {
    const part = fc.string({ minLength: 6, maxLength: 20 }).filter(text => !/[@\s]/.test(text))
    fc.assert(
      fc.property(part, secret => {
        const password = `Z${secret}Z`
        expect(redactUrl(`rtsp://admin:${password}@cam/x`)).toBe('rtsp://admin:***@cam/x')
        const text = `rtsp://admin:${encodeURIComponent(password)}@cam/x`
        expect(redactUrl(text)).toBe('rtsp://admin:***@cam/x')
        expect(parseRtspUrl(text)).toMatchObject({ password, href: 'rtsp://cam/x' })
      }),
    )
  })

  test.for([
    ['rtsp://cam/x', 'rtsp://cam/x'],
    ['rtsp://admin@cam/x', 'rtsp://admin@cam/x'],
    ['rtsp://admin:pa/ss@cam/x', 'rtsp://admin:***@cam/x'],
    ['rtsp://admin:a@b@cam/x', 'rtsp://admin:***@cam/x'],
    ['htp://admin:pw@cam', 'htp://admin:***@cam'],
    ['rtsp://cam/user=admin&password=secret&channel=1', 'rtsp://cam/user=admin&password=***&channel=1'],
    ['rtsp://cam/user=admin_password=se_cret_channel=1', 'rtsp://cam/user=admin_password=***_channel=1'],
    ['rtsp://cam/live?usr=admin&pwd=secret', 'rtsp://cam/live?usr=admin&pwd=***'],
  ] as const)('%s is shown as %s', ([text, shown]) => {
    expect(redactUrl(text)).toBe(shown)
  })
})

describe('controls', () => {
  const base = 'rtsp://cam/live/'
  test.for([
    [base, '*', base],
    [base, '', base],
    [base, 'track1', 'rtsp://cam/live/track1'],
    ['rtsp://cam/live', 'track1', 'rtsp://cam/live/track1'],
    [base, '/trackID=2', 'rtsp://cam/trackID=2'],
    [base, 'rtsp://other/x/track1', 'rtsp://other/x/track1'],
    ['rtsp://cam/real?channel=1&subtype=0/', 'trackID=0', 'rtsp://cam/real?channel=1&subtype=0/trackID=0'],
  ] as const)('%s and %s', ([from, control, to]) => {
    expect(resolveControl(from, control)).toBe(to)
  })
})
