// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { drawAsSvg } from './draw-svg.ts'
import { formatReport, drawRecord } from './format-report.ts'
import { choosePaint, colourPaint, plainPaint } from './paint.ts'
import type { InterfaceRecord, LabRecord, PodRecord } from './record.ts'

function nic(name: string, address: string, reported = address): InterfaceRecord {
  const observed = { kind: 'macvlan', mac: '02:00:00:00:00:01', up: true, addresses: [`${address}/24`] }
  return { name, requested: 'lan', reported: [reported], observed }
}

function pod(name: string, node: string, interfaces: readonly InterfaceRecord[]): PodRecord {
  return { namespace: 'default', name, node, phase: 'Running', problem: undefined, interfaces }
}

function machine(name: string): LabRecord['topology']['nodes'][number] {
  return {
    name,
    nics: [
      { name: 'eth0', network: 'uplink', address: '10.1.1.5/24' },
      { name: 'ens6', network: 'lan', address: undefined },
    ],
    bridges: [],
    podSubnet: '10.233.1.0/24',
    files: {},
    daemon: {},
    netns: { given: '/var/run/netns', mounted: undefined },
  }
}

const record: LabRecord = {
  scenario: 'a-test',
  ok: false,
  seconds: 1.25,
  topology: {
    about: 'what it is about',
    networks: [
      { name: 'uplink', subnet: '10.1.1.0/24', vlan: undefined },
      { name: 'lan', subnet: '10.1.10.0/24', vlan: 10 },
    ],
    routers: [{ name: 'r1', interfaces: [{ network: 'lan', addresses: ['10.1.10.1/24'] }] }],
    controlPlane: { network: 'uplink', address: '10.1.1.2/24' },
    podSubnet: '10.233.0.0/16',
    nodes: [machine('n1'), machine('n2')],
  },
  stages: [
    {
      name: 'first',
      seconds: 0.5,
      pods: [
        pod('web-1', 'n1', [nic('net1', '10.1.10.200')]),
        pod('web-2', 'n2', [nic('net1', '10.1.10.201', '10.1.10.9')]),
      ],
      findings: [
        {
          kind: 'ping',
          ok: true,
          text: 'web-1 reaches 10.1.10.1',
          trip: { from: 'web-1', to: '10.1.10.1', ms: 0.2 },
        },
        {
          kind: 'ping',
          ok: false,
          text: 'web-2 reaches 10.1.10.1',
          detail: '100% packet loss',
          trip: { from: 'web-2', to: '10.1.10.1', ms: undefined },
        },
      ],
      events: { AddedInterface: 2 },
    },
  ],
}

const expected = [
  'uplink 10.1.1.0/24       ━━━┯━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━',
  ' API server 10.1.1.2        │                        │',
  'lan 10.1.10.0/24 VLAN 10 ━━━│━━━━━┯━━━━━━━━━━━━━━━━━━│━━━━━┯━━━━━━━━━━━━━━━',
  ' r1 10.1.10.1               │     │                  │     │',
  '                          ┌─┴─────┴───────── n1 ─┐ ┌─┴─────┴───────── n2 ─┐',
  '                          │ eth0  ens6           │ │ eth0  ens6           │',
  '                          │ eth0 10.1.1.5/24     │ │ eth0 10.1.1.5/24     │',
  '                          ├──────────────────────┤ ├──────────────────────┤',
  '                          │ web-1                │ │ web-2                │',
  '                          │  net1 10.1.10.200/24 │ │  net1 10.1.10.201/24 │',
  '                          └──────────────────────┘ └──────────────────────┘',
].join('\n')

describe('formatReport()', () => {
  const text = formatReport(record, { columns: 120, paint: plainPaint })

  it('tells what failed, what was there instead, and how many', () => {
    assert.match(
      text,
      /1 of 2 expectations do not hold\. 1\.\d s\n✘ first: expected that web-2 reaches 10\.1\.10\.1, but 100% packet loss$/,
    )
  })

  it('shows requested, reported and observed addresses, and where they differ', () => {
    const line = (name: string): string => text.split('\n').find((one) => one.startsWith(name)) ?? ''
    assert.match(line('web-1 '), /n1 +net1 +lan +10\.1\.10\.200 +10\.1\.10\.200\/24 macvlan +✔$/)
    assert.match(line('web-2 '), /n2 +net1 +lan +10\.1\.10\.9 +10\.1\.10\.201\/24 macvlan +✘$/)
  })

  it('has a table of pings', () => {
    assert.match(text, /PING FROM +10\.1\.10\.1\nweb-1 +✔ 0\.2 ms\nweb-2 +✘ 1 of 1\n/)
  })

  it('has no escape sequences without colours, and some with them', () => {
    assert.equal(text.includes('\u001B'), false)
    assert.equal(formatReport(record, { columns: 120, paint: colourPaint }).includes('\u001B[31m'), true)
  })
})

describe('the picture', () => {
  it('draws networks as lines, nodes as boxes, and ports that drop straight down', () => {
    const text = formatReport(record, { columns: 120, paint: plainPaint })
    const [, picture = ''] = text.split('\n\n')
    assert.equal(picture, expected)
  })

  it('puts nodes that do not fit into further pictures, none wider than asked', () => {
    const drawings = drawRecord(record, 60)
    assert.equal(drawings.length, 2)
    for (const { width } of drawings) assert.ok(width <= 60)
  })

  it('is one well-formed SVG with a title, in which text from outside is escaped', () => {
    const svg = drawAsSvg(drawRecord(record, 120), '<title> & "more"')
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 [\d.]+ [\d.]+"/)
    assert.ok(svg.includes('<title>&lt;title&gt; &amp; &quot;more&quot;</title>'))
    assert.equal(svg.match(/<rect class="box"/g)?.length, 2)
    assert.equal(svg.match(/<circle/g)?.length, 4)
  })
})

describe('choosePaint()', () => {
  it('uses colours on a terminal only, and never with NO_COLOR', () => {
    assert.equal(choosePaint({ isTTY: true }, {}), colourPaint)
    assert.equal(choosePaint({ isTTY: true }, { NO_COLOR: '1' }), plainPaint)
    assert.equal(choosePaint({ isTTY: true }, { TERM: 'dumb' }), plainPaint)
    assert.equal(choosePaint({}, {}), plainPaint)
  })
})
