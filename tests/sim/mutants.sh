#!/usr/bin/env bash
# Applies each fault of tests/sim/mutants to a copy of src/, builds the simulator
# on it and says after how many seeds it is caught. To be called by sim.mk:
#
#   tests/sim/mutants.sh SEEDS CC FLAGS…
set -euo pipefail
seeds=$1
shift
objects=build/sim/fast
missed=0 total=0
for patch in tests/sim/mutants/*.patch; do
  name=$(basename "$patch" .patch)
  dir=build/sim/mutants/$name
  rm -rf "$dir" && mkdir -p "$dir" && cp -r src "$dir/"
  patch -s -d "$dir" -p1 <"$patch"
  file=$(sed -n 's,^+++ b/src/\(.*\)\.c.*,\1,p' "$patch")
  # Only that file is built again: a patch changes no header.
  "$@" -w -iquote "$dir/src" -c "$dir/src/$file.c" -o "$dir/$file.o"
  others=$(ls $objects/src/*.o $objects/tests/sim/*.o | grep -v "/src/$file.o")
  # shellcheck disable=SC2086
  "$@" $others "$dir/$file.o" -o "$dir/sim"
  total=$((total + 1))
  if caught=$(timeout 60 "$dir/sim" -q "$seeds" 1 2>&1); then
    caught="NOT CAUGHT in $seeds seeds"
    missed=$((missed + 1))
  elif [ -z "$caught" ]; then
    caught="NOT CAUGHT in 60 s"
    missed=$((missed + 1))
  fi
  printf '%-26s %s\n' "$name" "$caught"
done
echo "mutants $total  caught $((total - missed))"
[ "$missed" -eq 0 ]
