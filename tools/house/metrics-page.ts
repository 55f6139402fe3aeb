// SPDX-License-Identifier: Apache-2.0

import type { MetricDefinition } from '../../src/daemon/metrics/definition.ts'

/** The page of the metrics, from their definitions. */
export function metricsPage(definitions: readonly MetricDefinition[]): string {
  const bounds = [...new Set(definitions.flatMap(({ buckets = [] }) => buckets))].join(', ')
  return `# Metrics

With \`metricsPort\` in its file the daemon serves \`http://<node>:<port>/metrics\` in the text format of Prometheus, as
upstream's does. Without a port nothing is counted. What else the port answers, and at which address:
[The port of the node](port.md).

No pod, network, container or path is a label, and every label has a bounded number of values, so that no pod can
make the number of series grow. Durations are in seconds, in buckets up to ${bounds}. This page is made from
\`src/daemon/metrics/definitions.ts\` by \`node tools/generate-docs.ts\`.

${definitions.map(section).join('\n')}`
}

function section({ name, kind, help, labels }: MetricDefinition): string {
  const rows = Object.entries(labels).map(([label, values]) => `| \`${label}\` | ${values} |`)
  const parts = [
    `## ${name}`,
    `${help}. A ${kind}.`,
    ...(rows.length > 0 ? [['| label | values |', '|---|---|', ...rows].join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}
