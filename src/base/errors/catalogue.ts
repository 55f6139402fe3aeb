// SPDX-License-Identifier: Apache-2.0

import { cniErrors } from './cni.ts'
import { configErrors } from './config.ts'
import { daemonErrors } from './daemon.ts'
import { ipamErrors } from './ipam.ts'
import { kubernetesErrors } from './kubernetes.ts'
import { labErrors } from './lab.ts'
import { multusErrors } from './multus.ts'
import { netErrors } from './net.ts'
import { systemErrors } from './system.ts'

/** Every failure that a person can meet, by id: the source of error ids in logs, events, metrics and docs. */
export const errorCatalogue = {
  ...netErrors,
  ...ipamErrors,
  ...cniErrors,
  ...configErrors,
  ...kubernetesErrors,
  ...multusErrors,
  ...daemonErrors,
  ...labErrors,
  ...systemErrors,
} as const

/** The id of a failure in the catalogue, such as `net/master-missing`. */
export type ErrorId = keyof typeof errorCatalogue

/** Whether a value from anywhere is an id of the catalogue. */
export function isErrorId(value: unknown): value is ErrorId {
  return typeof value === 'string' && Object.hasOwn(errorCatalogue, value)
}
