"""Runs workloads in one peer and prints JSON: bench.py django_peer|sqlalchemy_peer|driver_peer COUNTS.

Each runs once to warm up and once more to be measured. COUNTS is JSON, as `Counts` in Workload.swift writes it.
"""
import importlib
import json
import sys
import time

peer = importlib.import_module(sys.argv[1])
counts = json.loads(sys.argv[2])
results = {}
for name in "abcdefg":
    workload = getattr(peer, name)
    for _ in range(2):
        if name == "d":
            peer.empty()
        start = time.perf_counter()
        rows = workload(counts)
        seconds = time.perf_counter() - start
    results[name] = {"seconds": seconds, "rows": rows}
json.dump({"version": peer.VERSION, "results": results}, sys.stdout)
