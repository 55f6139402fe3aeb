// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeProtobuf } from './envelope.ts'
import { bytesField, message, textField } from './writer.ts'
import type { Encoded } from './writer.ts'

/** A body as a Go client sends it. */
function body(apiVersion: string, kind: string, raw: Encoded): Buffer {
  const typeMeta = message(textField(1, apiVersion), textField(2, kind))
  return Buffer.concat([Buffer.from('k8s\0'), bytesField(1, typeMeta), bytesField(2, raw)])
}

const varintField = (number: number, value: number): Encoded => Uint8Array.of(number * 8, value)
const entry = (key: string, value: string) => message(textField(1, key), textField(2, value))

describe('a protobuf body', () => {
  test('of a config map is read, maps and bytes too', () => {
    const metadata = message(textField(1, 'a'), bytesField(11, entry('app', 'web')))
    const raw = message(
      bytesField(1, metadata),
      bytesField(2, entry('k', 'v')),
      bytesField(3, entry('bin', 'xyz')),
    )
    assert.deepEqual(decodeProtobuf(body('v1', 'ConfigMap', raw)), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { app: 'web' } },
      data: { k: 'v' },
      binaryData: { bin: Buffer.from('xyz').toString('base64') },
    })
  })

  test('of a pod is read, with what JSON shows flat', () => {
    const hostPath = bytesField(1, textField(1, '/x'))
    const volume = message(textField(1, 'v'), bytesField(2, hostPath))
    const probe = message(
      bytesField(1, bytesField(2, bytesField(2, message(varintField(1, 0), varintField(2, 80))))),
      varintField(2, 5),
    )
    const container = message(textField(1, 'c'), textField(2, 'i'), bytesField(10, probe))
    const raw = bytesField(2, message(bytesField(1, volume), bytesField(2, container), varintField(11, 1)))
    assert.deepEqual(decodeProtobuf(body('v1', 'Pod', raw))['spec'], {
      volumes: [{ name: 'v', hostPath: { path: '/x' } }],
      containers: [
        { name: 'c', image: 'i', livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 5 } },
      ],
      hostNetwork: true,
    })
  })

  test('tells times, and an empty one as none', () => {
    const time = bytesField(6, varintField(1, 60))
    const event = decodeProtobuf(body('v1', 'Event', message(time, bytesField(7, new Uint8Array()))))
    assert.deepEqual([event['firstTimestamp'], event['lastTimestamp']], ['1970-01-01T00:01:00Z', null])
  })

  test('tells the events of both groups apart', () => {
    const regarding = bytesField(8, textField(3, 'web'))
    assert.deepEqual(decodeProtobuf(body('events.k8s.io/v1', 'Event', regarding))['regarding'], {
      name: 'web',
    })
  })

  test('leaves out fields that it does not know', () => {
    assert.deepEqual(decodeProtobuf(body('v1', 'ConfigMap', textField(99, 'x'))), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
    })
  })

  for (const [name, bytes] of [
    ['without the magic number', Buffer.from('{}')],
    ['that is cut short', body('v1', 'Pod', bytesField(2, textField(10, 'node'))).subarray(0, -2)],
    ['of a kind that is not known', body('v1', 'Pood', new Uint8Array())],
    ['with a number that never ends', body('v1', 'Pod', Buffer.alloc(20, 0xff))],
  ] as const) {
    test(`${name} is refused`, () => assert.throws(() => decodeProtobuf(bytes), { code: 400 }))
  }
})
