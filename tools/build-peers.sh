#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds what plait is held against, from the Go module proxy: the CNI reference plugins, cnitool, and upstream Multus.
# Each module is built in a copy of its own tree, so that its go.mod, its replace directives and its go.sum hold.
#   tools/build-peers.sh DIRECTORY      the binaries land in DIRECTORY/bin; what is there already is kept
set -eu
target=${1:?usage: tools/build-peers.sh DIRECTORY}
mkdir -p "$target/bin"
target=$(cd "$target" && pwd)
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local

# module PATH VERSION: a writable copy of the module's tree, in $scratch/module
module() {
	rm -rf "$scratch/module"
	tree=$(cd "$scratch" && go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
	cp -r "$tree" "$scratch/module"
	chmod -R u+w "$scratch/module"
	rm -rf "$scratch/module/vendor"
}
# build NAME PACKAGE: one binary of the module in $scratch/module
build() {
	(cd "$scratch/module" && go build -trimpath -o "$target/bin/$1" "$2")
}

stamp=$target/built
touch "$stamp"
once() { # once WORDS: true when this has not been built yet
	! grep -qxF "$*" "$stamp"
}
plugins=v1.9.1 cni=v1.3.1 multus=v4.3.0
if once plugins $plugins; then
	module github.com/containernetworking/plugins $plugins
	for name in main/bridge main/macvlan main/loopback ipam/host-local ipam/static meta/sbr meta/tuning; do
		build "${name#*/}" "./plugins/$name"
	done
	echo plugins $plugins >>"$stamp"
fi
if once cnitool $cni; then
	module github.com/containernetworking/cni $cni
	build cnitool ./cnitool
	echo cnitool $cni >>"$stamp"
fi
if once multus thin and thick $multus; then
	module gopkg.in/k8snetworkplumbingwg/multus-cni.v4 $multus
	build multus ./cmd/multus
	build multus-shim ./cmd/multus-shim
	build multus-daemon ./cmd/multus-daemon
	build passthru ./cmd/passthru-cni
	echo multus thin and thick $multus >>"$stamp"
fi
