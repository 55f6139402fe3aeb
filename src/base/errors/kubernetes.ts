// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of talking to the Kubernetes API. */
export const kubernetesErrors = {
  'kubernetes/not-found': {
    cause: 'The object does not exist in the API.',
    remedy: 'Compare namespace and name with kubectl get.',
  },
  'kubernetes/conflict': {
    cause: 'The object changed between reading and writing it, or exists already.',
    remedy: 'Nothing: the write is tried again; look for a second writer if it persists.',
  },
  'kubernetes/forbidden': {
    cause: 'The service account may not do this.',
    remedy: 'Apply the ClusterRole and ClusterRoleBinding of the shipped manifest.',
  },
  'kubernetes/unreachable': {
    cause: 'The API server did not answer, or the connection broke.',
    remedy: 'Look at the API server and at the path to it from the node.',
  },
  'kubernetes/unauthorized': {
    cause: 'The API server does not accept the credentials: the token expired, or it is of another cluster.',
    remedy: 'Look at the token file or client certificate that the configuration names.',
  },
  'kubernetes/credentials': {
    cause: 'A token, certificate or key file of the client configuration cannot be read.',
    remedy: 'Compare the path with what is mounted; the message names it.',
  },
  'kubernetes/certificate': {
    cause:
      'The certificate of the API server is not one that the configured CA vouches for, or it is for another name.',
    remedy: 'Compare the CA and the server address of the client configuration with the cluster.',
  },
  'kubernetes/timeout': {
    cause: 'The API server did not answer in time.',
    remedy: 'Look at the load of the API server and at the path to it from the node.',
  },
  'kubernetes/busy': {
    cause: 'The API server turns requests away because it has too many.',
    remedy: 'Look for a client that floods it; the request is tried again as the server asks.',
  },
  'kubernetes/expired': {
    cause: 'The resource version asked for is older than what the API server keeps.',
    remedy: 'Nothing: the list is read again.',
  },
  'kubernetes/invalid': {
    cause: 'The API server does not accept the object or the request.',
    remedy: 'Correct what the message names.',
  },
  'kubernetes/server-error': {
    cause: 'The API server failed while it handled the request.',
    remedy: 'Look at the log of the API server, of etcd and of its webhooks.',
  },
  'kubernetes/bad-response': {
    cause: 'What answered is not what a Kubernetes API server answers: not JSON, too large, or cut short.',
    remedy: 'Check that the server address is the API server and that no proxy answers for it.',
  },
  'kubernetes/object-replaced': {
    cause: 'The object was deleted, and another of the same name was created since.',
    remedy: 'Nothing: what was meant for the old object is dropped.',
  },
} as const satisfies ErrorEntries
