"""Measures one thing as a client of Huey and prints JSON: huey_client.py enqueue|enqueue-results|round-trip COUNT SECONDS."""
import json
import sys
import time

from huey_tasks import echo, noop


def enqueue(task, count):
    start = time.monotonic()
    for number in range(count):
        task(number)
    return {"seconds": time.monotonic() - start}


def round_trip(count, seconds):
    samples = []
    end = time.monotonic() + seconds
    while len(samples) < count and time.monotonic() < end:
        start = time.monotonic()
        echo(len(samples)).get(blocking=True, timeout=30)
        samples.append(time.monotonic() - start)
    return {"samples": samples}


operation, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
if operation == "round-trip":
    print(json.dumps(round_trip(count, seconds)))
else:
    print(json.dumps(enqueue(echo if operation == "enqueue-results" else noop, count)))
