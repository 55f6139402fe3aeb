// SPDX-License-Identifier: Apache-2.0

import { staticIpam } from '../../src/plugins/ipam/static.ts'
import { testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import { checkLeaks } from './fixture.ts'

checkLeaks()

testPlugin(staticIpam, {
  config: {
    ipam: {
      type: 'static',
      addresses: [{ address: '10.9.0.5/24', gateway: '10.9.0.1' }, { address: 'fd00:9::5/64' }],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  },
  repeatable: true,
})
