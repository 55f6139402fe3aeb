// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Events of the group `events.k8s.io`. */
export const eventTypes: TypeBlock = {
  packageName: 'io.k8s.api.events.v1',
  text: `
EventsEvent as Event
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 eventTime!: microTime;
  3 series?: EventsEventSeries; 4 reportingController: string; 5 reportingInstance: string;
  6 action: string; 7 reason: string; 8 regarding: ObjectReference; 9 related?: ObjectReference;
  10 note: string; 11 type: string; 12 deprecatedSource: EventSource; 13 deprecatedFirstTimestamp: time;
  14 deprecatedLastTimestamp: time; 15 deprecatedCount: int32
EventsEventSeries as EventSeries
  1 count!: int32; 2 lastObservedTime!: microTime
`,
}
