#!/bin/sh
# Packs the tools and all that belongs to them.
#
#     pipelines/dist.sh VERSION DIR [cuda]       (as make dist does)
#
# input: bin-static/   output: DIR/batt-VERSION-MACHINE.tar.gz        cost: a second
# input: bin-dist/     output: DIR/batt-VERSION-MACHINE-cuda.tar.gz   cost: some seconds
#
# The first is linked statically and runs on any Linux of that machine, from wherever it is
# unpacked, with nothing installed.  The second works with GPUs as well: it has the kernel for all
# architectures, and needs a glibc of 2.34 or later (of 2021), for a statically linked program cannot
# load the driver.  The licences of what is linked are those of Debian's packages.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
case $#${3-} in
2) how=static=1 suffix= ;;
3cuda) how=dist=1 suffix=-cuda ;;
*) usage 4 ;;
esac
mkdir -p "$2"
dir=$(cd "$2" && pwd)
cd "$here/.."
name=batt-$1-$(uname -m)$suffix
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s "$how" PREFIX="/$name" DESTDIR="$work" install
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
