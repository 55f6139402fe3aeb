#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All checks and tests, cheapest first. Ends with the test runner's own summary.
set -eu
cd "$(dirname "$0")/.."

# The Go peers are built once, outside the checkout. Without Go their tests are skipped, with that reason.
PLAIT_PEERS=${PLAIT_PEERS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/plait/peers}
if command -v go >/dev/null; then
	echo "Go peers (built once, kept outside the checkout)"
	tools/build-peers.sh "$PLAIT_PEERS"
fi
export PLAIT_PEERS

# The same for a container runtime and a whole Kubernetes.
PLAIT_KUBERNETES=${PLAIT_KUBERNETES:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/plait/kubernetes}
if command -v go >/dev/null; then
	echo "Kubernetes (built once, kept outside the checkout)"
	tools/build-kubernetes.sh "$PLAIT_KUBERNETES"
fi
export PLAIT_KUBERNETES

npm run --silent check
npm run --silent unit
exec node tools/check-leaks.ts npm run --silent kernel
