// SPDX-License-Identifier: Apache-2.0

/** A difference between a recording of upstream and plait that is meant, with the reason. */
export interface MeantDifference {
  /** What the line of the comparison starts with, after the case's name. */
  readonly file: RegExp
  /** The cases; all when absent. */
  readonly cases?: readonly string[]
  readonly why: string
}

/** Each difference that the recorded cases show. A test fails for one that is not here, and for one here that is not shown. */
export const meantDifferences: readonly MeantDifference[] = [
  {
    file: /^00-daemon\/00-multus\.conf$/,
    why: 'the generated configuration also asks the runtime for the annotations of the pod, which spares a request',
  },
  {
    file: /^00-daemon\/ended-by-itself$/,
    cases: ['thick-config-file'],
    why: 'a daemon that was given a configuration to copy runs until it is told to stop',
  },
  {
    file: /^00-daemon\/api-requests\.json$/,
    why: 'our informers list and then watch, upstream asks for the list within the watch (sendInitialEvents)',
  },
  {
    file: /annotation\.json$/,
    cases: ['thick-default-only', 'thick-two-nets'],
    why: 'a default route without a gateway of its own goes by the gateway of the address; upstream writes "<nil>"',
  },
  {
    file: /^01-add\/api-requests\.json$/,
    cases: ['thick-default-only', 'thick-two-nets'],
    why: 'the status is one PATCH that holds the UID, not a GET and a PUT of the whole pod',
  },
  {
    file: /cache\/multus\/c1$/,
    cases: ['thick-default-only', 'thick-two-nets'],
    why: 'the cached list keeps the keys of its plugins; upstream loses them (issue 1449) and can then not delete',
  },
  {
    file: /^01-add\/events\.json$/,
    cases: ['thick-default-only', 'thick-two-nets', 'thick-missing-nad'],
    why: 'events are JSON without empty members, upstream sends protobuf; the API names the resource by its plural',
  },
  {
    file: /^03-del\/cache\/(multus\/results|networks)\/default-net/,
    cases: ['thick-default-only', 'thick-two-nets'],
    why: 'DEL releases the address and the cached result; upstream leaks both (issue 1449)',
  },
  {
    file: /^0[12]-(add|del)\/api-requests\.json$/,
    cases: ['thick-missing-nad'],
    why: 'a definition that the informer does not know is asked for once: it may have been made just before the pod',
  },
  {
    file: /^02-del\/events\.json$/,
    cases: ['thick-missing-nad'],
    why: 'the count of the repeated event goes up by a merge patch of what changed, upstream sends a strategic one with more',
  },
  {
    file: /^01-add\/stdout\.json$/,
    cases: ['thick-missing-nad', 'thick-missing-plugin', 'thick-rollback-second'],
    why: "the message is one line: no request in front of it, and not the runtime's whole configuration behind it",
  },
  {
    file: /^01-add\/(cache\/|events\.json$)/,
    cases: ['thick-missing-plugin', 'thick-rollback-second'],
    why: 'a failed ADD takes back what it made, leaves no file, and announces no interface that it took away again',
  },
  {
    file: /^02-del\/cache\//,
    cases: ['thick-missing-plugin', 'thick-rollback-second'],
    why: 'there is nothing left to delete; upstream leaks the address of the default network (issue 1449)',
  },
]
