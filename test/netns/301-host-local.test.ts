// SPDX-License-Identifier: Apache-2.0

import { hostLocal } from '../../src/plugins/ipam/host-local/index.ts'
import { testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import { checkLeaks } from './fixture.ts'

checkLeaks()

testPlugin(hostLocal, {
  config: {
    ipam: {
      type: 'host-local',
      ranges: [[{ subnet: '10.9.0.0/24' }], [{ subnet: 'fd00:9::/64' }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  },
  allocates: true,
})
