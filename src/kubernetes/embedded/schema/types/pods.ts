// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Pods and pod templates: what is asked of them and what became of them. */
export const podTypes: TypeBlock = {
  packageName: 'io.k8s.api.core.v1',
  text: `
Pod
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 spec: PodSpec; 3 status: PodStatus
PodSpec
  1 volumes: [Volume] by name retainKeys; 20 initContainers: [Container] by name;
  2 containers!: [Container] by name; 34 ephemeralContainers: [EphemeralContainer] by name;
  3 restartPolicy: string; 4 terminationGracePeriodSeconds?: int64; 5 activeDeadlineSeconds?: int64;
  6 dnsPolicy: string; 7 nodeSelector: {string} atomic; 8 serviceAccountName: string;
  9 serviceAccount: string; 21 automountServiceAccountToken?: bool; 10 nodeName: string;
  11 hostNetwork: bool; 12 hostPID: bool; 13 hostIPC: bool; 27 shareProcessNamespace?: bool;
  14 securityContext?: PodSecurityContext; 15 imagePullSecrets: [LocalObjectReference] by name;
  16 hostname: string; 17 subdomain: string; 18 affinity?: Affinity; 19 schedulerName: string;
  22 tolerations: [Toleration]; 23 hostAliases: [HostAlias] by ip; 24 priorityClassName: string;
  25 priority?: int32; 26 dnsConfig?: PodDNSConfig; 28 readinessGates: [PodReadinessGate];
  29 runtimeClassName?: string; 30 enableServiceLinks?: bool; 31 preemptionPolicy?: string;
  32 overhead: {quantity};
  33 topologySpreadConstraints: [TopologySpreadConstraint] by topologyKey,whenUnsatisfiable;
  35 setHostnameAsFQDN?: bool; 36 os?: PodOS; 37 hostUsers?: bool;
  38 schedulingGates: [PodSchedulingGate] by name;
  39 resourceClaims: [PodResourceClaim] by name retainKeys; 40 resources?: ResourceRequirements;
  41 hostnameOverride?: string; 42 workloadRef?: WorkloadReference;
  43 schedulingGroup?: PodSchedulingGroup
PodSchedulingGroup
  1 podGroupName?: string
PodSecurityContext
  1 seLinuxOptions?: SELinuxOptions; 8 windowsOptions?: WindowsSecurityContextOptions;
  2 runAsUser?: int64; 6 runAsGroup?: int64; 3 runAsNonRoot?: bool; 4 supplementalGroups: [int64];
  12 supplementalGroupsPolicy?: string; 5 fsGroup?: int64; 7 sysctls: [Sysctl];
  9 fsGroupChangePolicy?: string; 10 seccompProfile?: SeccompProfile;
  11 appArmorProfile?: AppArmorProfile; 13 seLinuxChangePolicy?: string
Affinity
  1 nodeAffinity?: NodeAffinity; 2 podAffinity?: PodAffinity; 3 podAntiAffinity?: PodAntiAffinity
NodeAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  2 preferredDuringSchedulingIgnoredDuringExecution: [PreferredSchedulingTerm]
NodeSelector atomic
  1 nodeSelectorTerms!: [NodeSelectorTerm]
NodeSelectorTerm atomic
  1 matchExpressions: [NodeSelectorRequirement]; 2 matchFields: [NodeSelectorRequirement]
NodeSelectorRequirement
  1 key!: string; 2 operator!: string; 3 values: [string]
PreferredSchedulingTerm
  1 weight!: int32; 2 preference!: NodeSelectorTerm
PodAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm];
  2 preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm]
PodAffinityTerm
  1 labelSelector?: LabelSelector; 2 namespaces: [string]; 3 topologyKey!: string;
  4 namespaceSelector?: LabelSelector; 5 matchLabelKeys: [string]; 6 mismatchLabelKeys: [string]
WeightedPodAffinityTerm
  1 weight!: int32; 2 podAffinityTerm!: PodAffinityTerm
PodAntiAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm];
  2 preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm]
Toleration
  1 key: string; 2 operator: string; 3 value: string; 4 effect: string; 5 tolerationSeconds?: int64
HostAlias
  1 ip!: string; 2 hostnames: [string]
PodDNSConfig
  1 nameservers: [string]; 2 searches: [string]; 3 options: [PodDNSConfigOption]
PodDNSConfigOption
  1 name: string; 2 value?: string
PodReadinessGate
  1 conditionType!: string
TopologySpreadConstraint
  1 maxSkew!: int32; 2 topologyKey!: string; 3 whenUnsatisfiable!: string;
  4 labelSelector?: LabelSelector; 5 minDomains?: int32; 6 nodeAffinityPolicy?: string;
  7 nodeTaintsPolicy?: string; 8 matchLabelKeys: [string]
PodOS
  1 name!: string
PodSchedulingGate
  1 name!: string
WorkloadReference
  1 name!: string; 2 podGroup!: string; 3 podGroupReplicaKey: string
PodStatus
  17 observedGeneration: int64; 1 phase: string; 2 conditions: [PodCondition] by type; 3 message: string;
  4 reason: string; 11 nominatedNodeName: string; 5 hostIP: string; 16 hostIPs: [HostIP] merge ip;
  6 podIP: string; 12 podIPs: [PodIP] by ip; 7 startTime?: time;
  10 initContainerStatuses: [ContainerStatus]; 8 containerStatuses: [ContainerStatus]; 9 qosClass: string;
  13 ephemeralContainerStatuses: [ContainerStatus]; 14 resize: string;
  15 resourceClaimStatuses: [PodResourceClaimStatus] by name retainKeys;
  18 extendedResourceClaimStatus?: PodExtendedResourceClaimStatus; 19 allocatedResources: {quantity};
  20 resources?: ResourceRequirements;
  21 nodeAllocatableResourceClaimStatuses: [NodeAllocatableResourceClaimStatus]
NodeAllocatableResourceClaimStatus
  1 resourceClaimName!: string; 2 containers: [string]; 3 resources!: {quantity}
PodCondition
  1 type!: string; 7 observedGeneration: int64; 2 status!: string; 3 lastProbeTime: time;
  4 lastTransitionTime: time; 5 reason: string; 6 message: string
HostIP
  1 ip!: string
PodIP
  1 ip!: string
ContainerStatus
  1 name!: string; 2 state: ContainerState; 3 lastState: ContainerState; 4 ready!: bool;
  5 restartCount!: int32; 6 image!: string; 7 imageID!: string; 8 containerID: string; 9 started?: bool;
  10 allocatedResources: {quantity}; 11 resources?: ResourceRequirements;
  12 volumeMounts: [VolumeMountStatus] by mountPath; 13 user?: ContainerUser;
  14 allocatedResourcesStatus: [ResourceStatus] by name; 15 stopSignal?: string
ContainerState
  1 waiting?: ContainerStateWaiting; 2 running?: ContainerStateRunning;
  3 terminated?: ContainerStateTerminated
ContainerStateWaiting
  1 reason: string; 2 message: string
ContainerStateRunning
  1 startedAt: time
ContainerStateTerminated
  1 exitCode!: int32; 2 signal: int32; 3 reason: string; 4 message: string; 5 startedAt: time;
  6 finishedAt: time; 7 containerID: string
VolumeMountStatus
  1 name!: string; 2 mountPath!: string; 3 readOnly: bool; 4 recursiveReadOnly?: string;
  5 volumeStatus?: VolumeStatus
VolumeStatus
  1 image?: ImageVolumeStatus
ImageVolumeStatus
  1 imageRef: string
ContainerUser
  1 linux?: LinuxContainerUser
LinuxContainerUser
  1 uid!: int64; 2 gid!: int64; 3 supplementalGroups: [int64]
ResourceStatus
  1 name!: string; 2 resources: [ResourceHealth] by resourceID replace
ResourceHealth
  1 resourceID!: string; 2 health: string; 6 message?: string
PodResourceClaimStatus
  1 name!: string; 2 resourceClaimName?: string
PodExtendedResourceClaimStatus
  1 requestMappings!: [ContainerExtendedResourceRequest]; 2 resourceClaimName!: string
ContainerExtendedResourceRequest
  1 containerName!: string; 2 resourceName!: string; 3 requestName!: string
PodTemplateSpec
  1 metadata: ObjectMeta; 2 spec: PodSpec
`,
}
