// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** The other resources of the core group. */
export const clusterTypes: TypeBlock = {
  packageName: 'io.k8s.api.core.v1',
  text: `
Namespace
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 spec: NamespaceSpec;
  3 status: NamespaceStatus
NamespaceSpec
  1 finalizers: [string]
NamespaceStatus
  1 phase: string; 2 conditions: [NamespaceCondition] by type
NamespaceCondition
  1 type!: string; 2 status!: string; 4 lastTransitionTime: time; 5 reason: string; 6 message: string
Event
  apiVersion: string; kind: string; 1 metadata!: ObjectMeta; 2 involvedObject!: ObjectReference;
  3 reason: string; 4 message: string; 5 source: EventSource; 6 firstTimestamp: time;
  7 lastTimestamp: time; 8 count: int32; 9 type: string; 10 eventTime: microTime; 11 series?: EventSeries;
  12 action: string; 13 related?: ObjectReference; 14 reportingComponent: string;
  15 reportingInstance: string
ObjectReference atomic
  1 kind: string; 2 namespace: string; 3 name: string; 4 uid: string; 5 apiVersion: string;
  6 resourceVersion: string; 7 fieldPath: string
EventSource
  1 component: string; 2 host: string
EventSeries
  1 count: int32; 2 lastObservedTime: microTime
ConfigMap
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 4 immutable?: bool; 2 data: {string};
  3 binaryData: {bytes}
Secret
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 5 immutable?: bool; 2 data: {bytes};
  4 stringData: {string}; 3 type: string
ServiceAccount
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 secrets: [ObjectReference] by name;
  3 imagePullSecrets: [LocalObjectReference]; 4 automountServiceAccountToken?: bool
Service
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 spec: ServiceSpec; 3 status: ServiceStatus
ServiceSpec
  1 ports: [ServicePort] by port,protocol; 2 selector: {string} atomic; 3 clusterIP: string;
  18 clusterIPs: [string]; 4 type: string; 5 externalIPs: [string]; 7 sessionAffinity: string;
  8 loadBalancerIP: string; 9 loadBalancerSourceRanges: [string]; 10 externalName: string;
  11 externalTrafficPolicy: string; 12 healthCheckNodePort: int32; 13 publishNotReadyAddresses: bool;
  14 sessionAffinityConfig?: SessionAffinityConfig; 19 ipFamilies: [string]; 17 ipFamilyPolicy?: string;
  20 allocateLoadBalancerNodePorts?: bool; 21 loadBalancerClass?: string;
  22 internalTrafficPolicy?: string; 23 trafficDistribution?: string
ServicePort
  1 name: string; 2 protocol: string = TCP; 6 appProtocol?: string; 3 port!: int32;
  4 targetPort: intOrString; 5 nodePort: int32
SessionAffinityConfig
  1 clientIP?: ClientIPConfig
ClientIPConfig
  1 timeoutSeconds?: int32
ServiceStatus
  1 loadBalancer: LoadBalancerStatus; 2 conditions: [Condition] by type
LoadBalancerStatus
  1 ingress: [LoadBalancerIngress]
LoadBalancerIngress
  1 ip: string; 2 hostname: string; 3 ipMode?: string; 4 ports: [PortStatus]
PortStatus
  1 port!: int32; 2 protocol!: string; 3 error?: string
Endpoints
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 subsets: [EndpointSubset]
EndpointSubset
  1 addresses: [EndpointAddress]; 2 notReadyAddresses: [EndpointAddress]; 3 ports: [EndpointPort]
EndpointAddress atomic
  1 ip!: string; 3 hostname: string; 4 nodeName?: string; 2 targetRef?: ObjectReference
EndpointPort atomic
  1 name: string; 2 port!: int32; 3 protocol: string; 4 appProtocol?: string
Binding
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 target!: ObjectReference
`,
}
