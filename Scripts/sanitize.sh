#!/usr/bin/env bash
# Runs the tests of queries, tasks and both databases with the thread sanitizer and then with the address sanitizer.
#
# SANITIZER=thread or address for one of them, FILTER for some tests. Each is a build of its own, which takes some minutes.
# libpq, SQLite, Foundation and Swift's own libraries are not instrumented: what happens within them is not seen.
#
# Only reports fail it. Tests that measure time may fail in a program so much slower; `make test` is where they count.
set -euo pipefail
cd "$(dirname "$0")/.."

suites=${FILTER:-'MartletORMTests|MartletTasksTests|MartletSQLiteTests|MartletPostgresTests'}
# They run the compiler, which has nothing to do with it.
skipped='UnloadedRelationTests|SelectRelatedValidationTests'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for sanitizer in ${SANITIZER:-thread address}; do
    scratch=.build-$sanitizer
    echo "Building the tests with the $sanitizer sanitizer (the first time takes some minutes)…"
    Scripts/build.sh --build-tests --sanitize="$sanitizer" --scratch-path "$scratch"
    # All reports, not the first one only; memory that libraries keep for good is no leak.
    export TSAN_OPTIONS='halt_on_error=0 history_size=4' ASAN_OPTIONS='detect_leaks=0'
    preload=
    if [ "$sanitizer" = thread ] && [ "$(uname)" = Linux ]; then
        clang -shared -fPIC -O1 -o "$work/mutex.so" Scripts/sanitize/mutex.c -ldl
        preload=$work/mutex.so
    fi
    # One after another: each has threads enough of its own, and all at once would be too slow for their time limits.
    LD_PRELOAD=$preload swift test --skip-build --disable-xctest --sanitize="$sanitizer" --scratch-path "$scratch" \
        --no-parallel --filter "$suites" --skip "$skipped" >"$work/log" 2>&1 || true
    Scripts/quiet-tests.sh <"$work/log"
    found=$(grep -c -E 'WARNING: ThreadSanitizer|ERROR: AddressSanitizer' "$work/log" || true)
    grep -q 'Test run with [0-9]* test' "$work/log" || { echo "sanitize: the tests did not run to their end" >&2; exit 1; }
    echo "sanitize: $found reports of the $sanitizer sanitizer"
    [ "$found" = 0 ] || exit 1
done
