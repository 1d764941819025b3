#!/usr/bin/env bash
# Installs what a group of make targets lacks, and nothing else.
#
#   scripts/setup.sh GROUP...      groups: native wasm node valgrind fuzz lint chromium
#                                  firefox webkit relay
#
# Debian and Ubuntu: missing packages come from apt, as this machine has it
# configured; what is about to be installed is printed first, and sudo is used
# only where we are not root. Elsewhere the packages are named and we stop.
# npm packages come from package-lock.json. When nothing is missing this takes
# well under a second, so every target can afford to ask.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
lacks() { missing+=("$@"); }

# clang's sanitizer runtime is a package of its own and only recommended by
# clang: the one honest test is to link with it.
clang_sanitizes() {
  has clang && echo 'int main(void){return 0;}' |
    clang -x c -fsanitize=address,undefined -o /dev/null - 2>/dev/null
}

# So is libFuzzer, which Debian keeps with the sanitizers of the same version.
clang_fuzzes() {
  has clang && echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' |
    clang -x c -fsanitize=fuzzer -o /dev/null - 2>/dev/null
}

missing=()
groups=" $* "
want() { case "$groups" in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

if want native; then
  has gcc || lacks gcc libc6-dev
  clang_sanitizes || lacks clang libclang-rt-dev
  has dpkg-source || lacks dpkg-dev
  has xz || lacks xz-utils
fi
if want fuzz; then
  clang_fuzzes || lacks clang libclang-rt-dev
  has llvm-profdata && has llvm-cov && has llvm-symbolizer || lacks llvm
  has xz || lacks xz-utils
fi
if want lint; then
  has clang-tidy || lacks clang-tidy
  has cppcheck || lacks cppcheck
  has gcc || lacks gcc libc6-dev
fi
if want wasm; then
  has emcc || lacks emscripten
  has wasm-opt && has wasm-metadce || lacks binaryen
fi
if want node; then
  has node || lacks nodejs
  has npm || lacks npm
  # better-sqlite3 is compiled on this machine.
  has python3 || lacks python3
  has g++ || lacks g++
  has make || lacks make
fi
if want valgrind; then
  has valgrind || lacks valgrind
fi
if want chromium; then
  [ -n "${CHROMIUM:-}" ] || [ -x /usr/lib/chromium/chromium ] || lacks chromium
fi
if want firefox; then
  [ -n "${FIREFOX:-}" ] || [ -x /usr/lib/firefox-esr/firefox-esr ] ||
    lacks firefox-esr
fi
if want webkit; then
  has WebKitWebDriver || lacks webkit2gtk-driver
  has Xvfb || lacks xvfb
  has python3 && python3 -c 'import gi; gi.require_version("WebKit2", "4.1")' \
    2>/dev/null || lacks python3-gi gir1.2-webkit2-4.1
fi

if want relay; then
  has gcc || lacks gcc libc6-dev
  [ -e /usr/include/librdkafka/rdkafka_mock.h ] || lacks librdkafka-dev
fi

if [ ${#missing[@]} -gt 0 ]; then
  has apt-get || die "please install what these Debian packages hold, then try again: ${missing[*]}"
  sudo=
  if [ "$(id -u)" != 0 ]; then
    has sudo || die "needs root, or sudo, to install: ${missing[*]}"
    sudo=sudo
  fi
  say "about to install with apt-get: ${missing[*]}"
  log=$(mktemp)
  $sudo apt-get update >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed"; }
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends "${missing[@]}" >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; die "apt-get could not install: ${missing[*]}"; }
  rm -f "$log"
  say "installed"
fi

# Only unpacked: installed they would run as services of this machine.
if want relay && ! [ -x build/apt/usr/sbin/nats-server -a -x build/apt/usr/sbin/nginx ]; then
  has apt-get || die "please put nats-server and nginx into build/apt/usr/sbin, then try again"
  say "about to unpack nats-server and nginx from apt into build/apt"
  mkdir -p build/apt
  (cd build/apt
    fetch() { apt-get download nats-server nginx; }
    fetch >apt.log 2>&1 || { sudo=$([ "$(id -u)" = 0 ] || echo sudo)
      $sudo apt-get update >>apt.log 2>&1 && fetch >>apt.log 2>&1; } ||
      { cat apt.log >&2; exit 1; }
    for deb in *.deb; do dpkg-deb -x "$deb" .; done
    rm -- *.deb apt.log) || die "apt-get could not get nats-server and nginx"
  say "unpacked"
fi

want node || exit 0

# Node 20 is the oldest that the relay's SQLite binding builds for. Where the
# distribution's is older, npm's own copy of Node goes into build/tools, which
# the Makefile puts first on PATH; nothing outside this folder changes. The npm
# that belongs to it goes with it: Debian's has a node-gyp that links what it
# compiles to Debian's libnode, and another Node crashes on that.
node_version=20.20.2
npm_version=10.8.2
node_is_recent() { [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }
if ! node_is_recent; then
  case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) die "Node 20 or newer is needed; this one is $(node --version)" ;;
  esac
  say "about to install Node $node_version from npm into build/tools (this machine's is $(node --version))"
  mkdir -p build/tools/bin
  npm install --loglevel=error --no-audit --no-fund --no-save --prefix build/tools \
    "node-linux-$arch@$node_version" "npm@$npm_version"
  # Which looks for the machine's configuration (certificates, proxy) beside
  # its Node and not where the machine's own npm has it.
  mkdir -p "build/tools/node_modules/node-linux-$arch/etc"
  ln -sfn "$(npm config get globalconfig)" "build/tools/node_modules/node-linux-$arch/etc/npmrc"
  ln -sfn ../node_modules/npm/bin/npm-cli.js build/tools/bin/npm
  ln -sfn "../node_modules/node-linux-$arch/bin/node" build/tools/bin/node
  PATH="$PWD/build/tools/bin:$PATH"
fi

# node_modules is current when npm's own record of it is newer than the lock.
if [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "about to install npm packages from package-lock.json (compiles SQLite: a minute or two)"
  # The headers beside this Node spare node-gyp a download; without them it
  # would look elsewhere, and prebuild-install would try for a binary.
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  if [ -f "$prefix/include/node/node.h" ]; then
    export npm_config_nodedir="$prefix"
  fi
  npm_config_build_from_source=true npm ci --no-audit --no-fund --loglevel=error
  # npm's word is not enough: it was seen to end with 0 when it could not reach
  # the registry, and a binding for another Node only fails when it is used.
  node -e 'new (require("better-sqlite3"))(":memory:")' ||
    { rm -f node_modules/.package-lock.json; die "the npm packages are not complete; see above, then try again"; }
  touch node_modules/.package-lock.json
  say "installed"
fi
