// SPDX-License-Identifier: Apache-2.0

// The rules for names, label keys and label values, with the texts of the real server.

const labelText = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomainText = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`
const dns1035Text = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualifiedText = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelValueText = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'

const whole = (text: string): RegExp => new RegExp(`^(?:${text})$`)
const labelPattern = whole(labelText)
const subdomainPattern = whole(subdomainText)
const dns1035Pattern = whole(dns1035Text)
const qualifiedPattern = whole(qualifiedText)
const labelValuePattern = whole(labelValueText)

/** What is wrong with a text; empty when nothing is. */
export type NameRule = (text: string) => readonly string[]

/** RFC 1123 label, as of namespaces and containers. */
export const dnsLabel: NameRule = (text) => [
  ...tooLong(text, 63),
  ...(labelPattern.test(text)
    ? []
    : [
        `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${labelText}')`,
      ]),
]

/** RFC 1123 subdomain, as of most objects. */
export const dnsSubdomain: NameRule = (text) => [
  ...tooLong(text, 253),
  ...(subdomainPattern.test(text)
    ? []
    : [
        `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomainText}')`,
      ]),
]

/** RFC 1035 label, as of services and of the names in a custom resource definition. */
export const dns1035Label: NameRule = (text) => [
  ...tooLong(text, 63),
  ...(dns1035Pattern.test(text)
    ? []
    : [
        `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${dns1035Text}')`,
      ]),
]

/** Whatever can be one segment of a path, as of roles and role bindings. */
export const pathSegment: NameRule = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`)
}

/** `prefix/name` or `name`, as of label keys, annotation keys and finalizers. */
export const qualifiedKey: NameRule = (text) => {
  const parts = text.split('/')
  const name = parts.pop() ?? ''
  const [prefix] = parts
  if (parts.length > 1) {
    return [
      `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedText}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const problems = prefix === '' ? ['prefix part must be non-empty'] : prefixProblems(prefix)
  if (name === '') return [...problems, 'name part must be non-empty']
  return [
    ...problems,
    ...tooLong(name, 63).map((problem) => `name part ${problem}`),
    ...(qualifiedPattern.test(name)
      ? []
      : [
          `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedText}')`,
        ]),
  ]
}

/** Value of a label. */
export const labelValue: NameRule = (text) => [
  ...tooLong(text, 63),
  ...(labelValuePattern.test(text)
    ? []
    : [
        `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValueText}')`,
      ]),
]

function prefixProblems(prefix: string | undefined): readonly string[] {
  return prefix === undefined ? [] : dnsSubdomain(prefix).map((problem) => `prefix part ${problem}`)
}

function tooLong(text: string, max: number): readonly string[] {
  return Buffer.byteLength(text) > max ? [`must be no more than ${max} characters`] : []
}
