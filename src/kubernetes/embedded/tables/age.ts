// SPDX-License-Identifier: Apache-2.0

/**
 * A duration as kubectl shows ages: the two largest units while they matter (`2m5s`, `3h20m`, `4d2h`), one after
 * that (`12m`, `25h`, `30d`, `3y`).
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return withRest(`${minutes}m`, seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return withRest(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 24 * 8) return withRest(`${days}d`, hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  return hours < 24 * 365 * 8 ? withRest(`${years}y`, days % 365, 'd') : `${years}y`
}

function withRest(text: string, rest: number, unit: string): string {
  return rest === 0 ? text : `${text}${rest}${unit}`
}

/** The time since an RFC 3339 text, as kubectl shows it. */
export function ageSince(time: string | undefined, now: Date): string {
  const then = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now.getTime() - then)
}
