// SPDX-License-Identifier: Apache-2.0

export { ApiError } from './client/api-error.ts'
export type { BackoffOptions } from './client/backoff.ts'
export type {
  CallOptions,
  CreateOptions,
  ObjectRef,
  PatchOptions,
  PatchType,
  RemoveOptions,
  UpdateOptions,
  WatchOptions,
} from './client/call-options.ts'
export type { ClientConfig, TextOrFile } from './client/client-config.ts'
export { KubernetesClient } from './client/client.ts'
export type { ClientOptions } from './client/client.ts'
export type { EventContent } from './client/event-body.ts'
export { EventRecorder } from './client/event-recorder.ts'
export type { EventRecorderOptions } from './client/event-recorder.ts'
export type { InformerHandlers } from './client/informer-handlers.ts'
export { Informer } from './client/informer.ts'
export type { InformerOptions, InformerState } from './client/informer.ts'
export type { ListOptions, ObjectList, Selection } from './client/list.ts'
export { loadClientConfig } from './client/load-client-config.ts'
export type { ConfigSource } from './client/load-client-config.ts'
export type { Indexer } from './client/object-store.ts'
export { PodAnnotator } from './client/pod-annotator.ts'
export type { AnnotateOptions, AnnotationChanges, PodRef } from './client/pod-annotator.ts'
export type { WatchEvent } from './client/watch.ts'
export { EmbeddedApi } from './embedded/embedded-api.ts'
export type { EmbeddedList, EmbeddedPatch, EmbeddedResource } from './embedded/embedded-api.ts'
export type { EmbeddedHooks, PodLogRequest, PodStreamRequest } from './embedded/hooks.ts'
export { EmbeddedApiServer } from './embedded/server.ts'
export type { EmbeddedApiServerOptions, EmbeddedLimits } from './embedded/server.ts'
export { StatusError } from './embedded/status/status-error.ts'
export { events, parseEvent } from './resources/event.ts'
export type { ClusterEvent, EventType, ObjectReference } from './resources/event.ts'
export { namespaces, parseNamespace } from './resources/namespace.ts'
export type { ClusterNamespace } from './resources/namespace.ts'
export {
  networkAttachmentDefinitions,
  parseNetworkAttachmentDefinition,
} from './resources/network-attachment-definition.ts'
export type { NetworkAttachmentDefinition } from './resources/network-attachment-definition.ts'
export { parseObjectMeta } from './resources/object-meta.ts'
export type { KubernetesObject, ObjectMeta, OwnerReference } from './resources/object-meta.ts'
export { parsePod, pods, trimPod } from './resources/pod.ts'
export type {
  Condition,
  Pod,
  PodContainer,
  PodContainerStatus,
  PodResourceClaimStatus,
  PodSpec,
  PodStatus,
} from './resources/pod.ts'
export { apiVersionOf, genericResource } from './resources/resource.ts'
export type { GenericObject, Resource, ResourceKind } from './resources/resource.ts'
export { deployments, replicaSets } from './resources/workload.ts'
export type { Workload } from './resources/workload.ts'
