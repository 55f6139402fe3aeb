// SPDX-License-Identifier: Apache-2.0

import type { Cidr } from '../../../base/index.ts'
import { familyOf } from '../family.ts'
import { ruleMessage } from './rule-message.ts'

/** A policy routing rule: which table packets of which kind are looked up in. */
export interface Rule {
  readonly family: 4 | 6
  /** The order of rules, lowest first. */
  readonly priority: number
  /** Any source when absent. */
  readonly src?: Cidr
  /** Any destination when absent. */
  readonly dst?: Cidr
  readonly table: number
  /** FR_ACT_* */
  readonly action: number
  readonly inputName?: string
  readonly outputName?: string
  readonly mark?: number
  readonly mask?: number
  /** RTPROT_*, who made it. */
  readonly protocol?: number
  /** FIB_RULE_* */
  readonly flags: number
}

/** The rule in the body of an RTM_NEWRULE; undefined for families other than IP. @throws PlaitError when it is malformed. */
export function readRule(bytes: Buffer, start: number, end: number): Rule | undefined {
  const { header, attributes } = ruleMessage.read(bytes, start, end, false)
  const family = familyOf(header.family)
  if (family === undefined) return undefined
  const { src, dst, inputName, outputName, mark, mask, protocol } = attributes
  return {
    family,
    priority: attributes.priority ?? 0,
    table: attributes.table ?? header.table,
    action: header.action,
    flags: header.flags,
    ...(src === undefined ? {} : { src: { address: src, length: header.srcLength } }),
    ...(dst === undefined ? {} : { dst: { address: dst, length: header.dstLength } }),
    ...(inputName === undefined ? {} : { inputName }),
    ...(outputName === undefined ? {} : { outputName }),
    ...(mark === undefined ? {} : { mark }),
    ...(mask === undefined ? {} : { mask }),
    ...(protocol === undefined ? {} : { protocol }),
  }
}
