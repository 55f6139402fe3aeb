// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { errorIdOf } from '../../src/base/index.ts'
import { Namespace, NamespaceError, SystemCallError } from '../../src/linux/index.ts'
import { checkLeaks, descriptors, linkNames, makeNamespace, runIn, skip } from './fixture.ts'

checkLeaks()

/** The namespace that this thread is in, as the kernel names it. */
const whereAmI = (): string => readlinkSync('/proc/thread-self/ns/net')

describe('Namespace', { skip }, () => {
  test('create() gives a new namespace with nothing but lo, and the thread stays where it is', (t) => {
    const home = whereAmI()
    const namespace = makeNamespace(t)
    assert.equal(whereAmI(), home)
    assert.notEqual(`net:[${namespace.inode}]`, home)
    assert.deepEqual(linkNames(namespace), ['lo'])
  })

  test('run() is inside while the callback runs, also when nested, and outside afterwards', (t) => {
    const [outer, inner] = [makeNamespace(t), makeNamespace(t)]
    const home = whereAmI()
    const seen = outer.run(() => [whereAmI(), inner.run(whereAmI), whereAmI()])
    assert.deepEqual(
      seen,
      [outer, inner, outer].map(({ inode }) => `net:[${inode}]`),
    )
    assert.equal(whereAmI(), home)
  })

  test('run() comes back when the callback throws', (t) => {
    const namespace = makeNamespace(t)
    const home = whereAmI()
    assert.throws(() => namespace.run(() => assert.fail('inside')), /inside/)
    assert.equal(whereAmI(), home)
  })

  test('a child started inside run() is in the namespace', (t) => {
    const namespace = makeNamespace(t)
    assert.equal(runIn(namespace, 'readlink', '/proc/self/ns/net').trim(), `net:[${namespace.inode}]`)
  })

  test('the threads of the pool stay at home, even if the first work for them comes from inside', () => {
    const door = join(import.meta.dirname, '../../src/linux/index.ts')
    const script = `
      import { readdirSync, readlinkSync, stat } from 'node:fs'
      const { Namespace } = await import(process.argv[1])
      using namespace = Namespace.create()
      namespace.run(() => stat('/', () => undefined))
      const threads = readdirSync('/proc/self/task').map((id) => readlinkSync('/proc/self/task/' + id + '/ns/net'))
      console.log(JSON.stringify([...new Set(threads)]))`
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script, door], {
      encoding: 'utf8',
    })
    assert.deepEqual(JSON.parse(printed), [whereAmI()])
  })

  test('open() leads to the namespace of a path, and isSame() knows it again', (t) => {
    const namespace = makeNamespace(t)
    using again = Namespace.open(namespace.path)
    assert.ok(again.isSame(namespace))
    assert.equal(again.path, namespace.path)
    using home = Namespace.current()
    assert.ok(!home.isSame(namespace))
    assert.equal(`net:[${home.inode}]`, whereAmI())
  })

  test('open() finds namespaces that ip(8) named', (t) => {
    const name = `plait-test-${process.pid}`
    try {
      execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' })
    } catch (error) {
      return t.skip(`cannot name a network namespace: ${String(error)}`)
    }
    t.after(() => void execFileSync('ip', ['netns', 'delete', name]))
    using namespace = Namespace.open(`/run/netns/${name}`)
    namespace.links.create({ kind: 'bridge', name: 'br0' })
    assert.match(execFileSync('ip', ['-n', name, '-brief', 'link'], { encoding: 'utf8' }), /^br0 /m)
  })

  test('open() fails with the texts of the Go plugins', () => {
    const cases = [
      [
        '/nonexistent/ns',
        'net/namespace-missing',
        'failed to Statfs "/nonexistent/ns": no such file or directory',
      ],
      ['/dev/null/x', 'net/namespace-missing', 'failed to Statfs "/dev/null/x": not a directory'],
      ['/proc/self/ns/mnt', 'net/not-a-namespace', '"/proc/self/ns/mnt" is no network namespace'],
      ['/proc/self/status', 'net/not-a-namespace', '"/proc/self/status" is no network namespace'],
    ] as const
    for (const [path, id, message] of cases) {
      assert.throws(() => Namespace.open(path), { id, message, path, name: 'NamespaceError' })
    }
    assert.throws(
      () => Namespace.open(import.meta.filename),
      (error) =>
        error instanceof NamespaceError && /^unknown FS magic on ".*": [\da-f]+$/.test(error.message),
    )
  })

  test('a closed handle is refused, instead of reaching a descriptor that is another thing by now', () => {
    const namespace = Namespace.create()
    namespace.links.list()
    namespace[Symbol.dispose]()
    namespace[Symbol.dispose]()
    for (const call of [() => namespace.fd, () => namespace.links.list(), () => namespace.run(() => 1)]) {
      assert.throws(call, /its handle was closed/)
    }
  })

  test('1,000 namespaces opened and used leave no descriptor', () => {
    const before = descriptors()
    using namespace = Namespace.create()
    const during = descriptors().length
    for (let count = 0; count < 1000; count++) {
      using handle = Namespace.open(namespace.path)
      assert.equal(handle.links.get('lo')?.index, 1)
    }
    assert.equal(descriptors().length, during)
    namespace[Symbol.dispose]()
    assert.deepEqual(descriptors(), before)
  })

  test('a namespace ends when its last handle is closed', () => {
    const namespace = Namespace.create()
    const path = `/proc/self/fd/${namespace.fd}`
    using second = Namespace.open(path)
    namespace.links.create({ kind: 'bridge', name: 'br0' })
    namespace[Symbol.dispose]()
    assert.ok(second.links.get('br0'), 'the other handle still holds it')
  })

  test('errors of the kernel that are not about the path are passed on', (t) => {
    const namespace = makeNamespace(t)
    try {
      namespace.announce(1, '02:00:00:00:00:01', [{ family: 4, value: 1n }])
      assert.fail('lo is down')
    } catch (error) {
      assert.ok(error instanceof SystemCallError)
      assert.deepEqual([error.message, errorIdOf(error)], ['sendto: network is down', 'net/kernel-refused'])
    }
  })
})
