import { expect, test } from 'vitest';
import { describeDevice } from '../../worker/sessions/device.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT}`;
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT}`;

const KNOWN = [
  ['Chrome on Windows', `${WINDOWS} Chrome/143.0.0.0 Safari/537.36`],
  ['Chrome on Windows', `${WINDOWS} HeadlessChrome/143.0.0.0 Safari/537.36`],
  ['Microsoft Edge on Windows', `${WINDOWS} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`],
  ['Opera on Windows', `${WINDOWS} Chrome/143.0.0.0 Safari/537.36 OPR/127.0.0.0`],
  ['Vivaldi on Windows', `${WINDOWS} Chrome/143.0.0.0 Safari/537.36 Vivaldi/7.7`],
  [
    'Internet Explorer on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko',
  ],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0'],
  [
    'Safari on macOS',
    `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`,
  ],
  [
    'DuckDuckGo on macOS',
    `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15 Ddg/26.0`,
  ],
  ['Safari on iOS', `${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`],
  ['Safari on iOS', `${IPHONE} Mobile/15E148`],
  ['Chrome on iOS', `${IPHONE} CriOS/143.0.0.0 Mobile/15E148 Safari/604.1`],
  ['Firefox on iOS', `${IPHONE} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`],
  ['Microsoft Edge on iOS', `${IPHONE} Version/18.5 EdgiOS/143.0.0.0 Mobile/15E148 Safari/604.1`],
  ['Google Search on iOS', `${IPHONE} GSA/439.4.980558000 Mobile/15E148 Safari/604.1`],
  ['Opera on iOS', `${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 OPT/6.7.3`],
  ['Chrome on Android', `${ANDROID} Chrome/143.0.0.0 Mobile Safari/537.36`],
  ['Microsoft Edge on Android', `${ANDROID} Chrome/143.0.0.0 Mobile Safari/537.36 EdgA/143.0.0.0`],
  [
    'Samsung Internet on Android',
    `${ANDROID} SamsungBrowser/30.0 Chrome/143.0.0.0 Mobile Safari/537.36`,
  ],
  ['Yandex Browser on Android', `${ANDROID} Chrome/143.0.0.0 YaBrowser/26.1 Mobile Safari/537.36`],
  ['Android Browser on Android', `${ANDROID} Version/4.0 Mobile Safari/534.30`],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'],
  [
    'Chromium on Linux',
    `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chromium/143.0 Chrome/143.0 Safari/537.36`,
  ],
  [
    'Chrome on Chrome OS',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/143.0.0.0 Safari/537.36`,
  ],
] as const;

const UNKNOWN = [
  ['none', undefined],
  ['an empty one', ''],
  ['a program', 'curl/8.5.0'],
  [
    'words of a stranger',
    'Mozilla/5.0 (Your account is blocked, see https://evil.example) Evil/1.0',
  ],
  ['a name inside another', 'NotChrome/1.0'],
  ['a name beyond what is read', `${'x '.repeat(200)}Chrome/143.0`],
] as const;

test('describeDevice: browsers and systems by the names people know', () => {
  for (const [device, userAgent] of KNOWN) {
    expect(describeDevice(userAgent), userAgent).toBe(device);
  }
});

test('describeDevice: nothing that the header says is repeated', () => {
  for (const [what, userAgent] of UNKNOWN) {
    expect(describeDevice(userAgent), what).toBe('Unknown browser');
  }
});

test('describeDevice: a system alone is named, and the browser left open', () => {
  expect(describeDevice('Something/1.0 (Windows NT 10.0)')).toBe('Unknown browser on Windows');
});
