// SPDX-License-Identifier: Apache-2.0

import { isIPv4, isIPv6 } from 'node:net'

/**
 * The base URL of an API server from what configurations hold, without a slash at the end.
 *
 * An IPv4 address in brackets, `https://[10.96.0.1]:443`, is what upstream's own script wrote into kubeconfigs for
 * years; URL parsers refuse it (Go since CVE-2025-47912), so it is repaired here. Without a scheme it is https.
 *
 * @throws Error when it cannot be made a URL; the message says why.
 */
export function parseServerAddress(text: string): string {
  const given = text.trim()
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`
  const repaired = withScheme.replace(/^(https?:\/\/)\[([0-9.]+)\](?=[:/]|$)/i, '$1$2')
  if (given === '' || !URL.canParse(repaired))
    throw new Error(`"${text}" is not an address such as https://10.96.0.1:443`)
  const url = new URL(repaired)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error(`"${text}" is neither https nor http`)
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`"${text}" has more than scheme, host, port and path`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** The base URL of host and port as the environment of a pod gives them: an IPv6 host gets its brackets. */
export function formatServerAddress(host: string, port: string): string {
  const bare = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host
  return parseServerAddress(`https://${isIPv6(bare) && !isIPv4(bare) ? `[${bare}]` : bare}:${port}`)
}
