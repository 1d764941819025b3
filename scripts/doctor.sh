#!/usr/bin/env bash
# Prints every tool with its version, beside the version that the project was
# built with (wasm/toolchain.txt). Says what is missing and which package has
# it; a newer or older version is a warning. Never fails: `make dist`, `make
# demo` and `make test` install what they lack.
#
#   scripts/doctor.sh
set -euo pipefail
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }

# What a tool says of itself; nothing where it is missing.
say() {
  case $1 in
    chromium) "${CHROMIUM:-/usr/lib/chromium/chromium}" --version ;;
    firefox-esr) "${FIREFOX:-/usr/lib/firefox-esr/firefox-esr}" --version ;;
    # It prints no version; its package has one.
    WebKitWebDriver) has "$1" && has dpkg-query && dpkg-query --show --showformat='${Version}' webkit2gtk-driver ;;
    cJSON) sed -n 's/^#define CJSON_VERSION_[A-Z]* //p' build/cjson/cJSON.h | paste -sd . ;;
    *) has "$1" && "$1" --version ;;
  esac 2>/dev/null </dev/null
}

# The first thing that looks like a version, without "v" or a distribution's suffix.
version_of() { { say "$1" || true; } | grep -Eo -m 1 '[0-9]+(\.[0-9]+)*' | head -n 1; }

# How $1 stands to $2, which is another version.
compare() {
  if [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]; then echo older; else echo newer; fi
}

row() { printf '%-18s%-16s%-16s%s\n' "$@" | sed 's/ *$//'; }

missing=()
differ=0

tell() { # TOOL BUILT-WITH HERE PACKAGE USE
  local tool=$1 built=$2 here=$3 package=$4 use=$5 word
  if [ -z "$here" ]; then
    case $package in
      '(source)') word='not fetched yet; make dist does' ;;
      '(npm)') word='missing; npm ci' ;;
      *)
        word="missing; package $package ($use)"
        [ "$use" = optional ] || missing+=("$package")
        ;;
    esac
  elif [ "$here" != "$built" ]; then
    differ=$((differ + 1))
    word="$(compare "$here" "$built") than it was built with"
  fi
  row "$tool" "${here:--}" "$built" "${word:-}"
}

row tool 'this machine' 'built with' ''
while read -r tool built package use; do
  case $tool in '' | '#'*) continue ;; esac
  tell "$tool" "$built" "$(version_of "$tool" || true)" "$package" "$use"
done <wasm/toolchain.txt

# npm's packages: the lock names the version, node_modules has the one here.
# shellcheck disable=SC2016  # the backquotes are JavaScript's
npm_packages='
  const { readFileSync } = require("fs");
  const json = (file) => { try { return JSON.parse(readFileSync(file)); } catch { return {}; } };
  const { packages } = json("package-lock.json");
  for (const name of ["better-sqlite3", "esbuild", "pino", "sirv", "terser"])
    console.log(name, packages[`node_modules/${name}`].version, json(`node_modules/${name}/package.json`).version ?? "");
'
if has node; then
  while read -r tool built here; do
    tell "$tool" "$built" "$here" '(npm)' all
  done < <(node -e "$npm_packages")
fi

echo
if [ "$differ" -gt 0 ]; then
  echo "warning: other versions than the project was built with: $differ; \`make test\` tells whether that matters"
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "missing: $(printf '%s\n' "${missing[@]}" | sort -u | paste -sd ' '); \`make test\` installs them"
else
  echo 'nothing that is required is missing'
fi
