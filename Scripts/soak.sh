#!/usr/bin/env bash
# Kills workers, clients and outbox relays round after round, on SQLite and on PostgreSQL, feeds broken messages to every
# decoder, and runs a virtual day twice.
#
# ROUNDS (100), TASKS (2000), DAY_TASKS (100000) and SEED (1) say how much. The last line is the sum of the rounds; a round
# that failed is repeated with the SEED that the failure names and ROUNDS=1. The day runs in two processes, since some
# orders, such as that of a dictionary, are the same within one.
set -euo pipefail
cd "$(dirname "$0")/.."

export ROUNDS=${ROUNDS:-100} TASKS=${TASKS:-2000} SEED=${SEED:-1} FUZZ_ROUNDS=${FUZZ_ROUNDS:-20}
export DAY_TASKS=${DAY_TASKS:-100000}
echo "SEED=$SEED ROUNDS=$ROUNDS TASKS=$TASKS FUZZ_ROUNDS=$FUZZ_ROUNDS DAY_TASKS=$DAY_TASKS"
Scripts/build.sh --build-tests
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=0
run() {
    swift test --skip-build --disable-xctest --no-parallel --filter "$1" 2>&1 |
        tee -a "$output" | Scripts/quiet-tests.sh || failed=1
}
run 'VirtualDayTests.dayKeepsAllPromises'
run 'VirtualDayTests.dayKeepsAllPromises'
if [ "$(grep -aoE '^day .* digest [0-9a-f]+' "$output" | sort -u | wc -l)" != 1 ]; then
    echo "the virtual day of SEED=$SEED was another one the second time"
    failed=1
fi
run 'KillTests|FuzzTests'
summary=$(grep -aE '^[0-9]+ rounds, [0-9]+ lost, [0-9]+ repeated, [0-9]+ stuck$' "$output" | tail -1 || true)
grep -qaE '^✘' "$output" && failed=1
grep -aE '^PostgreSQL: [0-9]+ rounds, ' "$output" || echo "PostgreSQL: no rounds"
echo "${summary:-0 rounds, 0 lost, 0 repeated, 0 stuck}"
[ "$failed" = 0 ] && [[ "$summary" == *" 0 lost, 0 repeated, 0 stuck" ]]
