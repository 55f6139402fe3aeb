// SPDX-License-Identifier: Apache-2.0

import type { LinkKind } from './link-kind.ts'

/** A dummy to be made: a link that drops what it is given. */
export interface DummySpec {
  readonly kind: 'dummy'
}

/** What is known of a dummy: nothing of its own. */
export interface DummyInfo {
  readonly kind: 'dummy'
}

/** Links of kind dummy: a card without a cable. */
export const dummy: LinkKind<DummySpec, DummyInfo> = {
  kind: 'dummy',
  encode: () => undefined,
  decode: () => ({ kind: 'dummy' }),
}
