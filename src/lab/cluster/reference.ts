// SPDX-License-Identifier: Apache-2.0

import type { KubernetesObject, ObjectReference } from '../../kubernetes/index.ts'

/** How an event names the object that it is about. */
export function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference {
  const { namespace, name, uid } = metadata
  return { apiVersion, kind, namespace, name, uid }
}
