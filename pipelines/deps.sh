#!/bin/sh
# Installs what building and testing batt needs on Debian or Ubuntu, or names what is missing.
# input: `all` for the tests of Slurm, GNU parallel and ssh too, daemons that only CI should install
#        unasked, and for the lint of shell scripts; without them those tests are skipped
# output: messages
# cost: seconds once, nothing when all is there
set -eu
packages="gcc g++ make libmsgpack-dev libzstd-dev libjansson-dev bats bats-assert bats-support mandoc
    jq zstd python3 python3-msgpack python3-xxhash procps"
[ "${1:-}" != all ] || packages="$packages parallel rsync openssh-server openssh-client slurm-wlm
    shellcheck"
missing=
for p in $packages; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "batt needs these packages (named as in Debian 12):$missing" >&2
    exit 1
fi
as=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "batt needs: apt-get install$missing (run that as root, then again)" >&2
        exit 1
    }
    as=sudo
fi
echo "installing:$missing"
# shellcheck disable=SC2086
$as env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing" >&2
