#!/usr/bin/env bash
# Measures tasks on SQLite beside Huey and the floor, in one run; prints a table and a line per target.
#
# QUICK=1 tries it out in seconds; SOAK=1 watches memory over a million tasks; REPETITIONS and CONCURRENCY as numbers.
set -euo pipefail
cd "$(dirname "$0")/.."

huey=3.5.4
venv=$PWD/.build/bench-python-$huey
if ! [ -x "$venv/bin/huey_consumer" ]; then
    echo "bench-tasks: installing Huey $huey into $venv" >&2
    if ! python3 -m venv --clear "$venv" >/dev/null 2>&1; then
        echo "bench-tasks: no python3 with venv. Type this, then try again:" >&2
        echo "    sudo apt-get install -y python3-venv" >&2
        exit 1
    fi
    "$venv/bin/pip" install --quiet --disable-pip-version-check "huey==$huey"
fi

echo "bench-tasks: building (the first time takes some minutes)…" >&2
# As a worker is deployed: with Swift in the program.
build=(--package-path Benchmarks -c release)
if [ "$(uname -s)" = Linux ]; then build+=(--static-swift-stdlib); fi
Scripts/build.sh "${build[@]}" --product TaskBenchmarks >&2
binary=$(swift build "${build[@]}" --show-bin-path)/TaskBenchmarks

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
cat <<END
$(date -u +%Y-%m-%d), $(git rev-parse --short HEAD 2>/dev/null || echo "no commit"): $(getconf _NPROCESSORS_ONLN) x ${cpu:-unknown CPU}, $(uname -sr)
$(swift --version 2>/dev/null | head -1); $("$venv/bin/python" --version), Huey $huey; SQLite $("$venv/bin/python" -c 'import sqlite3; print(sqlite3.sqlite_version)')

END
BENCH_PYTHON="$venv/bin/python" BENCH_PEERS=Benchmarks/peers exec "$binary"
