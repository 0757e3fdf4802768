"""Adds up Schemathesis' reports of several rounds: summary.py [--at-least CASES] DIRECTORY...

Prints the number of cases. With --at-least it also prints the number of accepted requests of each operation. It fails if
there were fewer cases, or if an operation accepted none.
"""

import argparse
import collections
import json
import pathlib
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--at-least", type=int)
parser.add_argument("rounds", type=pathlib.Path, nargs="+")
arguments = parser.parse_args()

cases = sum(json.loads((dir / "report.json").read_text())["test_cases"]["generated"] for dir in arguments.rounds)
if arguments.at_least is None:
    print(cases)
    sys.exit()

accepted = collections.Counter()
for dir in arguments.rounds:
    accepted.update(json.loads((dir / "accepted.json").read_text()))
for operation, requests in sorted(accepted.items()):
    print(f"{requests:6} {operation}")
print(f"{cases} cases, {sum(accepted.values())} accepted requests of {len(accepted)} operations")
if cases < arguments.at_least:
    sys.exit(f"fewer than {arguments.at_least} cases")
if missed := [operation for operation, requests in accepted.items() if not requests]:
    sys.exit(f"never accepted: {', '.join(sorted(missed))}")
