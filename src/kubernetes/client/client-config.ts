// SPDX-License-Identifier: Apache-2.0

/** A text that is given, or a file that holds it and may change while we run. */
export type TextOrFile = { readonly text: string } | { readonly file: string }

/** Where an API server is and how to be let in. Files are read again each minute, because what is in them expires. */
export interface ClientConfig {
  /** `https://host:port`, with a path when the server is behind one; IPv6 hosts in brackets. */
  readonly server: string
  /** Namespace of the context, for people's commands. */
  readonly namespace?: string | undefined
  /** PEM; the system's roots when absent. */
  readonly ca?: TextOrFile | undefined
  /** Accept any server certificate. Such a connection can be listened to: for labs. */
  readonly insecureSkipTlsVerify?: boolean | undefined
  /** The name to expect in the server's certificate instead of the host of the address. */
  readonly tlsServerName?: string | undefined
  /** PEM, together with `clientKey`. */
  readonly clientCertificate?: TextOrFile | undefined
  readonly clientKey?: TextOrFile | undefined
  readonly token?: string | undefined
  /** Wins over `token` as long as it can be read. */
  readonly tokenFile?: string | undefined
  readonly basic?: { readonly username: string; readonly password: string } | undefined
  /** An HTTP proxy to go through. */
  readonly proxyUrl?: string | undefined
}
