"""The tasks of the Huey peer: one append to a file each, as in the Swift worker beside it."""
import os
import signal
import struct
import time

from huey import SqliteHuey

# The process that starts the consumer may have blocked the signal that ends it.
signal.pthread_sigmask(signal.SIG_SETMASK, [])

huey = SqliteHuey("bench", filename=os.environ["BENCH_DATABASE"], fsync=True)
_hits = os.open(os.environ["BENCH_HITS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def hit(number):
    os.write(_hits, struct.pack("<qq", number, time.monotonic_ns()))


@huey.task()
def noop(number):
    hit(number)


@huey.task()
def echo(number):
    hit(number)
    return number
