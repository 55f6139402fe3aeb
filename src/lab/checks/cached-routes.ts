// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from '../../base/index.ts'
import { defineCheck, type Finding } from './define-check.ts'
import { listNodeFiles } from './node-files.ts'
import { podPattern, selectPods } from './select-pods.ts'
import type { PodFacts, World } from './world.ts'

const directory = '/var/lib/cni/multus/results'

/** What libcni's cache of a result holds, as far as it is looked at (spec LIB-7). */
const cacheEntry = v.object({
  ifName: v.string(),
  cniArgs: v.array(v.tuple([v.string(), v.string()])),
  result: v.object({
    routes: v.optional(v.array(v.object({ dst: v.string(), gw: v.optional(v.string()) })), []),
  }),
})

const spec = v.strictObject({
  pods: podPattern,
  are: v.array(v.strictObject({ dev: v.string(), via: v.optional(v.string()) })),
})

/** The results that are remembered for the pods hold exactly these IPv4 default routes between them. */
export const cachedDefaultRoutes = defineCheck('cachedDefaultRoutes', spec, async ({ pods, are }, world) => {
  const findings: Finding[] = []
  const want = are.map(format).toSorted().join(', ')
  for (const pod of await selectPods(world, pods)) {
    const found = (await readDefaultRoutes(world, pod)).map(format).toSorted().join(', ')
    findings.push({
      ok: found === want,
      text: `the results remembered for ${pod.name} have the default route ${want || 'of none'} and no other`,
      detail: `they have ${found || 'none'}`,
    })
  }
  return findings
})

async function readDefaultRoutes(
  world: World,
  pod: PodFacts,
): Promise<{ dev: string; via?: string | undefined }[]> {
  const root = world.nodes.find(({ name }) => name === pod.node)?.root ?? ''
  const entries = await Promise.all(
    (await listNodeFiles(root, directory)).map(async (path) =>
      v.parse(cacheEntry, parseJson(await readFile(join(root, path), 'utf8'))),
    ),
  )
  return entries
    .filter(({ cniArgs }) => isAbout(cniArgs, pod))
    .flatMap(({ ifName, result }) =>
      result.routes.filter(({ dst }) => dst === '0.0.0.0/0').map(({ gw }) => ({ dev: ifName, via: gw })),
    )
}

function isAbout(args: readonly (readonly [string, string])[], { namespace, name }: PodFacts): boolean {
  const values = new Map(args)
  return values.get('K8S_POD_NAMESPACE') === namespace && values.get('K8S_POD_NAME') === name
}

function format({ dev, via }: { readonly dev: string; readonly via?: string | undefined }): string {
  return via === undefined ? dev : `${dev} via ${via}`
}
