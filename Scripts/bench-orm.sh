#!/usr/bin/env bash
# Measures queries on SQLite and PostgreSQL beside Django, SQLAlchemy, the Python drivers, GRDB and SQLite's C interface,
# in one run; prints a table for each database and a line per target.
#
# QUICK=1 tries it out; ROUNDS as a number; BENCH_PRODUCT=sqlite or postgresql for one of them.
set -euo pipefail
cd "$(dirname "$0")/.."

peers=("Django==5.2.19" "SQLAlchemy==2.0.58" "psycopg[binary]==3.3.9" "aiosqlite==0.22.1")
venv=$PWD/.build/bench-python-orm
if ! "$venv/bin/pip" freeze 2>/dev/null | grep -qi '^django==5.2.19$'; then
    echo "bench-orm: installing ${peers[*]} into $venv" >&2
    if ! python3 -m venv --clear "$venv" >/dev/null 2>&1; then
        echo "bench-orm: no python3 with venv. Type this, then try again:" >&2
        echo "    sudo apt-get install -y python3-venv" >&2
        exit 1
    fi
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${peers[@]}"
fi

echo "bench-orm: building (the first time takes some minutes)…" >&2
Scripts/build.sh --package-path Benchmarks -c release --product ORMBenchmarks >&2
binary=$(swift build --package-path Benchmarks -c release --show-bin-path)/ORMBenchmarks

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
cat <<END
$(date -u +%Y-%m-%d), $(git rev-parse --short HEAD 2>/dev/null || echo "no commit"): $(getconf _NPROCESSORS_ONLN) x ${cpu:-unknown CPU}, $(uname -sr)
$(swift --version 2>/dev/null | head -1); $("$venv/bin/python" --version), ${peers[*]}
END
BENCH_PYTHON="$venv/bin/python" BENCH_PEERS=Benchmarks/peers exec "$binary"
