// SPDX-License-Identifier: Apache-2.0

// The API's own fixtures, in which every field of every kind has a value, as JSON and as protobuf: the notation of our
// types must know them all and must read both alike.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import { decodeProtobuf } from '../../src/kubernetes/embedded/protobuf/envelope.ts'
import { builtinType } from '../../src/kubernetes/embedded/schema/builtin-types.ts'
import { decodeTyped } from '../../src/kubernetes/embedded/schema/decode.ts'

const kinds: Readonly<Record<string, readonly string[]>> = {
  core: [
    'Binding',
    'ConfigMap',
    'Endpoints',
    'Event',
    'Namespace',
    'Node',
    'Pod',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  autoscaling: ['Scale'],
  'coordination.k8s.io': ['Lease'],
  'events.k8s.io': ['Event'],
  policy: ['Eviction'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
}

/** The fixtures of the newest release of the API that Go has fetched on this machine. */
function fixtures(): string | undefined {
  const cache = goModuleCache()
  const releases = cache === undefined ? [] : globSync('k8s.io/api@v*/testdata/HEAD', { cwd: cache })
  const newest = releases.sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).at(-1)
  return cache === undefined || newest === undefined ? undefined : join(cache, newest)
}

function goModuleCache(): string | undefined {
  try {
    return execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8', timeout: 10_000 }).trim()
  } catch {
    return undefined // no Go here
  }
}

const folder = fixtures()
const skip = folder === undefined ? 'Go has not fetched the module k8s.io/api on this machine' : false

describe('the built-in types', { skip }, () => {
  for (const [group, names] of Object.entries(kinds)) {
    for (const kind of names) {
      test(`${kind} of ${group} has all fields, in JSON and in protobuf`, (context) => {
        const path = join(folder ?? '', `${group}.v1.${kind}`)
        if (!existsSync(`${path}.pb`)) return context.skip(`this release of the API has no ${kind}`)
        const json = parseJson(readFileSync(`${path}.json`))
        assert.ok(isJsonObject(json))
        const type = builtinType(group === 'events.k8s.io' ? 'EventsEvent' : kind)
        const fromJson = decodeTyped(json, type)
        assert.deepEqual(fromJson.unknown, [])
        assert.deepEqual(decodeTyped(decodeProtobuf(readFileSync(`${path}.pb`)), type), fromJson)
      })
    }
  }
})
