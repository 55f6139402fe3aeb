// SPDX-License-Identifier: Apache-2.0

/** The descriptor on which process 1 of a lab writes its messages. */
export const messageFd = 3

/** The descriptor at which it finds a listening socket of the machine. */
export const outsideFd = 4
