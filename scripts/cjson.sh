#!/usr/bin/env bash
# Prints nothing and leaves cJSON.c and cJSON.h in the folder given.
#
#   scripts/cjson.sh DIR
#
# The files come from Debian's source package, which carries the security
# fixes. apt fetches it through a private state below build/apt, so that the
# system's own apt configuration (no deb-src lines, as a rule) stays as it is;
# where to fetch from is read out of that configuration. CJSON_DIR=DIR names
# another copy and skips the download, and the pin with it.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$1
die() { printf 'cjson: %s\n' "$*" >&2; exit 1; }
mkdir -p "$out"

if [ -n "${CJSON_DIR:-}" ]; then
  cp "$CJSON_DIR/cJSON.c" "$CJSON_DIR/cJSON.h" "$out/"
  exit 0
fi

# sha256 of the files after Debian's patches, by package version.
pins=scripts/cjson.sha256

command -v apt-get >/dev/null || die "no apt here: set CJSON_DIR to a folder with cJSON.c and cJSON.h (1.7.15 or newer)"

apt=$PWD/build/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/src"
# madison's third column is the archive that the binary package comes from:
# "URI suite/component arch Packages".
apt-cache madison libcjson-dev |
  awk -F'|' '{split($3, p, " "); n = split(p[2], s, "/");
              print "deb-src " p[1] " " s[1] " " s[n]}' | sort -u >"$apt/sources.list"
[ -s "$apt/sources.list" ] || die "apt knows no libcjson-dev (run apt-get update once), or set CJSON_DIR"

private=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=-
  -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -o APT::Sandbox::User=root)
printf 'cjson: about to download the source package of cJSON into build/apt\n'
apt-get "${private[@]}" -qq update
(cd "$apt/src" && rm -rf -- * &&
  apt-get "${private[@]}" -qq source --download-only cjson >/dev/null &&
  dpkg-source --no-check -x ./*.dsc unpacked >/dev/null)

version=$(sed -n 's/^Version: //p' "$apt"/src/*.dsc | head -n 1)
cp "$apt/src/unpacked/cJSON.c" "$apt/src/unpacked/cJSON.h" "$out/"
grep -q "  $version/" "$pins" || die "cJSON $version is not pinned in $pins: check it, add it, or set CJSON_DIR"
sed -n "s|  $version/|  |p" "$pins" | (cd "$out" && sha256sum --check --quiet) ||
  die "the files of cJSON $version are not the pinned ones"
