#!/usr/bin/env python3
"""Puts mistakes into the decisions, one after the other, and tells which of our checks catches each.

    mutations.py CLASS_PATH [NAME...]       those whose names contain one of these words; all without
    mutations.py --fit                      only tells whether each has its place in the sources

Each changed file is compiled alone and comes first in the class path. Then run, until one fails: simulated histories,
histories of one file, and the tests that the mistake names. Ends with 1 if a mistake was caught by nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # Nothing is to be left beside the sources.

from mistakes import MISTAKES  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SEEDS = int(os.environ.get("MUTATE_SEEDS", "3000"))
ONE_FILE_SEEDS = int(os.environ.get("MUTATE_ONE_FILE_SEEDS", "3000"))
CPU_SECONDS_MAX = 300  # Of each run; a machine that has much else to do takes longer.
SECONDS_MAX = 1200
SAID_MAX = 120
JAVA = ["java", "-XX:+UseSerialGC", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=1",
        "--enable-native-access=ALL-UNNAMED"]
ONE_FILE = "dev.lanyard.it.simulation.OneFileSimulationTest"


def mutated(mistake):
    """The source with the mistake in it."""
    source = (ROOT / mistake.file).read_text()
    count = source.count(mistake.old)
    if count != 1:
        sys.exit(f"{mistake.name}: found {count} times (expected once) in {mistake.file}:\n{mistake.old}")
    return source.replace(mistake.old, mistake.new)


def compile_into(out, class_path, sources):
    done = subprocess.run(
        ["javac", "-J-XX:TieredStopAtLevel=1", "-nowarn", "-proc:none", "-d", str(out), "-cp", class_path]
        + [str(each) for each in sources],
        capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)


def first_line(command, beginning):
    """The first line of what it prints that begins so, where it is ended; None if it ends before."""
    limited = ["timeout", str(SECONDS_MAX), "prlimit", f"--cpu={CPU_SECONDS_MAX}"] + command
    with subprocess.Popen(limited, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, errors="replace") as running:
        for line in running.stdout:
            if line.startswith(beginning):
                running.terminate()
                return line.strip()[:SAID_MAX]
    if running.returncode != 0:
        print(f"{command[-1]} did not come to its end: {running.returncode}", flush=True)
    return None


def launcher(class_path):
    """The part of JUnit that starts tests; it lies beside its engine."""
    engine = next(each for each in class_path.split(":") if "/junit-platform-engine/" in each)
    jar = engine.replace("junit-platform-engine", "junit-platform-launcher")
    if not Path(jar).is_file():
        sys.exit(f"{jar} is not there; `mvn verify` brings it")
    return jar


def caught_by(mistake, class_path):
    java = JAVA + [f"-Dlanyard.root={ROOT}", f"-Donefile.seeds={ONE_FILE_SEEDS}", "-cp", class_path]
    seed = first_line(java + ["dev.lanyard.it.simulation.Simulator", str(SEEDS)], "seed ")
    if seed is not None:
        return f"simulation, {seed}"
    for name in (ONE_FILE,) + mistake.tests:
        test = first_line(java + ["RunTests", name], "caught ")
        if test is not None:
            return f"{name.rpartition('.')[2]}, {test.removeprefix('caught ')}"
    return None


def all_mutated():
    return {each: mutated(each) for each in MISTAKES}


def main(class_path, words):
    missed = []
    sources = all_mutated()  # All fit, before the first is tried.
    with tempfile.TemporaryDirectory() as scratch:
        runner = Path(scratch, "runner")
        class_path = f"{class_path}:{launcher(class_path)}"
        compile_into(runner, class_path, [HERE / "RunTests.java"])
        for number, (mistake, source) in enumerate(sources.items()):
            if words and not any(word in mistake.name for word in words):
                continue
            begun = time.monotonic()
            out = Path(scratch, str(number))
            changed = out / "source" / Path(mistake.file).name
            changed.parent.mkdir(parents=True)
            changed.write_text(source)
            compile_into(out, class_path, [changed])
            catcher = caught_by(mistake, f"{out}:{runner}:{class_path}")
            if catcher is None:
                missed.append(mistake.name)
            print(f"{mistake.name}: {catcher or 'NOT CAUGHT'} ({time.monotonic() - begun:.0f} s)", flush=True)
    if missed:
        sys.exit(f"not caught: {', '.join(missed)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--fit":
        all_mutated()
    else:
        main(sys.argv[1], sys.argv[2:])
