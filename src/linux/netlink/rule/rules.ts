// SPDX-License-Identifier: Apache-2.0

import { formatCidr } from '../../../base/index.ts'
import type { Cidr } from '../../../base/index.ts'
import type { KernelRequest } from '../exchange.ts'
import { NLM_F_CREATE, NLM_F_EXCL } from '../constants/netlink.ts'
import { FR_ACT_TO_TBL, RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE } from '../constants/rule.ts'
import { familyNumber } from '../family.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { ruleMessage } from './rule-message.ts'
import { readRule } from './rule.ts'
import type { Rule } from './rule.ts'

/** A rule to be added or removed. */
export interface RuleSpec {
  readonly family: 4 | 6
  readonly src?: Cidr | undefined
  readonly dst?: Cidr | undefined
  readonly table: number
  /** When adding without one, the kernel puts the rule before all but the first. */
  readonly priority?: number | undefined
  readonly inputName?: string | undefined
  readonly outputName?: string | undefined
  readonly mark?: number | undefined
  readonly mask?: number | undefined
  /** FR_ACT_*; FR_ACT_TO_TBL when absent. */
  readonly action?: number | undefined
  /** RTPROT_*, who makes it. */
  readonly protocol?: number | undefined
}

/** The rules of one namespace. Each call is one request, and throws NetlinkError when the kernel refuses it. */
export class Rules {
  readonly #connection: NetlinkConnection

  constructor(connection: NetlinkConnection) {
    this.#connection = connection
  }

  /** Adds a rule; EEXIST when there is an equal one of this priority (without a priority there never is). */
  add(spec: RuleSpec): void {
    this.#connection.change({
      ...encode('RTM_NEWRULE', spec),
      type: RTM_NEWRULE,
      flags: NLM_F_CREATE | NLM_F_EXCL,
    })
  }

  /** Removes the first rule that has everything which is given; ENOENT when there is none. */
  remove(spec: RuleSpec): void {
    this.#connection.change({ ...encode('RTM_DELRULE', spec), type: RTM_DELRULE })
  }

  /** Rules by priority, IPv4 first. */
  list({ family }: { family?: 4 | 6 | undefined } = {}): Rule[] {
    return (family === undefined ? ([4, 6] as const) : [family]).flatMap((each) => this.#listFamily(each))
  }

  #listFamily(family: 4 | 6): Rule[] {
    const header = { family: familyNumber(family) }
    const found = this.#connection.list(
      {
        type: RTM_GETRULE,
        label: `RTM_GETRULE IPv${family}`,
        body: (out) => ruleMessage.write({ header, attributes: {} }, out),
      },
      readRule,
    )
    return found.filter((rule) => rule !== undefined).filter((rule) => rule.family === family)
  }
}

function encode(verb: string, spec: RuleSpec): Pick<KernelRequest, 'label' | 'body'> {
  const { family, src, dst, table, priority, inputName, outputName, mark, mask, protocol } = spec
  const header = {
    family: familyNumber(family),
    srcLength: src?.length ?? 0,
    dstLength: dst?.length ?? 0,
    table: table < 256 ? table : 0,
    action: spec.action ?? FR_ACT_TO_TBL,
  }
  const attributes = {
    src: src?.address,
    dst: dst?.address,
    priority,
    table: table < 256 ? undefined : table,
    inputName,
    outputName,
    mark,
    mask,
    protocol,
  }
  return {
    get label() {
      return `${verb} ${src === undefined ? 'from all' : `from ${formatCidr(src)}`} table ${table}`
    },
    body: (out) => ruleMessage.write({ header, attributes }, out),
  }
}
