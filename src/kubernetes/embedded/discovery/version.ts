// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'

/** What `kubectl version` shows: the release of the API that is spoken here, marked as not the real one. */
export const serverVersion: JsonObject = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+plait',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
}
