#!/usr/bin/env bash
# Kills workers, clients and outbox relays round after round, and feeds broken messages to every decoder.
#
# ROUNDS (100), TASKS (2000) and SEED (1) say how much. The last line is the sum of the rounds; a round that failed is
# repeated with the SEED that the failure names and ROUNDS=1.
set -euo pipefail
cd "$(dirname "$0")/.."

export ROUNDS=${ROUNDS:-100} TASKS=${TASKS:-2000} SEED=${SEED:-1} FUZZ_ROUNDS=${FUZZ_ROUNDS:-20}
echo "SEED=$SEED ROUNDS=$ROUNDS TASKS=$TASKS FUZZ_ROUNDS=$FUZZ_ROUNDS"
Scripts/build.sh --build-tests
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=0
swift test --skip-build --disable-xctest --no-parallel --filter 'KillTests|FuzzTests' 2>&1 |
    tee "$output" | Scripts/quiet-tests.sh || failed=1
summary=$(grep -aE '^[0-9]+ rounds, [0-9]+ lost, [0-9]+ repeated, [0-9]+ stuck$' "$output" | tail -1 || true)
grep -qaE '^✘' "$output" && failed=1
echo "${summary:-0 rounds, 0 lost, 0 repeated, 0 stuck}"
[ "$failed" = 0 ] && [[ "$summary" == *" 0 lost, 0 repeated, 0 stuck" ]]
