// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadClientConfig } from './load-client-config.ts'

const yaml = `
apiVersion: v1
kind: Config
clusters:
- name: local
  cluster:
    server: https://[10.96.0.1]:443
    insecure-skip-tls-verify: true
users:
- name: multus
  user:
    token: "abc"
contexts:
- name: c
  context: {cluster: local, user: multus}
current-context: c
`

describe('loadClientConfig()', () => {
  let directory = ''
  before(async () => (directory = await mkdtemp(join(tmpdir(), 'plait-config-'))))
  after(async () => rm(directory, { recursive: true }))

  async function file(name: string, text: string): Promise<string> {
    const path = join(directory, name)
    await writeFile(path, text)
    return path
  }

  it('reads a kubeconfig in YAML and one in JSON', async () => {
    const config = await loadClientConfig({ kubeconfig: await file('k.yaml', yaml) })
    assert.deepEqual([config?.server, config?.token], ['https://10.96.0.1', 'abc'])
    const json =
      '{"clusters":[{"name":"l","cluster":{"server":"https://a"}}],"contexts":[{"name":"c","context":{"cluster":"l"}}],"current-context":"c"}'
    assert.equal((await loadClientConfig({ kubeconfig: await file('k.json', json) }))?.server, 'https://a')
  })

  it('reads several files, as KUBECONFIG names them', async () => {
    const empty = await file('empty.yaml', 'kind: Config\n')
    const kubeconfig = `${empty}:${await file('k.yaml', yaml)}`
    assert.equal((await loadClientConfig({ kubeconfig }))?.server, 'https://10.96.0.1')
  })

  for (const [what, text, words] of [
    ['is no YAML', 'a: [', /is neither YAML nor JSON/],
    ['is a list', '- a\n', /is not a mapping/],
    ['is empty', '', /is not a mapping/],
  ] as const) {
    it(`refuses a file that ${what}, and names it`, async () => {
      const kubeconfig = await file('bad', text)
      await assert.rejects(loadClientConfig({ kubeconfig }), (error: Error) => {
        assert.ok(error.message.startsWith(`${kubeconfig}: `))
        return words.test(error.message)
      })
    })
  }

  it('names a kubeconfig that is not there', async () => {
    const loading = loadClientConfig({ kubeconfig: '/nowhere/kubeconfig' })
    await assert.rejects(
      loading,
      /^ConfigError: \/nowhere\/kubeconfig: the kubeconfig cannot be read: ENOENT/,
    )
  })

  it('reads the service account of the pod that it runs in', async () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }
    await file('token', 't')
    await file('ca.crt', 'CA')
    await file('namespace', 'kube-system\n')
    assert.deepEqual(await loadClientConfig({ env, serviceAccountDir: directory }), {
      server: 'https://[fd00::1]:6443',
      tokenFile: join(directory, 'token'),
      ca: { file: join(directory, 'ca.crt') },
      namespace: 'kube-system',
    })
  })

  it('says which file a pod lacks', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' }
    const loading = loadClientConfig({ env, serviceAccountDir: '/nowhere' })
    await assert.rejects(loading, /^ConfigError: \/nowhere\/token: the environment says that this is a pod/)
  })

  it('gives nothing without a kubeconfig and outside a pod', async () => {
    assert.equal(await loadClientConfig({ env: { KUBERNETES_SERVICE_HOST: '10.96.0.1' } }), undefined)
  })
})
