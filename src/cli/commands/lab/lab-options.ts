// SPDX-License-Identifier: Apache-2.0

import { InvalidArgumentError, Option, type Command } from 'commander'
import * as v from 'valibot'

const labOptions = v.object({
  nodes: v.optional(v.number()),
  output: v.picklist(['text', 'json']),
  svg: v.optional(v.string()),
  verbose: v.optional(v.boolean(), false),
  keep: v.optional(v.boolean(), false),
})

/** What `lab run` and `lab up` are told on the command line. */
export type LabOptions = v.InferOutput<typeof labOptions>

/** The values as commander read them. */
export function readLabOptions(values: unknown): LabOptions {
  return v.parse(labOptions, values)
}

/** Adds the options that `lab run` and `lab up` share. */
export function withLabOptions(command: Command): Command {
  return command
    .option('--nodes <number>', 'number of nodes instead of what the scenario says', parseNodes)
    .addOption(outputOption())
    .option('--svg <file>', 'write the picture of the topology to a file')
    .option('--verbose', 'show what every process of the lab prints')
}

/** The option `--output text|json`, for results that people or programs read. */
export function outputOption(): Option {
  return new Option('--output <format>', 'how to print the result').choices(['text', 'json']).default('text')
}

function parseNodes(text: string): number {
  const nodes = Number(text)
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= 50) return nodes
  throw new InvalidArgumentError('Give a number from 1 to 50.')
}
