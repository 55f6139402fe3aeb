// SPDX-License-Identifier: Apache-2.0

import { parseNetworkConfigList } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { Libcni, RuntimeConf } from '../libcni/libcni.ts'
import type { FakePlugins } from './fake-plugins.ts'

/** An attachment of container `c1` with everything that a runtime can say. */
export const exampleRuntime: RuntimeConf = {
  containerId: 'c1',
  netns: '/run/netns/a',
  ifName: 'eth0',
  args: [
    ['IgnoreUnknown', '1'],
    ['IP', '10.0.0.2'],
  ],
  capabilityArgs: { portMappings: [{ hostPort: 80 }], mac: '00:11:22:33:44:55' },
}

/** A chain of `bridge`, `tuning` and `portmap`, of which the last declares port mappings; `more` adds keys. */
export function exampleList(more: object = {}): NetworkConfigList {
  return parseNetworkConfigList({
    cniVersion: '1.1.0',
    name: 'net',
    plugins: [
      { type: 'bridge', bridge: 'cni0' },
      { type: 'tuning', name: 'second' },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
    ...more,
  })
}

/** What the operations on networks work with, on fake plugins. */
export function libcniWith({ invoke }: FakePlugins, cacheDir: string): Libcni {
  return { invoke, cacheDir, path: ['/opt/cni/bin'] }
}
