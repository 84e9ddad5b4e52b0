#!/usr/bin/env bash
# Builds and runs all tests, or those whose name matches FILTER.
#
# Tests that start processes come last and one after another: they kill, and they measure how soon others notice.
set -euo pipefail
cd "$(dirname "$0")/.."

processes='WorkerProcessTests|ProcessPoolTests|KillTests|BrokerProcessTests|UpTests|WorkTests|DemoTests|UnloadedRelationTests'
processes="$processes|SelectRelatedValidationTests"
processes="$processes|MartletMacrosTests|EMLMessageTests|MartletPostgresTests|PagesTests"

echo "Building the tests (the first time takes some minutes)…"
Scripts/build.sh --build-tests
run() { swift test --skip-build --disable-xctest "$@" 2>&1 | Scripts/quiet-tests.sh; }

if [ -n "${FILTER:-}" ]; then
    run --filter "$FILTER" --no-parallel
else
    run --parallel --skip "$processes"
    run --no-parallel --filter "$processes"
fi
