// SPDX-License-Identifier: Apache-2.0

// A process of its own, because a network namespace has its own loopback. Standard input holds the objects as a JSON
// list; the address goes to standard output; it runs until it is killed.

import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import { EmbeddedApiServer } from '../../src/kubernetes/index.ts'

const objects = parseJson(await text(process.stdin))
assert.ok(Array.isArray(objects))
const server = await EmbeddedApiServer.start()
server.apply(objects.filter((object) => isJsonObject(object)))
console.log(server.url)
