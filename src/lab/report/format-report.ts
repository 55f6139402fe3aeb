// SPDX-License-Identifier: Apache-2.0

import { describeTopology } from './describe-topology.ts'
import { drawOnTerminal } from './draw-terminal.ts'
import type { Drawing } from './drawing.ts'
import { formatPods } from './format-pods.ts'
import { formatPings } from './format-pings.ts'
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
    ...formatPings(record, paint),
    [...record.stages.map((one) => formatStage(one, paint)), formatEvents(record, paint)].join('\n'),
    formatVerdict(record, paint),
  ].join('\n\n')
}

function richestStage({ stages }: LabRecord): StageRecord | undefined {
  return stages.reduce<StageRecord | undefined>(
    (best, stage) => (best === undefined || stage.pods.length > best.pods.length ? stage : best),
    undefined,
  )
}

function formatStage(stage: StageRecord, paint: Paint): string {
  const failed = stage.findings.filter(({ ok }) => !ok)
  const good = stage.findings.length - failed.length
  return `${mark({ ok: failed.length === 0 }, paint)} ${stage.name}: ${amount(stage.pods.length, 'pod')}, ${good} of ${stage.findings.length} expectations hold, ${stage.seconds.toFixed(1)} s`
}

function formatEvents({ stages }: LabRecord, paint: Paint): string {
  const events = Object.entries(stages.at(-1)?.events ?? {}).map(([reason, number]) => `${number} ${reason}`)
  return paint(`  events: ${events.join(', ') || 'none'}`, 'faint')
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

function amount(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

function mark({ ok }: Pick<FindingRecord, 'ok'>, paint: Paint): string {
  return ok ? paint('✔', 'good') : paint('✘', 'bad')
}
