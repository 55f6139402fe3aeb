// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { isJsonObject, parseJson, PlaitError, writeFileAtomic } from '../../base/index.ts'
import { readConfigFile } from '../../cni/index.ts'

/**
 * Writes a version into a CNI configuration file that has another one (`forceCNIVersion`, for test clusters); its
 * mode stays, while upstream makes it 0644.
 *
 * @throws PlaitError when it is no JSON object.
 */
export async function forceVersion(path: string, cniVersion: string): Promise<void> {
  const config = parseJson(readConfigFile(path))
  if (!isJsonObject(config)) throw new PlaitError('config/invalid', `${path} is no JSON object`)
  if (config.cniVersion === cniVersion) return
  const mode = statSync(path).mode & 0o777
  await writeFileAtomic(path, JSON.stringify({ ...config, cniVersion }), { mode })
}
