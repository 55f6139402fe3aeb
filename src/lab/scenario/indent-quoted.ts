// SPDX-License-Identifier: Apache-2.0

/**
 * The same YAML with the continuation lines of single-quoted scalars indented below their key. libyaml, which
 * kubectl uses, takes such lines at any indentation, and manifests that people copy rely on it (`config: '{` … `}'`
 * with the last line at the margin); YAML 1.2 proper does not. The value stays the same: the white space at the
 * start of such a line is not part of it.
 */
export function indentQuotedScalars(text: string): string {
  let indent: string | undefined
  return text
    .split('\n')
    .map((line) => {
      const opens = indent === undefined ? /^(\s*)(?:- )?[\w./-]+:\s+'/.exec(line)?.[1] : undefined
      const oddQuotes = line.split("'").length % 2 === 0
      if (indent === undefined) {
        if (opens !== undefined && oddQuotes) indent = `${opens}  `
        return line
      }
      const indented = line.startsWith(indent) || line === '' ? line : `${indent}${line.trimStart()}`
      if (oddQuotes) indent = undefined
      return indented
    })
    .join('\n')
}
