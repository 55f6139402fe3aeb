// SPDX-License-Identifier: Apache-2.0

import { connect as connectHttp2, constants } from 'node:http2'
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { PlaitError, TimeoutError } from '../../base/index.ts'
import type { PodRef } from '../cluster.ts'
import type { DeviceMap } from './device-pool.ts'
import { readProtobuf } from './protobuf.ts'

const deadlineMs = 10_000
const maxAnswerBytes = 16 * 1024 * 1024
// gRPC frames a message with a flag byte (0: not compressed) and its length.
const frameHeaderBytes = 5

/**
 * The devices of a pod from the kubelet's pod-resources service (gRPC, `v1.PodResourcesLister/List`) on its
 * socket, by resource, of all containers together (DEV-2).
 *
 * @throws PlaitError `multus/device-failed`, TimeoutError after 10 seconds.
 */
export async function listPodResources(socket: string, pod: PodRef): Promise<DeviceMap> {
  if (pod.name === '' || pod.namespace === '') {
    throw new PlaitError('multus/device-failed', 'GetPodResourceMap: Pod name or namespace cannot be empty')
  }
  const session = connectHttp2('http://localhost', { createConnection: () => connectSocket(socket) })
  try {
    return devicesOf(await call(session, socket), pod)
  } finally {
    session.destroy()
  }
}

async function call(session: ClientHttp2Session, socket: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(failed(socket, error))
    session.on('error', fail)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/v1.PodResourcesLister/List',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.setTimeout(deadlineMs, () => reject(new TimeoutError(`Cannot wait any longer for ${socket}`)))
    stream.on('error', fail)
    // Headers of an answer without body carry the status too.
    stream.on('response', (headers) => rejectStatus(headers, fail))
    stream.on('trailers', (headers) => rejectStatus(headers, fail))
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxAnswerBytes) fail(new Error(`the answer is larger than ${maxAnswerBytes} bytes`))
      else chunks.push(chunk)
    })
    stream.on('end', () => resolve(Buffer.concat(chunks)))
    stream.end(Buffer.alloc(frameHeaderBytes))
  })
}

function rejectStatus(headers: IncomingHttpHeaders, fail: (error: Error) => void): void {
  const { 'grpc-status': status, 'grpc-message': message } = headers
  if (status === undefined || status === '0') return
  fail(new Error(`gRPC status ${[status, message].flat().join(': ')}`))
}

function devicesOf(answer: Buffer, { namespace, name }: PodRef): DeviceMap {
  const devices = new Map<string, string[]>()
  const texts = (values: readonly Buffer[] = []): string[] => values.map((value) => value.toString())
  // ListPodResourcesResponse { pod_resources = 1 }
  for (const bytes of readProtobuf(unframe(answer)).get(1) ?? []) {
    // PodResources { name = 1, namespace = 2, containers = 3 }
    const pod = readProtobuf(bytes)
    if (texts(pod.get(1))[0] !== name || texts(pod.get(2))[0] !== namespace) continue
    // ContainerResources { devices = 2 }, ContainerDevices { resource_name = 1, device_ids = 2 }
    for (const device of (pod.get(3) ?? []).flatMap((container) => readProtobuf(container).get(2) ?? [])) {
      const fields = readProtobuf(device)
      const [resource = ''] = texts(fields.get(1))
      devices.set(resource, [...(devices.get(resource) ?? []), ...texts(fields.get(2))])
    }
  }
  return devices
}

function unframe(answer: Buffer): Buffer {
  if (answer.length < frameHeaderBytes) return Buffer.alloc(0)
  return answer.subarray(frameHeaderBytes, frameHeaderBytes + answer.readUInt32BE(1))
}

function failed(socket: string, error: unknown): PlaitError {
  const message = `Cannot ask the kubelet at ${socket} for the devices of pods`
  return new PlaitError('multus/device-failed', message, { cause: error })
}
