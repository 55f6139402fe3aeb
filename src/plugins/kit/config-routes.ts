// SPDX-License-Identifier: Apache-2.0

import { formatCidr, formatIp, parseCidr, parseIp } from '../../base/index.ts'
import type { CniRoute } from '../../cni/index.ts'

/**
 * The routes of a configuration as a result has them: addresses in their canonical spelling.
 *
 * @throws PlaitError `config/ip-invalid` with Go's texts.
 */
export function resultRoutes(routes: readonly CniRoute[] = []): CniRoute[] {
  return routes.map(({ dst, gw, ...rest }) => ({
    dst: formatCidr(parseCidr(dst)),
    // Go decodes an empty text to no address.
    ...(gw !== undefined && gw !== '' && { gw: formatIp(parseIp(gw)) }),
    ...rest,
  }))
}
