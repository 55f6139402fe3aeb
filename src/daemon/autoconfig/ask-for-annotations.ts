// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { AutoconfigSettings } from './settings.ts'

/**
 * Lets a generated configuration ask the runtime for the annotations of pods, so that an ADD need not ask the API for
 * them; runtimes that do not know the capability ignore it. `capabilities` of the daemon's file can say false.
 */
export function askForAnnotations(settings: AutoconfigSettings): AutoconfigSettings {
  if (settings.mode !== 'generate') return settings
  const own = getCaseInsensitive(settings.root, 'capabilities')
  const capabilities = { 'io.kubernetes.cri.pod-annotations': true, ...(isJsonObject(own) ? own : {}) }
  return { ...settings, root: { ...settings.root, capabilities } }
}
