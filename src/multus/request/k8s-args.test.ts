// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { delegateArgs, parseK8sArgs } from './k8s-args.ts'

describe('parseK8sArgs()', () => {
  test('reads the pod out of CNI_ARGS; absent keys are empty (ARG-1, ARG-2)', () => {
    assert.deepEqual(
      parseK8sArgs('IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod;X=y;K8S_POD_UID=u'),
      {
        namespace: 'ns',
        name: 'pod',
        infraContainerId: '',
        uid: 'u',
      },
    )
    assert.deepEqual(parseK8sArgs(''), { namespace: '', name: '', infraContainerId: '', uid: '' })
  })

  test("refuses what cannot be read in upstream's words", () => {
    for (const [text, problem] of [
      ['K8S_POD_NAME:pod', 'ARGS: invalid pair "K8S_POD_NAME:pod"'],
      ['K8S_POD_NAME=a=b', 'ARGS: invalid pair "K8S_POD_NAME=a=b"'],
      ['NEW_KEY=1', 'ARGS: unknown args ["NEW_KEY=1"]'],
      ['IP=10.0.0', 'ARGS: error parsing value of pair "IP=10.0.0": invalid IP address: 10.0.0'],
    ] as const) {
      assert.throws(() => parseK8sArgs(text), {
        id: 'multus/cni-args-invalid',
        message: `error getting k8s args: ${problem}`,
      })
    }
  })
})

describe('delegateArgs()', () => {
  const pod = { namespace: 'ns', name: 'pod', infraContainerId: 'c1', uid: '' }
  const text = (runtime: string) =>
    delegateArgs(pod, runtime)
      .map(([key, value]) => `${key}=${value}`)
      .join(';')

  test('has the five of upstream in order, also when empty (RT-2)', () => {
    assert.equal(
      text(''),
      'IgnoreUnknown=true;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=',
    )
  })

  test('fills what is empty, appends what is new and repeats nothing (RT-3, BUG-32)', () => {
    assert.equal(
      text('IgnoreUnknown=1;K8S_POD_NAME=other;K8S_POD_UID=u;BLAHBLAH=foo=bar;nonsense'),
      'IgnoreUnknown=true;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=u;BLAHBLAH=foo=bar',
    )
  })
})
