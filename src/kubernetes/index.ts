// SPDX-License-Identifier: Apache-2.0

export { ApiError } from './client/api-error.ts'
export type { ClientConfig } from './client/client-config.ts'
export { KubernetesClient } from './client/client.ts'
export type { EventContent } from './client/event-body.ts'
export { EventRecorder } from './client/event-recorder.ts'
export { Informer } from './client/informer.ts'
export { loadClientConfig } from './client/load-client-config.ts'
export { PodAnnotator } from './client/pod-annotator.ts'
export type { WatchEvent } from './client/watch.ts'
export type { EmbeddedApi, EmbeddedList, EmbeddedPatch, EmbeddedResource } from './embedded/embedded-api.ts'
export type {
  EmbeddedHooks,
  PodExecRequest,
  PodLogRequest,
  PodStreamRequest,
  TerminalSize,
} from './embedded/hooks.ts'
export { EmbeddedApiServer } from './embedded-api-server.ts'
export type { EmbeddedApiServerOptions, EmbeddedLimits } from './embedded/server.ts'
export { events } from './resources/event.ts'
export type { EventType, ObjectReference } from './resources/event.ts'
export { namespaces } from './resources/namespace.ts'
export {
  networkAttachmentDefinitions,
  parseNetworkAttachmentDefinition,
} from './resources/network-attachment-definition.ts'
export type { NetworkAttachmentDefinition } from './resources/network-attachment-definition.ts'
export type { KubernetesObject } from './resources/object-meta.ts'
export { parsePod, pods, trimPod } from './resources/pod.ts'
export type { Pod } from './resources/pod.ts'
export { genericResource } from './resources/resource.ts'
export type { GenericObject, Resource, ResourceKind } from './resources/resource.ts'
export { deployments, replicaSets } from './resources/workload.ts'
export type { Workload } from './resources/workload.ts'
