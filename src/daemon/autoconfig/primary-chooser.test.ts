// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrimaryChooser } from './primary-chooser.ts'

const timing = { settleMs: 2000, provisionalMs: 60_000, patienceMs: 120_000 }
const [cilium, kubeOvn, flannel] = ['05-cilium.conflist', '10-kube-ovn.conflist', '10-flannel.conflist']

/** A directory whose files come and go; what is chosen is accepted, as a good file is. */
class Directory {
  readonly #chooser: PrimaryChooser
  #now = 1_000_000

  constructor(remembered?: string) {
    this.#chooser = new PrimaryChooser(remembered, this.#now, timing)
  }

  after(ms: number, ...names: readonly string[]): string | undefined {
    this.#now += ms
    const choice = this.#chooser.choose(names, this.#now)
    if ('waiting' in choice) return undefined
    this.#chooser.accept(choice.file, this.#now)
    return choice.file
  }
}

describe('PrimaryChooser', () => {
  test('takes the first file at once where files were there before it', () => {
    assert.equal(new Directory().after(0, flannel, '20-other.conf'), flannel)
  })

  test('waits until the directory is quiet where the first file comes later', () => {
    const directory = new Directory()
    assert.equal(directory.after(0), undefined)
    assert.equal(directory.after(1000, kubeOvn), undefined)
    assert.equal(directory.after(1000, cilium, kubeOvn), undefined)
    assert.equal(directory.after(1999, cilium, kubeOvn), undefined)
    assert.equal(directory.after(1, cilium, kubeOvn), cilium)
  })

  test('waits after a reboot for the file that was in use, whatever comes before it', () => {
    const directory = new Directory(cilium)
    assert.equal(directory.after(0), undefined)
    assert.equal(directory.after(1000, kubeOvn), undefined)
    assert.equal(directory.after(60_000, kubeOvn), undefined)
    assert.equal(directory.after(1000, cilium, kubeOvn), cilium)
  })

  test('takes another file when the one that was in use is gone for good', () => {
    const directory = new Directory(cilium)
    assert.equal(directory.after(119_999, kubeOvn), undefined)
    assert.equal(directory.after(1, kubeOvn), kubeOvn)
  })

  test('lets a file that sorts before replace a first choice for a while, once the directory is quiet', () => {
    const directory = new Directory()
    assert.equal(directory.after(0, kubeOvn), kubeOvn)
    assert.equal(directory.after(20_000, cilium, kubeOvn), kubeOvn)
    assert.equal(directory.after(2000, cilium, kubeOvn), cilium)
  })

  test('keeps a confirmed choice whatever is put before it', () => {
    const directory = new Directory()
    assert.equal(directory.after(0, kubeOvn), kubeOvn)
    assert.equal(directory.after(60_001, kubeOvn), kubeOvn)
    assert.equal(directory.after(1000, cilium, kubeOvn), kubeOvn)
    assert.equal(directory.after(60_000, cilium, kubeOvn), kubeOvn)
    assert.equal(new Directory(kubeOvn).after(0, cilium, kubeOvn), kubeOvn)
  })

  test('does not change over to another file while the one in use is missing for a moment', () => {
    const directory = new Directory(flannel)
    assert.equal(directory.after(0, flannel, kubeOvn), flannel)
    assert.equal(directory.after(1000, kubeOvn), undefined)
    assert.equal(directory.after(100_000, flannel, kubeOvn), flannel)
    assert.equal(directory.after(100_000, kubeOvn), undefined)
  })
})
