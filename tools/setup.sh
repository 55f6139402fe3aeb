#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brings what a target needs: the npm packages, the shim, and (as root, where apt-get is) Debian packages.
#   tools/setup.sh demo | test
set -eu
cd "$(dirname "$0")/.."

# command:package; a package is asked for only where its command is missing
demo="ip:iproute2 busybox:busybox-static gcc:gcc cc-headers:libc6-dev make:make ping:iputils-ping unshare:util-linux nft:nftables"
test="$demo strace:strace openssl:openssl kubectl:kubernetes-client setpriv:util-linux git:git python3:python3"
# A node with a container runtime, and a cluster of them.
test="$test runc:runc iptables:iptables"
# The shim for arm64 and its emulator; the fuzzer.
test="$test aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu arm64-headers:libc6-dev-arm64-cross qemu-aarch64-static:qemu-user-static"
test="$test clang:clang libfuzzer:libclang-rt-dev"
# There is no user-mode Linux for other processors.
[ "$(uname -m)" != x86_64 ] || test="$test linux.uml:user-mode-linux modprobe:kmod"
case ${1:-} in
demo) wanted=$demo ;;
test) wanted=$test ;;
*) echo "usage: tools/setup.sh demo | test" >&2; exit 2 ;;
esac

present() {
	case $1 in
	cc-headers) [ -e /usr/include/stdio.h ] ;;
	arm64-headers) [ -e /usr/aarch64-linux-gnu/include/stdio.h ] || [ "$(uname -m)" = aarch64 ] ;;
	libfuzzer) [ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null)" ] ;;
	*) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
	esac
}
missing=""
for pair in $wanted; do
	present "${pair%%:*}" || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "Installing Debian packages:$missing"
		export DEBIAN_FRONTEND=noninteractive
		# shellcheck disable=SC2086 # a list of words
		apt-get install -qq -y --no-install-recommends $missing >/dev/null 2>&1 ||
			{ apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing >/dev/null; }
	else
		echo "Missing on this machine; please install:$missing" >&2
		echo "  sudo apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
fi

if ! command -v npm >/dev/null; then
	echo "npm (with Node 20 or later) is needed, and is not on the PATH" >&2
	exit 1
fi
# The demo needs a tenth of the packages; the tests need all of them. What is looked for is in the one set and not in the
# other: typescript would not do, because npm brings it with the demo as well.
installed=node_modules/.package-lock.json
case $1 in
demo) omit=--omit=dev needed=node_modules/koffi ;;
test) omit="" needed=node_modules/oxlint ;;
esac
if [ ! -d $needed ] || [ ! -e $installed ] || [ package-lock.json -nt $installed ]; then
	echo "Installing npm packages"
	# shellcheck disable=SC2086 # nothing, or one word
	npm ci $omit --no-audit --no-fund --loglevel=error
	touch $installed
fi
make -s -C shim
