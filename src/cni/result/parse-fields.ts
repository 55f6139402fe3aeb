// SPDX-License-Identifier: Apache-2.0

import { ConfigError, formatCidr, formatIp, tryParseCidr, tryParseIp } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { joinPath, readInteger, readList, readObject, readRoot, readText, readTexts } from '../decode.ts'
import type { CniDns, CniInterface, CniIp, CniRoute } from './result.ts'

/** The interfaces of a result from 0.3.0 on; undefined when there are none. */
export function readInterfaces(result: JsonObject): readonly CniInterface[] | undefined {
  return readItems(result, 'interfaces', '', (item, path) => {
    const [mac, mtu] = [readText(item, 'mac', path), readInteger(item, 'mtu', path)]
    const sandbox = readText(item, 'sandbox', path)
    const [socketPath, pciID] = [readText(item, 'socketPath', path), readText(item, 'pciID', path)]
    return {
      name: readText(item, 'name', path),
      ...(mac && { mac }),
      ...(mtu && { mtu }),
      ...(sandbox && { sandbox }),
      ...(socketPath && { socketPath }),
      ...(pciID && { pciID }),
    }
  })
}

/** The addresses of a result from 0.3.0 on; undefined when there are none. */
export function readIps(result: JsonObject): readonly CniIp[] | undefined {
  return readItems(result, 'ips', '', (item, path) => {
    const [index, gateway] = [readInteger(item, 'interface', path), readIp(item, 'gateway', path)]
    return {
      ...(index !== undefined && { interface: index }),
      address: readCidr(item, 'address', path),
      ...(gateway && { gateway }),
    }
  })
}

/** The routes below `owner`; undefined when there are none. */
export function readRoutes(owner: JsonObject, ownerPath: string): readonly CniRoute[] | undefined {
  return readItems(owner, 'routes', ownerPath, (item, path) => {
    const gw = readIp(item, 'gw', path)
    const [mtu, advmss] = [readInteger(item, 'mtu', path), readInteger(item, 'advmss', path)]
    const priority = readInteger(item, 'priority', path)
    const [table, scope] = [readInteger(item, 'table', path), readInteger(item, 'scope', path)]
    return {
      dst: readCidr(item, 'dst', path),
      ...(gw && { gw }),
      ...(mtu && { mtu }),
      ...(advmss && { advmss }),
      ...(priority && { priority }),
      ...(table !== undefined && { table }),
      ...(scope !== undefined && { scope }),
    }
  })
}

/** The `dns` below `owner`; undefined when it says nothing. */
export function readDns(owner: JsonObject, ownerPath: string): CniDns | undefined {
  const path = joinPath(ownerPath, 'dns')
  const item = readObject(owner, 'dns', ownerPath)
  if (item === undefined) return undefined
  const [nameservers, domain] = [readTexts(item, 'nameservers', path), readText(item, 'domain', path)]
  const [search, options] = [readTexts(item, 'search', path), readTexts(item, 'options', path)]
  const dns: CniDns = {
    ...(nameservers?.length && { nameservers }),
    ...(domain && { domain }),
    ...(search?.length && { search }),
    ...(options?.length && { options }),
  }
  return Object.keys(dns).length > 0 ? dns : undefined
}

/** A CIDR in its canonical text. @throws ConfigError when it is absent or none. */
export function readCidr(object: JsonObject, key: string, path: string): string {
  const text = readText(object, key, path)
  if (text === '') throw new ConfigError(joinPath(path, key), 'is missing')
  const cidr = tryParseCidr(text)
  if (cidr === undefined) throw new ConfigError(joinPath(path, key), `invalid CIDR address: ${text}`)
  return formatCidr(cidr)
}

/** An address in its canonical text; empty when absent. @throws ConfigError when it is none. */
export function readIp(object: JsonObject, key: string, path: string): string {
  const text = readText(object, key, path)
  if (text === '') return ''
  const ip = tryParseIp(text)
  if (ip === undefined) throw new ConfigError(joinPath(path, key), `invalid IP address: ${text}`)
  return formatIp(ip)
}

function readItems<T>(
  owner: JsonObject,
  key: string,
  path: string,
  read: (item: JsonObject, path: string) => T,
): readonly T[] | undefined {
  const list = readList(owner, key, path)
  if (list === undefined || list.length === 0) return undefined
  return list.map((item, index) => {
    const itemPath = `${joinPath(path, key)}[${index}]`
    return read(readRoot(item, itemPath), itemPath)
  })
}
