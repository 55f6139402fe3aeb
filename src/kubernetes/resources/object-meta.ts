// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import {
  booleanField,
  numberField,
  objectField,
  objectsField,
  stringField,
  stringMapField,
  stringsField,
} from './fields.ts'

/** Who owns an object: its garbage is collected with the owner's. */
interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller: boolean
}

/** The metadata that every object carries, as far as plait reads it. */
export interface ObjectMeta {
  readonly name: string
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
  /** Empty only in an object that no API server has seen. */
  readonly uid: string
  /** Opaque: good for equality and for handing back, never for ordering. */
  readonly resourceVersion: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly ownerReferences: readonly OwnerReference[]
  readonly finalizers: readonly string[]
  readonly generation?: number | undefined
  /** RFC 3339. */
  readonly creationTimestamp?: string | undefined
  /** RFC 3339; present while the object is being deleted. */
  readonly deletionTimestamp?: string | undefined
}

/** What all typed objects have in common. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** The metadata of an object as the API gives it; what is absent reads as empty. */
export function parseObjectMeta(object: JsonObject): ObjectMeta {
  const metadata = objectField(object, 'metadata')
  return {
    name: stringField(metadata, 'name') ?? '',
    namespace: stringField(metadata, 'namespace') ?? '',
    uid: stringField(metadata, 'uid') ?? '',
    resourceVersion: stringField(metadata, 'resourceVersion') ?? '',
    labels: stringMapField(metadata, 'labels'),
    annotations: stringMapField(metadata, 'annotations'),
    ownerReferences: objectsField(metadata, 'ownerReferences').map(parseOwnerReference),
    finalizers: stringsField(metadata, 'finalizers'),
    generation: numberField(metadata, 'generation'),
    creationTimestamp: stringField(metadata, 'creationTimestamp'),
    deletionTimestamp: stringField(metadata, 'deletionTimestamp'),
  }
}

function parseOwnerReference(reference: JsonObject): OwnerReference {
  return {
    apiVersion: stringField(reference, 'apiVersion') ?? '',
    kind: stringField(reference, 'kind') ?? '',
    name: stringField(reference, 'name') ?? '',
    uid: stringField(reference, 'uid') ?? '',
    controller: booleanField(reference, 'controller'),
  }
}
