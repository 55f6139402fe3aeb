// SPDX-License-Identifier: Apache-2.0

/** Whether a scenario means a node: it may name some, and means all when it does not. */
export function isMeant(node: { readonly name: string }, names: readonly string[] | undefined): boolean {
  return names === undefined || names.includes(node.name)
}
