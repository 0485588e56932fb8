#!/bin/sh
# Packs the statically linked tools and all that belongs to them.
#
#     pipelines/dist.sh VERSION DIR        (as make dist does)
#
# input: bin-static/   output: DIR/batt-VERSION-MACHINE.tar.gz   cost: a second
#
# What comes out runs on any Linux of that machine, from wherever it is unpacked, with nothing
# installed.  The licences of what is linked are those of Debian's packages.
set -eu
[ $# -eq 2 ] || {
    sed -n '4p' "$0" | sed 's/^# *//' >&2
    exit 2
}
mkdir -p "$2"
dir=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."
name=batt-$1-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s static=1 CUDA=0 PREFIX="/$name" DESTDIR="$work" install
strip "$work/$name"/bin/*
mv "$work/$name"/share/doc/batt/* "$work/$name"
rm -r "$work/$name/share/doc"
mkdir "$work/$name/licences"
for package in libmsgpack-dev libzstd-dev libjansson-dev libc6-dev; do
    cp "/usr/share/doc/$package/copyright" "$work/$name/licences/$package"
done
cp /usr/share/common-licenses/LGPL-2.1 "$work/$name/licences"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -9n \
    >"$work/tar.gz"
mv "$work/tar.gz" "$dir/$name.tar.gz"
echo "dist: $dir/$name.tar.gz: $(wc -c <"$dir/$name.tar.gz") bytes"
