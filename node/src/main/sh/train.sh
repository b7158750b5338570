# Read by the launcher. Makes caches of what java loads and links at every start (JEP 483 and 514), which halves the time until a
# node is ready. For that two nodes sync a small folder of their own, on loopback only, and a command asks one of them.
#
# Whatever fails here costs nothing but the gain: without a cache, or with one that does not fit, java starts as it always does.

# train DIRECTORY: makes the files "node", "mirror" and "command" in it, or fails. Takes java_home, jar and the options.
train() (
    caches=$1
    work=$(mktemp -d) || exit 1
    # They share no state, no lock and no port with any other node.
    XDG_STATE_HOME=$work/state
    export XDG_STATE_HOME
    # shellcheck disable=SC2046 # Process numbers are words.
    trap 'kill $(cat "$work"/*.process) 2>/dev/null; rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    exec >"$work/log" 2>&1 </dev/null

    mkdir "$work/a" "$work/b" && echo small >"$work/a/small" && head -c 3000000 "$jar" >"$work/a/large" || exit 1
    ask -Xlog:disable key "$work/a" >"$work/key" || exit 1
    run a -Xlog:disable || exit 1
    # The second node dials, receives and applies: it has the most to remember.
    run b "-XX:AOTCacheOutput=$caches/node" --peer "$(sed -n 's/^ready.* listens on //p' "$work/a.out")" --key-file "$work/key" || exit 1
    ask "-XX:AOTCacheOutput=$caches/command" status "$work/a"
    waits a
    echo changed >"$work/b/small"
    edit "$work/b/large" 1000000
    waits b
    edit "$work/a/large" 2000000
    waits a
    many "$work/a/many" && waits a
    mv "$work/a/many" "$work/a/more" && waits a
    mv "$work/b/more" "$work/b/most" && waits b
    ask "-XX:AOTCacheOutput=$caches/mirror" mirror "$work/a" "$work/mirror"
    ask -Xlog:disable stop "$work/b"
    naps=0
    while kill -0 "$(cat "$work/b.process")" 2>/dev/null; do nap || exit 1; done
    rm "$work/b.process"
    fits "$caches/node" "$node_options" && fits "$caches/command" "$command_options" &&
        fits "$caches/mirror" "$mirror_options"
)

# waits NAME: until the node's folder is in sync, by a command that begins faster already.
waits() {
    # shellcheck disable=SC2086 # Options are words.
    "$java_home/bin/java" $command_options "-XX:AOTCache=$caches/command" -Xlog:disable -jar "$jar" wait "$work/$1" --timeout 30s
}

# edit FILE OFFSET: changes a little inside.
edit() {
    echo edited | dd of="$1" bs=1 seek="$2" conv=notrunc
}

# many DIRECTORY: makes it, with as many small files as java needs to see what is done often; the cache remembers that (JEP 515).
many() {
    mkdir "$1.new" || return 1
    files=0
    while [ "$files" -lt 1000 ]; do
        echo "$files" >"$1.new/$files"
        files=$((files + 1))
    done
    mv "$1.new" "$1"
}

# ask JAVA-OPTION COMMAND...: runs a command.
ask() {
    option=$1
    shift
    # shellcheck disable=SC2086 # Options are words.
    "$java_home/bin/java" $command_options "$option" -jar "$jar" "$@"
}

# run NAME JAVA-OPTION ARGUMENT...: starts a node and waits until it is ready.
run() {
    name=$1
    option=$2
    shift 2
    # shellcheck disable=SC2086
    "$java_home/bin/java" $node_options "$option" -jar "$jar" \
        start "$work/$name" --name "$name" --no-discovery --listen 127.0.0.1:0 "$@" >"$work/$name.out" 2>&1 &
    echo $! >"$work/$name.process"
    naps=0
    until grep -q '^ready' "$work/$name.out"; do
        kill -0 $! 2>/dev/null && nap || return 1
    done
}

# fits CACHE JAVA-OPTIONS: whether java takes it.
fits() {
    # shellcheck disable=SC2086
    "$java_home/bin/java" $2 -XX:AOTMode=on "-XX:AOTCache=$1" -jar "$jar" --version
}

# Fails when it was called too often: nothing here takes minutes.
nap() {
    naps=$((naps + 1))
    [ "$naps" -lt 600 ] || return 1
    sleep 0.2 2>/dev/null || sleep 1
}
