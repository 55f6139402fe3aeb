// SPDX-License-Identifier: Apache-2.0

const types: Readonly<Record<string, string>> = {
  ConfigMap: 'Configuration as keys and values, for pods to read.',
  Container: 'A program in a pod, from an image.',
  CustomResourceDefinition:
    'A resource that is added to the API: its names, its versions and the schema of each.',
  DaemonSet: 'Keeps a pod of one template on each node that fits.',
  Deployment:
    'Keeps a number of equal pods running, and replaces them step by step when the template changes.',
  Endpoints: 'The addresses behind a service.',
  Event: 'Something that happened to an object; it is kept for an hour.',
  IntOrString: 'A whole number, or a text such as a percentage or a port name.',
  Lease: 'Who holds a role at the moment, and until when.',
  Namespace: 'A scope for names: most objects live in one.',
  Node: 'A machine that runs pods.',
  ObjectMeta: 'What all objects have: name, labels, annotations, owners and versions.',
  Pod: 'One or more containers that share a network and run on one node.',
  PodSpec: 'What is asked of a pod.',
  PodStatus: 'What became of a pod.',
  Quantity: 'An amount with a unit, such as 500m or 1Gi.',
  ReplicaSet: 'Keeps a number of equal pods; usually a deployment makes it.',
  Secret: 'Configuration as keys and values that should not be shown around.',
  Service: 'One address for the pods that a selector names.',
  ServiceAccount: 'An identity for the processes of a pod.',
  StatefulSet: 'Keeps pods that each have a name and storage of their own.',
}

const fields: Readonly<Record<string, string>> = {
  annotations: 'Free texts for tools and people; nothing is selected by them.',
  apiVersion: 'Group and version of the kind.',
  containers: 'The containers of the pod; at least one.',
  kind: 'What sort of object this is.',
  labels: 'Short texts by which objects are selected.',
  metadata: 'Name, labels, annotations, owners and versions.',
  name: 'Name, unique where it stands.',
  namespace: 'The scope in which the name is unique.',
  replicas: 'Number of pods.',
  selector: 'Labels of the objects that are meant.',
  spec: 'What is asked for.',
  status: 'What is the case.',
  template: 'The pods that are made.',
}

/** What a built-in type is, by its full name; a general text where there is none of its own. */
export function describeType(fullName: string): string {
  const name = fullName.slice(fullName.lastIndexOf('.') + 1)
  return types[name] ?? `Fields of ${name}.`
}

/** What a field of a built-in type is. */
export function describeField(name: string): string {
  return fields[name] ?? ''
}
