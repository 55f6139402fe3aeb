// SPDX-License-Identifier: Apache-2.0

import type { MetricDefinition } from './definition.ts'

const command = 'ADD, DEL, CHECK, GC, STATUS, VERSION, other'
const outcome = 'ok, error'

// From what a bundled plugin takes to what a runtime waits for.
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/** Every metric of the daemon. The first has upstream's name, labels and help. */
export const metricDefinitions = {
  httpRequests: {
    name: 'multus_server_request_total',
    kind: 'counter',
    help: 'Counter of HTTP requests',
    labels: {
      handler:
        '`/cni`, `/delegate`, `/healthz`, `/readyz`, `/journal`, `NotFound`; calls of our own shim count as `/cni`',
      code: 'HTTP status; for our own shim what upstream would have answered, 200 or 400',
      method: 'in lower case; for our own shim `post`',
    },
  },
  requestSeconds: {
    name: 'plait_request_duration_seconds',
    kind: 'histogram',
    help: 'How long a CNI request took, from its arrival to its answer',
    labels: { command, program: 'multus, plugin (a bundled plugin that was called by itself)', outcome },
    buckets,
  },
  requestQueueSeconds: {
    name: 'plait_request_queue_seconds',
    kind: 'histogram',
    help: 'How long a CNI request waited for its container and for its turn',
    labels: { program: 'multus, plugin' },
    buckets,
  },
  requestErrors: {
    name: 'plait_request_errors_total',
    kind: 'counter',
    help: 'CNI requests that failed, by the id of the error',
    labels: { command, error: 'an id of the [errors](errors.md), or none' },
  },
  requestsInFlight: {
    name: 'plait_requests_in_flight',
    kind: 'gauge',
    help: 'CNI requests that run or wait for their turn',
    labels: { state: 'running, waiting' },
  },
  apiWaitSeconds: {
    name: 'plait_api_wait_seconds',
    kind: 'histogram',
    help: 'How long a request for Multus spent in the steps that may ask the Kubernetes API: pod, networks, status',
    labels: { command },
    buckets,
  },
  pluginSeconds: {
    name: 'plait_plugin_duration_seconds',
    kind: 'histogram',
    help: 'How long one call of one plugin ran, without its wait for a turn',
    labels: {
      plugin: 'the bundled plugins, the first 16 external ones that are run, missing, other',
      command,
      outcome,
    },
    buckets,
  },
  externalQueueSeconds: {
    name: 'plait_external_plugin_queue_seconds',
    kind: 'histogram',
    help: 'How long a call of an external plugin waited for its turn',
    labels: {},
    buckets,
  },
  externalPlugins: {
    name: 'plait_external_plugins',
    kind: 'gauge',
    help: 'Calls of external plugins that run or wait for their turn',
    labels: { state: 'running, waiting' },
  },
  missingAttachments: {
    name: 'plait_missing_attachments',
    kind: 'gauge',
    help: 'Networks that pods of this node ask for and that are not in their network-status; absent while it is not known which node this is',
    labels: {},
  },
  spooledRequests: {
    name: 'plait_spooled_requests',
    kind: 'gauge',
    help: 'DELs that shims have kept while no daemon took them, and that are not replayed yet',
    labels: {},
  },
  requestsAside: {
    name: 'plait_spooled_requests_set_aside',
    kind: 'gauge',
    help: 'Files of the spool that are not replayed, and wait for somebody to look at them',
    labels: { reason: 'failed (for three days), broken (they cannot be read)' },
  },
  lateStatusFailures: {
    name: 'plait_status_write_failures_total',
    kind: 'counter',
    help: 'Network statuses that could not be written after the reply',
    labels: {},
  },
  releasedSandboxes: {
    name: 'plait_released_sandboxes_total',
    kind: 'counter',
    help: 'Dead sandboxes that were released without a DEL of the runtime',
    labels: {},
  },
  releasedAddresses: {
    name: 'plait_released_addresses_total',
    kind: 'counter',
    help: 'Reservations of host-local that were freed because their sandbox is dead',
    labels: {},
  },
  deadSandboxes: {
    name: 'plait_dead_sandboxes',
    kind: 'gauge',
    help: 'Sandboxes without network namespace after the last round of cleaning',
    labels: { state: 'left (dead, and a plugin could not release it), unsure (not proven dead)' },
  },
  build: {
    name: 'plait_build_info',
    kind: 'gauge',
    help: 'Always 1',
    labels: { version: 'the version of the daemon' },
  },
  cpuSeconds: {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    help: 'CPU time of the daemon itself, without the plugins that it started',
    labels: {},
  },
  residentBytes: {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    help: 'Resident memory of the daemon itself',
    labels: {},
  },
  startSeconds: {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    help: 'Start of the daemon, seconds since 1970',
    labels: {},
  },
  openDescriptors: {
    name: 'process_open_fds',
    kind: 'gauge',
    help: 'Open file descriptors of the daemon',
    labels: {},
  },
} as const satisfies Record<string, MetricDefinition>
