// SPDX-License-Identifier: Apache-2.0

import { isCallVariable } from '../requests/call-variable.ts'

/** What of a plugin's environment goes to another machine: its PATH, its proxies and so on are that machine's own. */
export function hostEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isCallVariable(name) ? [[name, value]] : [],
    ),
  )
}
