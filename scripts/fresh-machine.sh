#!/usr/bin/env bash
# The proof of the two commands: a Debian that has nothing but git and make, in
# a folder of its own, clones the repository and runs `make demo` and `make
# test`, each twice. Prints how long each took; ends at the first that fails.
#
#   sudo scripts/fresh-machine.sh [DIR]
#
# DIR (default: a new one below /var/tmp) becomes the other Debian's root; about
# 4 GB. It is removed at the end; KEEP=1 leaves it. What is cloned is the commit
# that HEAD names, not the work tree.
#
#   SUITE=bookworm     which Debian
#   MIRROR=address     where from; by default this machine's own for that suite
#   PORT=18080         for the demo; the network is this machine's
#   LIMIT=3600         seconds that the first run of a command may take
#
# Needs root and debootstrap. The network's particulars of this machine are
# copied in, since they are no part of the question: apt's sources and how it
# acquires, resolv.conf, certificates, npm's configuration. Neither the
# environment nor anything that is installed here is.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'fresh-machine: %s\n' "$*"; }
die() { printf 'fresh-machine: %s\n' "$*" >&2; exit 1; }

SUITE=${SUITE:-bookworm}
PORT=${PORT:-18080}
LIMIT=${LIMIT:-3600}

# The rest runs in name spaces of its own: its mounts and its processes are
# gone with it, however it ends.
if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || die "needs root, for chroot and mount"
  command -v debootstrap >/dev/null || die "needs debootstrap (apt-get install debootstrap)"
  root=${1:-$(mktemp -d /var/tmp/firsthand-fresh.XXXXXX)}
  mkdir -p "$root"
  root=$(cd "$root" && pwd)
  [ -z "$(ls -A "$root")" ] || die "$root is not empty"
  unshare --mount --pid --fork --kill-child "scripts/${0##*/}" --inside "$root" &
  inside=$!
  # It would not hear of an interruption: the first process of a name space
  # gets no signals but this.
  trap 'kill -KILL "$inside"' INT TERM
  status=0
  wait "$inside" || status=$?
  wait "$inside" 2>/dev/null || true
  if [ "${KEEP:-}" = 1 ]; then say "left in place: $root"; else rm -rf --one-file-system "$root"; fi
  exit "$status"
fi
root=$2

# --- The machine ---------------------------------------------------------------

# The archive that this machine takes the suite from.
own_mirror() {
  # shellcheck disable=SC2016  # apt fills in $(…), not the shell
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$SUITE" '$1 == suite && !seen++ { print $2 }'
}
MIRROR=${MIRROR:-$(own_mirror)}
[ -n "$MIRROR" ] || die "this machine's apt knows no $SUITE: set MIRROR"

say "about to make a $SUITE of git and make in $root"
debootstrap --variant=minbase --include=git,make "$SUITE" "$root" "$MIRROR" >"$root/debootstrap.out" 2>&1 ||
  { tail -n 30 "$root/debootstrap.out" >&2; die "debootstrap failed"; }
rm -f "$root/debootstrap.out"

copy() { # PATH...: the same file or folder there, where there is one here
  local path
  for path in "$@"; do
    [ -e "$path" ] || continue
    mkdir -p "$root$(dirname "$path")"
    rm -rf "${root:?}$path"
    cp -RL "$path" "$root$path"
  done
}
# Another suite than this machine's has the archive that debootstrap noted.
if [ "$SUITE" = "$(. /etc/os-release && echo "$VERSION_CODENAME")" ]; then
  rm -f "$root/etc/apt/sources.list"
  copy /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/trusted.gpg.d /etc/apt/keyrings
fi
copy /etc/resolv.conf /etc/hosts /etc/npmrc \
  /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates
# Proxies, retries, checks; not the hooks, whose programs are not there.
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90host"
# Not where this machine's Node has its headers: that one's has none.
[ ! -f ~/.npmrc ] || sed '/^nodedir *=/d' ~/.npmrc >"$root/root/.npmrc"
branch=$(git symbolic-ref --quiet --short HEAD || true)
git bundle create --quiet "$root/root/firsthand.bundle" HEAD ${branch:+"$branch"}

mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
# Devices of its own: what is deleted there must not be this machine's.
mount -t tmpfs -o mode=755,dev tmpfs "$root/dev"
cp -a /dev/{null,zero,full,random,urandom,tty} "$root/dev/"
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/dev/shm"

# --- The two commands ------------------------------------------------------------

# Runs as a login on that machine would, with nothing of this one's environment.
timed() { # WHAT SECONDS COMMAND
  local from=$SECONDS
  say "$1"
  timeout --kill-after=30 "$2" chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PORT="$PORT" bash -c "cd && $3" </dev/null ||
    die "$1: failed, or took longer than $2 s"
  say "$1: $((SECONDS - from)) s"
}

# Until the shop, the viewer, the agent and the relay all answer; then Ctrl-C.
# shellcheck disable=SC2016  # the other machine's shell fills it in
demo='
cd firsthand
answers() {
  local path status
  for path in / /live/ /fh/firsthand.js /healthz; do
    exec 3<>"/dev/tcp/127.0.0.1/$PORT" || return
    printf "GET %s HTTP/1.0\r\n\r\n" "$path" >&3
    read -r _ status _ <&3
    [ "$status" = 200 ] || return
  done
}
set -m
make demo &
demo=$!
until (answers) 2>/dev/null; do kill -0 $demo || exit 1; sleep 0.2; done
kill -INT -- -$demo
wait $demo
[ $? -le 2 ] || [ $? -ge 128 ]'

timed 'git clone' 60 'git clone --quiet firsthand.bundle firsthand && git -C firsthand log --oneline -n 1'
timed 'make demo, first run' "$LIMIT" "$demo"
timed 'make demo, second run' 60 "$demo"
timed 'make test, first run' "$LIMIT" 'cd firsthand && make test'
timed 'make test, second run' "$LIMIT" 'cd firsthand && make test'
# shellcheck disable=SC2016
timed 'git status' 60 'cd firsthand && git status --short && [ -z "$(git status --short)" ]'
say 'both commands work on a fresh machine'
