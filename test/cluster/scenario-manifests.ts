// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../shim/build-shim.ts'

const folder = join(root, 'scenarios/two-macvlan/manifests')

/** The networks of the scenario, on the one card that the nodes have, with room for ten pods on each. */
export function networks(): string {
  return readFileSync(join(folder, 'networks.yaml'), 'utf8').replaceAll(/"ens\d"/g, '"eth0"')
}

/** Its Deployment, with an image that is there, one that ends at once when it is told to. */
export function deployment(): string {
  return readFileSync(join(folder, 'busybox.yaml'), 'utf8')
    .replace('busybox:1.24', 'localhost/tools:1')
    .replace(
      '    spec:\n      containers:',
      '    spec:\n      terminationGracePeriodSeconds: 1\n      containers:',
    )
}
