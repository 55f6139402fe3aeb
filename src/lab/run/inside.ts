// SPDX-License-Identifier: Apache-2.0

import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { PlaitError, describeError } from '../../base/index.ts'
import { isolateFiles } from '../ground/isolate.ts'
import { drawAsSvg } from '../report/draw-svg.ts'
import { drawRecord, formatReport } from '../report/format-report.ts'
import { colourPaint, plainPaint } from '../report/paint.ts'
import { failedFindings, type LabRecord } from '../report/record.ts'
import { parseScenario, type Scenario } from '../scenario/scenario.ts'
import { messageFd } from './descriptors.ts'
import { startLab, type Lab } from './lab.ts'
import { parseRequest, type InsideMessage, type InsideRequest } from './messages.ts'
import { runStage } from './run-stage.ts'

// A picture for a page need not fit a terminal.
const svgColumns = 160

/**
 * Process 1 of a lab: reads a request from standard input, builds the lab, and answers on descriptor 3. It ends when
 * the front process closes standard input, or stays for good when the request says so.
 */
export async function runInside(): Promise<void> {
  const stop = new AbortController()
  const end = (): void => process.exit(0)
  process.on('SIGTERM', end).on('SIGINT', end)
  try {
    send({ type: 'step', text: 'namespaces for networks, mounts and processes' })
    const request = await readRequest(end)
    await serve(request, stop.signal)
    if (!request.keep) end()
  } catch (error) {
    send({ type: 'failed', message: describeError(error) })
    process.exit(1)
  }
}

async function readRequest(onEnd: () => void): Promise<InsideRequest> {
  const lines = createInterface({ input: process.stdin })
  return new Promise((resolve, reject) => {
    let request: InsideRequest | undefined
    lines.on('line', (line) => {
      try {
        request ??= parseRequest(line)
        resolve(request)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    // A front process that dies closes the pipe: the lab then ends with it, unless it is to stay.
    lines.on('close', () => {
      if (request === undefined)
        reject(new PlaitError('lab/ended-early', 'Cannot start: there was no request'))
      else if (!request.keep) onEnd()
    })
  })
}

async function serve(request: InsideRequest, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const scenario = parseScenario(request.source, { nodes: request.nodes })
  await isolateFiles(request.kept)
  const lab = await startLab({
    ...request,
    topology: scenario.topology,
    outsideFd: request.outsideFd,
    onStep: (text) => send({ type: 'step', text }),
    onLine: (source, text) => {
      if (request.verbose) send({ type: 'line', source, text })
    },
    signal,
  })
  const record = await runStages(request, scenario, lab, began)
  const paint = request.colour ? colourPaint : plainPaint
  if (lab.outsideKubeconfig !== undefined) {
    const nodes = scenario.topology.nodes.map(({ name }) => name)
    send({ type: 'up', kubeconfig: lab.outsideKubeconfig, nodes })
  }
  send({
    type: 'result',
    ok: record.ok,
    report: formatReport(record, { columns: request.columns, paint }),
    svg: drawAsSvg(drawRecord(record, svgColumns), `${record.scenario}: ${record.topology.about}`),
    json: JSON.stringify(record, null, 2),
  })
}

async function runStages(
  request: InsideRequest,
  scenario: Scenario,
  lab: Lab,
  began: number,
): Promise<LabRecord> {
  const { name, topology, manifests } = scenario
  const stages = []
  for (const stage of request.mode === 'up' ? scenario.stages.slice(0, 1) : scenario.stages) {
    const record = await runStage(stage, { ...lab, manifests })
    stages.push(record)
    const failed = record.findings.filter(({ ok }) => !ok).length
    const outcome = failed === 0 ? `${record.findings.length} expectations hold` : `${failed} do not hold`
    send({ type: 'step', text: `${stage.name}: ${outcome}` })
  }
  const record = { scenario: name, ok: true, seconds: (performance.now() - began) / 1000, topology, stages }
  return { ...record, ok: failedFindings(record).length === 0 }
}

// Synchronous, so that the last message is out before the process ends.
function send(message: InsideMessage): void {
  writeSync(messageFd, `${JSON.stringify(message)}\n`)
}
