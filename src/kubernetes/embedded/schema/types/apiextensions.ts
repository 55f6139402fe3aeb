// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Custom resource definitions and the part of JSON Schema that they are written in. */
export const apiextensionsTypes: TypeBlock = {
  packageName: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  text: `
CustomResourceDefinition
  apiVersion: string; kind: string; metadata: ObjectMeta; spec!: CustomResourceDefinitionSpec;
  status: CustomResourceDefinitionStatus
CustomResourceDefinitionSpec
  group!: string; names!: CustomResourceDefinitionNames; scope!: string;
  versions!: [CustomResourceDefinitionVersion]; conversion?: CustomResourceConversion;
  preserveUnknownFields: bool
CustomResourceDefinitionNames
  plural!: string; singular: string; shortNames: [string]; kind!: string; listKind: string;
  categories: [string]
CustomResourceDefinitionVersion
  name!: string; served!: bool; storage!: bool; deprecated: bool; deprecationWarning?: string;
  schema?: CustomResourceValidation; subresources?: CustomResourceSubresources;
  additionalPrinterColumns: [CustomResourceColumnDefinition]; selectableFields: [SelectableField]
CustomResourceValidation
  openAPIV3Schema?: JSONSchemaProps
CustomResourceSubresources
  status: any; scale?: CustomResourceSubresourceScale
CustomResourceSubresourceScale
  specReplicasPath!: string; statusReplicasPath!: string; labelSelectorPath?: string
CustomResourceColumnDefinition
  name!: string; type!: string; format: string; description: string; priority: int32; jsonPath!: string
SelectableField
  jsonPath!: string
CustomResourceConversion
  strategy!: string; webhook?: WebhookConversion
WebhookConversion
  clientConfig?: WebhookClientConfig; conversionReviewVersions!: [string]
WebhookClientConfig
  url?: string; service?: ServiceReference; caBundle?: bytes
ServiceReference
  namespace!: string; name!: string; path?: string; port?: int32
CustomResourceDefinitionStatus
  conditions: [CustomResourceDefinitionCondition] by type; acceptedNames: CustomResourceDefinitionNames;
  storedVersions: [string]; observedGeneration: int64
CustomResourceDefinitionCondition
  type!: string; status!: string; lastTransitionTime: time; reason: string; message: string;
  observedGeneration: int64
JSONSchemaProps
  id: string; $schema?: string; $ref?: string; description: string; type: string; format: string;
  title: string; default: any; maximum?: number; exclusiveMaximum: bool; minimum?: number;
  exclusiveMinimum: bool; maxLength?: int64; minLength?: int64; pattern: string; maxItems?: int64;
  minItems?: int64; uniqueItems: bool; multipleOf?: number; enum: [any]; maxProperties?: int64;
  minProperties?: int64; required: [string]; items?: JSONSchemaProps; allOf: [JSONSchemaProps];
  oneOf: [JSONSchemaProps]; anyOf: [JSONSchemaProps]; not?: JSONSchemaProps;
  properties: {JSONSchemaProps}; additionalProperties: any; patternProperties: {JSONSchemaProps};
  dependencies: any; additionalItems: any; definitions: {JSONSchemaProps};
  externalDocs: ExternalDocumentation; example: any; nullable: bool;
  x-kubernetes-preserve-unknown-fields?: bool; x-kubernetes-embedded-resource: bool;
  x-kubernetes-int-or-string: bool; x-kubernetes-list-map-keys: [string]; x-kubernetes-list-type?: string;
  x-kubernetes-map-type?: string; x-kubernetes-validations: [ValidationRule] by rule
ExternalDocumentation
  description: string; url: string
ValidationRule
  rule!: string; message: string; messageExpression: string; reason?: string; fieldPath: string;
  optionalOldSelf?: bool
`,
}
