// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import type { FieldError } from '../status/field-error.ts'
import type { SelectableFields } from '../storage/field-selector.ts'
import type { Cluster } from '../cluster.ts'
import type { NameRule } from './names.ts'

/**
 * What is peculiar to the objects of a resource. All parts see and give objects in the stored form, and none changes
 * an object in place.
 */
export interface Strategy {
  readonly nameRule: NameRule
  /** The status is written through its own path only. */
  readonly separateStatus: boolean
  /** `metadata.generation` counts the changes of everything but metadata and status. */
  readonly countsGenerations: boolean
  /** A write without resource version overwrites what is there. */
  readonly unconditionalUpdate: boolean
  /** A PUT to a missing object creates it. */
  readonly createOnUpdate: boolean
  /** Completes a new object: initial status, allocated values. */
  readonly prepareCreate?: (object: JsonObject, cluster: Cluster) => JsonObject
  /** Completes a changed object from what it was. */
  readonly prepareUpdate?: (object: JsonObject, old: JsonObject, cluster: Cluster) => JsonObject
  /** Fills in what the object leaves open. */
  readonly withDefaults?: (object: JsonObject) => JsonObject
  /** Refuses a new object for reasons outside it. @throws StatusError */
  readonly admit?: (object: JsonObject, cluster: Cluster) => void
  readonly problems?: (object: JsonObject, cluster: Cluster) => readonly FieldError[]
  readonly changeProblems?: (object: JsonObject, old: JsonObject) => readonly FieldError[]
  /** What may be selected by, besides name and namespace. */
  readonly selectable?: (object: JsonObject) => SelectableFields
  /** Seconds that a deletion waits for somebody else to finish it; 0 deletes at once. */
  readonly gracePeriodSeconds?: (object: JsonObject, asked: number | undefined) => number
  /** Finalizers that an object gets when it is deleted, for a controller of this server to take off. */
  readonly deletionFinalizers?: readonly string[]
  /** Acts on an object that was stored. */
  readonly afterWrite?: (object: JsonObject, cluster: Cluster) => void
}
