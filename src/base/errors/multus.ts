// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of a pod's attachments: annotations, network attachment definitions, delegates. */
export const multusErrors = {
  'multus/config-invalid': {
    cause:
      'The Multus configuration is not usable: not JSON, a field of the wrong type, or no default network.',
    remedy: 'Correct the file in the CNI directory or the daemon configuration; the message names the field.',
  },
  'multus/cni-args-invalid': {
    cause: 'The container runtime passed CNI_ARGS that cannot be read.',
    remedy: 'CNI_ARGS are KEY=VALUE pairs joined by ";"; set IgnoreUnknown=1 for keys of your own.',
  },
  'multus/not-ready': {
    cause: 'The file that says "the default network is ready" did not appear in time.',
    remedy: 'Look at the pods of the default network on this node, and compare readinessindicatorfile.',
  },
  'multus/no-api': {
    cause: 'The configuration needs the Kubernetes API, and there is no client for it.',
    remedy: 'Give a kubeconfig or run in the cluster, or list the networks under "delegates".',
  },
  'multus/pod-missing': {
    cause: 'The Kubernetes API does not know the pod that the runtime is setting up.',
    remedy:
      'Nothing if the pod was deleted; otherwise compare the node clock and the API that the node talks to.',
  },
  'multus/pod-replaced': {
    cause: 'The pod was deleted and another of the same name was created.',
    remedy: 'Nothing: the kubelet tries again with the pod that exists.',
  },
  'multus/annotation-invalid': {
    cause: 'A network annotation of the pod cannot be read.',
    remedy: 'Correct the annotation that the message names; docs/reference/annotations.md has the grammar.',
  },
  'multus/networks-missing': {
    cause: 'The pod was started while Multus was not in place on its node, so that it lacks its networks.',
    remedy:
      'Delete the pod so that its controller makes it again, or set missingNetworks to evict; see docs/guide/pods-without-networks.md.',
  },
  'multus/too-many-networks': {
    cause: 'The pod asks for more networks than one pod may have.',
    remedy: 'Shorten the annotation k8s.v1.cni.cncf.io/networks.',
  },
  'multus/interface-name-taken': {
    cause: 'Two attachments of the pod have the same interface name, or the name exists in the pod already.',
    remedy: 'Give one of them another name with "interface" (or @name), or leave the name out.',
  },
  'multus/namespace-isolation': {
    cause: 'namespaceIsolation is on and the pod asks for a network of another namespace.',
    remedy: 'Use a definition in the namespace of the pod, or add the other namespace to globalNamespaces.',
  },
  'multus/nad-missing': {
    cause: 'The network-attachment-definition that the pod asks for does not exist where it is looked for.',
    remedy:
      'Create it, or write namespace/name; the message lists the namespaces that have one of that name.',
  },
  'multus/nad-invalid': {
    cause: 'The CNI configuration inside the network-attachment-definition cannot be used.',
    remedy: 'Correct spec.config: a JSON object with "type", or with a non-empty list "plugins".',
  },
  'multus/network-missing': {
    cause: 'clusterNetwork or defaultNetworks names neither a definition nor a CNI configuration file.',
    remedy: 'Compare the value with the definitions in multusNamespace and the files in confDir.',
  },
  'multus/default-route-conflict': {
    cause: 'Several attachments of the pod ask for the default route of one address family.',
    remedy: 'Leave "default-route" with one gateway per family on one attachment.',
  },
  'multus/default-route-failed': {
    cause: 'The default route could not be moved to the attachment that asks for it.',
    remedy: 'The gateway must be on a network of that interface; the message holds what the kernel said.',
  },
  'multus/attach-failed': {
    cause: 'A plugin could not attach the pod to a network.',
    remedy: 'The message names the network and holds what the plugin said.',
  },
  'multus/detach-failed': {
    cause: 'A plugin could not release an attachment of the pod.',
    remedy: 'The message names the plugin and holds what it said; the release can be repeated.',
  },
  'multus/check-failed': {
    cause: 'An attachment of the pod is not as it was made.',
    remedy: 'The message names the network and the difference; restarting the pod makes it anew.',
  },
  'multus/cache-failed': {
    cause: 'The record of the pod below cniDir cannot be written or read.',
    remedy: 'Look at free space and permissions of cniDir (/var/lib/cni/multus).',
  },
  'multus/cache-corrupt': {
    cause: 'The record of the pod below cniDir is not readable JSON; it was kept aside.',
    remedy:
      'Nothing for the pod, which is released by its container id; look at the disk if it happens again.',
  },
  'multus/status-failed': {
    cause: 'The annotation k8s.v1.cni.cncf.io/network-status could not be written.',
    remedy: 'Look at the API server, and at the right to patch or update pods/status.',
  },
  'multus/capability-missing': {
    cause:
      'The pod asks for something (addresses, MAC, ports, bandwidth) that no plugin of the network takes.',
    remedy: 'Declare it in the plugin configuration, such as "capabilities": {"ips": true}.',
  },
  'multus/device-failed': {
    cause: "The device of a network with a resourceName could not be looked up in the kubelet's records.",
    remedy: 'Look at the kubelet pod-resources socket, and at the device plugin or DRA driver.',
  },
  'multus/runtime-unreachable': {
    cause: 'The container runtime did not say on its CRI socket which sandboxes it has.',
    remedy: 'Compare criSocket in the daemon configuration with the socket of the runtime, and mount it.',
  },
  'multus/undo-failed': {
    cause: 'Part of a failed ADD could not be taken back.',
    remedy: 'The runtime calls DEL, which tries again; the message names what is left.',
  },
} as const satisfies ErrorEntries
