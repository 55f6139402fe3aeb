// SPDX-License-Identifier: Apache-2.0

// How soon `plait daemon` answers /healthz, and what it takes when it does nothing (without a cluster).
//   node bench/shim-idle.ts [RUNS]

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay, waitFor } from '../src/base/index.ts'

const runs = Number(process.argv[2] ?? 5)
const idleMs = 3000

async function isHealthy(path: string): Promise<boolean> {
  const socket = connect(path)
  socket.on('error', () => undefined) // not there yet
  socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  await new Promise((resolve) => socket.once('close', resolve))
  return answer.startsWith('HTTP/1.1 200 ')
}

/** Fields of /proc/PID/status in MiB. */
function memoryOf(pid: number): Record<string, string> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const fields = [...status.matchAll(/^(VmRSS|VmHWM|RssAnon|RssFile):\s+(\d+) kB$/gm)]
  return Object.fromEntries(fields.map(([, name, value]) => [name, (Number(value) / 1024).toFixed(1)]))
}

const directory = mkdtempSync(join(tmpdir(), 'plait-bench-'))
const file = join(directory, 'daemon-config.json')
writeFileSync(file, JSON.stringify({ socketDir: join(directory, 'run'), logLevel: 'error' }))
try {
  console.log(
    '| run | ready ms | RSS MiB | anonymous | file | peak |\n| --- | ---: | ---: | ---: | ---: | ---: |',
  )
  for (let run = 1; run <= runs; run++) {
    const startedMs = performance.now()
    const command = join(import.meta.dirname, '../bin/plait')
    const daemon = spawn(command, ['daemon', '-config', file], { stdio: 'inherit' })
    const ended = new Promise((resolve) => daemon.once('exit', resolve))
    await waitFor(() => isHealthy(join(directory, 'run/multus.sock')), {
      timeoutMs: 20_000,
      intervalMs: 2,
      what: 'the daemon',
    })
    const readyMs = performance.now() - startedMs
    await delay(idleMs)
    const { VmRSS, RssAnon, RssFile, VmHWM } = memoryOf(daemon.pid ?? 0)
    console.log(`| ${run} | ${readyMs.toFixed(0)} | ${VmRSS} | ${RssAnon} | ${RssFile} | ${VmHWM} |`)
    daemon.kill('SIGTERM')
    await ended
  }
} finally {
  rmSync(directory, { recursive: true })
}
