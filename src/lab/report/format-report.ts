// SPDX-License-Identifier: Apache-2.0

import { describeTopology } from './describe-topology.ts'
import { drawOnTerminal } from './draw-terminal.ts'
import type { Drawing } from './drawing.ts'
import { formatPods } from './format-pods.ts'
import { layoutTopology } from './layout.ts'
import type { Paint } from './paint.ts'
import { failedFindings, type FindingRecord, type LabRecord, type StageRecord } from './record.ts'

/** The pictures of a run, with the pods of the stage that had most of them. */
export function drawRecord(record: LabRecord, columns: number): Drawing[] {
  return layoutTopology(describeTopology(record.topology, richestStage(record)?.pods ?? []), columns)
}

/**
 * The report of a run for a person: the picture, the pods' interfaces, the pings, the stages, and last the verdict
 * with the expectations that failed.
 */
export function formatReport(record: LabRecord, options: { columns: number; paint: Paint }): string {
  const { paint } = options
  const stage = richestStage(record)
  const pictures = drawRecord(record, options.columns).map((one) => drawOnTerminal(one, paint).join('\n'))
  return [
    `${paint(record.scenario, 'title')}: ${record.topology.about}`,
    ...pictures,
    formatPods(stage?.pods ?? [], paint).join('\n'),
    ...record.stages.flatMap((one) => pings(one, paint)).slice(0, 1),
    record.stages.map((one) => formatStage(one, paint)).join('\n'),
    formatVerdict(record, paint),
  ].join('\n\n')
}

function richestStage({ stages }: LabRecord): StageRecord | undefined {
  return stages.reduce<StageRecord | undefined>(
    (best, stage) => (best === undefined || stage.pods.length > best.pods.length ? stage : best),
    undefined,
  )
}

function pings({ findings }: StageRecord, paint: Paint): string[] {
  const trips = findings.filter(({ kind }) => kind === 'ping')
  if (trips.length === 0) return []
  return [trips.map((trip) => `${mark(trip, paint)} ${trip.text}: ${trip.detail ?? ''}`).join('\n')]
}

function formatStage(stage: StageRecord, paint: Paint): string {
  const failed = stage.findings.filter(({ ok }) => !ok)
  const good = stage.findings.length - failed.length
  const events = Object.entries(stage.events).map(([reason, count]) => `${count} ${reason}`)
  const ok = failed.length === 0
  return [
    `${mark({ ok }, paint)} ${stage.name}: ${stage.pods.length} pods, ${good} of ${stage.findings.length} expectations hold, ${stage.seconds.toFixed(1)} s`,
    ...(events.length === 0 ? [] : [`    ${paint(`events: ${events.join(', ')}`, 'faint')}`]),
  ].join('\n')
}

function formatVerdict(record: LabRecord, paint: Paint): string {
  const failed = failedFindings(record)
  const total = record.stages.reduce((sum, { findings }) => sum + findings.length, 0)
  if (failed.length === 0) {
    return paint(`All ${total} expectations hold. ${record.seconds.toFixed(1)} s`, 'good')
  }
  return [
    paint(`${failed.length} of ${total} expectations do not hold. ${record.seconds.toFixed(1)} s`, 'bad'),
    ...failed.map(
      ({ stage, finding }) =>
        `${mark(finding, paint)} ${stage}: expected that ${finding.text}, but ${finding.detail ?? 'it is not so'}`,
    ),
  ].join('\n')
}

function mark({ ok }: Pick<FindingRecord, 'ok'>, paint: Paint): string {
  return ok ? paint('✔', 'good') : paint('✘', 'bad')
}
