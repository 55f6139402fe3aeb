// SPDX-License-Identifier: Apache-2.0

// Each plugin as the daemon runs it, in process, beside the Go plugin executed. Configurations are the same but for the
// directory of reservations and the name of the bridge.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import { card, PodNamespaces } from '../kit/ground.ts'
import type { Measurement, Section } from '../kit/measurement.ts'
import { bridge, dataDir, hostLocal, macvlan } from '../kit/networks.ts'
import { peersDirectory } from '../kit/peers.ts'
import { bundledRunner, goRunner } from '../kit/run-plugin.ts'
import type { RunPlugin } from '../kit/run-plugin.ts'

interface Plugin {
  readonly program: string
  readonly config: JsonObject
}

/** A list of plugins that get one another's results; mostly of one. */
interface Case {
  readonly what: string
  readonly ifName: string
  readonly plugins: (contender: string) => readonly Plugin[]
}

const base = { cniVersion: '1.0.0', name: 'bench' }
const staticIpam = { type: 'static', addresses: [{ address: '10.41.0.9/16', gateway: '10.41.0.1' }] }
const held = 200

const cases: readonly Case[] = [
  {
    what: 'loopback',
    ifName: 'lo',
    plugins: () => [{ program: 'loopback', config: { ...base, type: 'loopback' } }],
  },
  single('macvlan + host-local', (who) => macvlan(who, 'lan', '10.42.0.0/16')),
  single('bridge + host-local', bridge),
  ipam('static alone', () => staticIpam),
  ipam('host-local alone', (who) => hostLocal(who, '10.43.0.0/16')),
  ipam(`host-local alone, ${held} addresses held`, (who) => {
    holdAddresses(join(dataDir(`${who}-busy`), base.name))
    return hostLocal(`${who}-busy`, '10.44.0.0/16')
  }),
  {
    what: 'macvlan + static, then sbr',
    ifName: 'net1',
    plugins: () => [
      { program: 'macvlan', config: { ...base, type: 'macvlan', master: card, ipam: staticIpam } },
      { program: 'sbr', config: { ...base, type: 'sbr' } },
    ],
  },
]

function single(what: string, config: (contender: string) => JsonObject): Case {
  const plugins = (contender: string) => [{ program: what.split(' ')[0] ?? '', config: config(contender) }]
  return { what, ifName: 'eth0', plugins }
}

function ipam(what: string, config: (contender: string) => JsonObject): Case {
  const plugins = (contender: string) => {
    return [{ program: what.split(' ')[0] ?? '', config: { ...base, type: 'none', ipam: config(contender) } }]
  }
  return { what, ifName: 'eth0', plugins }
}

function holdAddresses(directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (let index = 0; index < held; index++) {
    writeFileSync(join(directory, `10.44.0.${index + 10}`), `container-${index}\r\neth0`)
  }
}

/** Times of ADD and DEL per plugin. */
export async function measurePlugins({ launcher, rounds }: Bench): Promise<Section> {
  const peers = peersDirectory()
  const runners = new Map<string, RunPlugin>([['plait', await bundledRunner()]])
  if (peers !== undefined) runners.set('Go', goRunner(launcher, peers))
  const measurements: Measurement[] = []
  for (const each of cases) measurements.push(...(await measureCase(each, runners, rounds)))
  return {
    name: 'plugins',
    title: 'Plugins: a call in the daemon beside the Go plugin executed',
    measurements,
    notes:
      peers === undefined ? ['The Go plugins are not built: run tools/build-peers.sh, set PLAIT_PEERS.'] : [],
  }
}

async function measureCase(
  { what, ifName, plugins }: Case,
  runners: ReadonlyMap<string, RunPlugin>,
  rounds: number,
): Promise<Measurement[]> {
  using namespaces = new PodNamespaces()
  const contenders = [...runners].map(([name, runPlugin]): Contender => {
    const chain = plugins(name.toLowerCase())
    return {
      name,
      run: (round) => {
        const attachment = { containerId: `${name.toLowerCase()}-${round}`, netns: namespaces.make(), ifName }
        return addAndDelete(chain, (program, command, config) =>
          runPlugin({ program, command, config, attachment }),
        )
      },
    }
  })
  return await alternate(contenders, { rounds, what })
}

type Call = (program: string, command: CniCommand, config: JsonObject) => ReturnType<RunPlugin>

async function addAndDelete(chain: readonly Plugin[], call: Call): Promise<Record<string, number>> {
  let [addMs, delMs] = [0, 0]
  let prevResult: JsonObject | undefined
  for (const { program, config } of chain) {
    const { ms, result } = await call(program, 'ADD', { ...config, ...(prevResult && { prevResult }) })
    addMs += ms
    prevResult = result
  }
  for (const { program, config } of chain.toReversed()) {
    const { ms } = await call(program, 'DEL', { ...config, ...(prevResult && { prevResult }) })
    delMs += ms
  }
  return { ADD: addMs, DEL: delMs }
}
