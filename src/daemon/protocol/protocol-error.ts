// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** The other side does not keep to the shim protocol; the message names what came instead. */
export class ProtocolError extends PlaitError {
  override readonly name = 'ProtocolError'

  constructor(message: string) {
    super('daemon/protocol-violated', message)
  }
}
