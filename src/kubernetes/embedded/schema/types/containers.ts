// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Containers, their probes, environment and security. */
export const containerTypes: TypeBlock = {
  packageName: 'io.k8s.api.core.v1',
  text: `
LocalObjectReference atomic
  1 name: string
ObjectFieldSelector atomic
  1 apiVersion: string; 2 fieldPath!: string
ResourceFieldSelector atomic
  1 containerName: string; 2 resource!: string; 3 divisor: quantity
Container
  1 name!: string; 2 image: string; 3 command: [string]; 4 args: [string]; 5 workingDir: string;
  6 ports: [ContainerPort] by containerPort,protocol; 19 envFrom: [EnvFromSource];
  7 env: [EnvVar] by name; 8 resources: ResourceRequirements; 23 resizePolicy: [ContainerResizePolicy];
  24 restartPolicy?: string; 25 restartPolicyRules: [ContainerRestartRule];
  9 volumeMounts: [VolumeMount] by mountPath; 21 volumeDevices: [VolumeDevice] by devicePath;
  10 livenessProbe?: Probe; 11 readinessProbe?: Probe; 22 startupProbe?: Probe; 12 lifecycle?: Lifecycle;
  13 terminationMessagePath: string; 20 terminationMessagePolicy: string; 14 imagePullPolicy: string;
  15 securityContext?: SecurityContext; 16 stdin: bool; 17 stdinOnce: bool; 18 tty: bool
ContainerPort
  1 name: string; 2 hostPort: int32; 3 containerPort!: int32; 4 protocol: string = TCP; 5 hostIP: string
EnvFromSource
  1 prefix: string; 2 configMapRef?: ConfigMapEnvSource; 3 secretRef?: SecretEnvSource
ConfigMapEnvSource
  1.1 name: string; 2 optional?: bool
SecretEnvSource
  1.1 name: string; 2 optional?: bool
EnvVar
  1 name!: string; 2 value: string; 3 valueFrom?: EnvVarSource
EnvVarSource
  1 fieldRef?: ObjectFieldSelector; 2 resourceFieldRef?: ResourceFieldSelector;
  3 configMapKeyRef?: ConfigMapKeySelector; 4 secretKeyRef?: SecretKeySelector;
  5 fileKeyRef?: FileKeySelector
ConfigMapKeySelector atomic
  1.1 name: string; 2 key!: string; 3 optional?: bool
SecretKeySelector atomic
  1.1 name: string; 2 key!: string; 3 optional?: bool
FileKeySelector atomic
  1 volumeName!: string; 2 path!: string; 3 key!: string; 4 optional?: bool
ResourceRequirements
  1 limits: {quantity}; 2 requests: {quantity}; 3 claims: [ResourceClaim] by name replace
ResourceClaim
  1 name!: string; 2 request: string
ContainerResizePolicy
  1 resourceName!: string; 2 restartPolicy!: string
ContainerRestartRule
  1 action: string; 2 exitCodes?: ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes
  1 operator: string; 2 values: [int32] set replace
VolumeMount
  1 name!: string; 2 readOnly: bool; 7 recursiveReadOnly?: string; 3 mountPath!: string;
  4 subPath: string; 5 mountPropagation?: string; 6 subPathExpr: string
VolumeDevice
  1 name!: string; 2 devicePath!: string
Probe
  1.1 exec?: ExecAction; 1.2 httpGet?: HTTPGetAction; 1.3 tcpSocket?: TCPSocketAction;
  1.4 grpc?: GRPCAction; 2 initialDelaySeconds: int32; 3 timeoutSeconds: int32; 4 periodSeconds: int32;
  5 successThreshold: int32; 6 failureThreshold: int32; 7 terminationGracePeriodSeconds?: int64
ExecAction
  1 command: [string]
HTTPGetAction
  1 path: string; 2 port!: intOrString; 3 host: string; 4 scheme: string; 5 httpHeaders: [HTTPHeader]
HTTPHeader
  1 name!: string; 2 value!: string
TCPSocketAction
  1 port!: intOrString; 2 host: string
GRPCAction
  1 port!: int32; 2 service?: string
Lifecycle
  1 postStart?: LifecycleHandler; 2 preStop?: LifecycleHandler; 3 stopSignal?: string
LifecycleHandler
  1 exec?: ExecAction; 2 httpGet?: HTTPGetAction; 3 tcpSocket?: TCPSocketAction; 4 sleep?: SleepAction
SleepAction
  1 seconds!: int64
SecurityContext
  1 capabilities?: Capabilities; 2 privileged?: bool; 3 seLinuxOptions?: SELinuxOptions;
  10 windowsOptions?: WindowsSecurityContextOptions; 4 runAsUser?: int64; 8 runAsGroup?: int64;
  5 runAsNonRoot?: bool; 6 readOnlyRootFilesystem?: bool; 7 allowPrivilegeEscalation?: bool;
  9 procMount?: string; 11 seccompProfile?: SeccompProfile; 12 appArmorProfile?: AppArmorProfile
Capabilities
  1 add: [string]; 2 drop: [string]
SELinuxOptions
  1 user: string; 2 role: string; 3 type: string; 4 level: string
WindowsSecurityContextOptions
  1 gmsaCredentialSpecName?: string; 2 gmsaCredentialSpec?: string; 3 runAsUserName?: string;
  4 hostProcess?: bool
SeccompProfile
  1 type!: string; 2 localhostProfile?: string
AppArmorProfile
  1 type!: string; 2 localhostProfile?: string
EphemeralContainer
  1.1 name!: string; 1.2 image: string; 1.3 command: [string]; 1.4 args: [string]; 1.5 workingDir: string;
  1.6 ports: [ContainerPort] by containerPort,protocol; 1.19 envFrom: [EnvFromSource];
  1.7 env: [EnvVar] by name; 1.8 resources: ResourceRequirements;
  1.23 resizePolicy: [ContainerResizePolicy]; 1.24 restartPolicy?: string;
  1.25 restartPolicyRules: [ContainerRestartRule]; 1.9 volumeMounts: [VolumeMount] by mountPath;
  1.21 volumeDevices: [VolumeDevice] by devicePath; 1.10 livenessProbe?: Probe;
  1.11 readinessProbe?: Probe; 1.22 startupProbe?: Probe; 1.12 lifecycle?: Lifecycle;
  1.13 terminationMessagePath: string; 1.20 terminationMessagePolicy: string;
  1.14 imagePullPolicy: string; 1.15 securityContext?: SecurityContext; 1.16 stdin: bool;
  1.17 stdinOnce: bool; 1.18 tty: bool; 2 targetContainerName: string
Sysctl
  1 name!: string; 2 value!: string
PodResourceClaim
  1 name!: string; 3 resourceClaimName?: string; 4 resourceClaimTemplateName?: string
`,
}
