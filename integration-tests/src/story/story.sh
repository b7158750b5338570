#!/usr/bin/env bash
# The real thing at full size: three nodes that find each other, a large tree of real files, and what people do to it. After each act
# `lanyard wait` must say that all is durable everywhere, and the folders must be equal in names, kinds, modes, times, targets and bytes.
#
#   sudo integration-tests/src/story/story.sh TREE REPOSITORY [SCRATCH]
#
# TREE is a directory of real files (Debian: linux-source-6.1, unpacked), REPOSITORY a git repository with some history. It runs in a
# network namespace of its own, takes about four times the space of TREE in SCRATCH, and removes what it made.
set -euo pipefail
tree=$(readlink -f "$1") repository=$(readlink -f "$2") scratch=$(readlink -m "${3:-/tmp/lanyard-story}")
lanyard=$(readlink -f "$(dirname "$0")/../../..")/lanyard
silence=${SILENCE_SECONDS:-60}

if [ -z "${LANYARD_STORY_ALONE:-}" ]; then
    "$lanyard" -h >/dev/null
    exec env LANYARD_STORY_ALONE=yes unshare --net -- "$0" "$tree" "$repository" "$scratch"
fi
ip link set lo up
[ -e "$scratch" ] && { echo "$scratch is there already; name another" >&2; exit 2; }
mkdir -p "$scratch"
declare -A process
finish() {
    for name in "${!process[@]}"; do kill "${process[$name]}" 2>/dev/null || true; done
    wait
    [ -n "${KEEP:-}" ] || rm -rf "$scratch"
}
trap finish EXIT

now() { date +%s%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f s", (to - from) / 1e9 }'; }
say() { printf '%-64s %s\n' "$1" "$2"; }

begin() {
    mkdir -p "$scratch/$1"
    "$lanyard" start "$scratch/$1" --state-dir "$scratch/$1.state" --key-file "$scratch/key" --name "$1" --no-ui >>"$scratch/$1.log" 2>&1 &
    process[$1]=$!
}
until_ready() { until grep -q '^ready' "$scratch/$1.log"; do kill -0 "${process[$1]}"; sleep 0.1; done; }
ask() { local name=$1 what=$2; shift 2; "$lanyard" "$what" "$scratch/$name" "$@" --state-dir "$scratch/$name.state"; }

listing() { (cd "$1" && find . -path ./.lanyard -prune -o -type f -printf '%P %m %s %T@\n' -o -type l -printf '%P -> %l\n' -o -printf '%P %y %m\n' | LC_ALL=C sort); }
equal() {
    local first=$1 other
    shift
    listing "$scratch/$first" >"$scratch/listing.$first"
    for other in "$@"; do
        listing "$scratch/$other" | cmp - "$scratch/listing.$first"
        diff --recursive --brief --no-dereference --exclude=.lanyard "$scratch/$first" "$scratch/$other"
    done
}
# settled ACT FROM NODE...: all nodes say that they are done, and their folders are equal.
settled() {
    local act=$1 from=$2 took name
    shift 2
    for name in "$@"; do ask "$name" wait --timeout 300s >/dev/null; done
    took=$(since "$from")
    equal "$@"
    say "$act" "$took, $(wc -l <"$scratch/listing.$1") paths equal on $*"
}
spoken() { awk '/lo:/ { print $2 }' /proc/net/dev; }
memory() { for name in "$@"; do printf '%s %d MiB  ' "$name" "$(awk '/VmHWM/ { print $2 / 1024 }' "/proc/${process[$name]}/status")"; done; }

mkdir "$scratch/a"
cp -a "$tree/." "$scratch/a/"
ask a key | tail -n 1 >"$scratch/key"
sync

from=$(now)
begin a
begin b
until_ready b
settled 'a tree goes to an empty folder, from launching both' "$from" a b

from=$(now)
begin c
until_ready c
settled 'a third node joins' "$from" a b c

from=$(now)
git clone --quiet --no-hardlinks "$repository" "$scratch/a/repository"
settled 'git clone in the folder' "$from" a b c
from=$(now)
git -C "$scratch/a/repository" checkout --quiet "$(git -C "$repository" rev-list --max-parents=0 HEAD | tail -n 1)"
settled 'git checkout of the first state' "$from" a b c
from=$(now)
git -C "$scratch/a/repository" checkout --quiet -
settled 'git checkout of the last state' "$from" a b c

mkdir "$scratch/b/many"
(cd "$scratch/b/many" && seq 10000 | split --lines=1 --suffix-length=5 --numeric-suffixes)
settled 'a directory of 10 000 files' "$(now)" b a c
from=$(now)
mv "$scratch/b/many" "$scratch/b/renamed"
settled 'renamed' "$from" b a c
from=$(now)
rm -r "$scratch/b/renamed"
settled 'deleted' "$from" b a c

from=$(now)
for i in $(seq 200); do echo "by a $i" >"$scratch/a/a$i"; echo "by b $i" >"$scratch/b/b$i"; done
settled 'two nodes write different files at once' "$from" a b c

ask b stop >/dev/null
wait "${process[b]}" || true
echo 'what a wrote' >"$scratch/a/both"
ask a wait --timeout 60s >/dev/null || true
touch -d 'now + 2 seconds' "$scratch/later"
echo 'what b wrote, later' >"$scratch/b/both"
touch -r "$scratch/later" "$scratch/b/both"
from=$(now)
begin b
until ask b status >/dev/null 2>&1; do sleep 0.1; done
settled 'both wrote the same file while apart' "$from" a b c
grep -q 'later' "$scratch/a/both"
ask a conflicts | grep both >/dev/null || ask b conflicts | grep both >/dev/null
say 'the later one won, the other one is in conflicts' ''

before=$(spoken)
sleep "$silence"
say "bytes on all links in $silence s of silence, three nodes" "$(($(spoken) - before))"
say 'largest memory' "$(memory a b c)"
say 'problems' "$(ask a problems | tail -n 1)"
