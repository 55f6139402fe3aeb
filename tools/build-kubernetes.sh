#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the container runtime and the Kubernetes of test/containerd and test/cluster, from Go modules: about eight minutes
# once, nothing afterwards. The recipe stands beside the checkout; the binaries are kept outside of it.
#   tools/build-kubernetes.sh DIRECTORY
set -eu
target=${1:?usage: tools/build-kubernetes.sh DIRECTORY}
recipe=$(cd "$(dirname "$0")/../.." && pwd)/shared/cluster/build-kubernetes.sh
if [ ! -x "$recipe" ]; then
	echo "There is no $recipe: the tests that need a container runtime or a cluster will be skipped"
	exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# It reports every module that it fetches; that is wanted only when it fails.
"$recipe" "$target" >"$log" 2>&1 || {
	cat "$log" >&2
	exit 1
}
rm -rf "$target/.build"
