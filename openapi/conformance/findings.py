"""Checks the findings of a run of Schemathesis without hooks: findings.py REPORT EVENTS

REPORT is its report as JSON, EVENTS its report as NDJSON. Prints the number of findings of each documented kind. Fails if
there is a finding of no documented kind, or if the run didn't test every operation.
"""

import base64
import collections
import json
import sys
import urllib.parse

import refusals

# Warnings about too little valid data depend on the seed.
RANDOM_WARNINGS = {"missing_test_data", "low_valid_rate", "validation_mismatch"}


def text(content):
    if isinstance(content, dict):
        return base64.b64decode(content["$base64"]).decode("utf-8", "replace")
    return content or ""


def documented(check, case, request, response):
    """Returns the documented kind of a failed check, or None."""
    if response is None:
        return None
    if check["name"] == "negative_data_rejection":
        wrong = [place for place, mode in case["meta"]["components"].items() if mode == "negative"]
        return "null as no body" if refusals.is_null_body(f"{case['method']} {case['path']}", text(request.get("body")), wrong) else None
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(request["uri"]).query, keep_blank_values=True)
    body = text(request.get("body"))
    try:
        error = json.loads(text(response["content"]))["error"]
        if check["name"] == "not_a_server_error":
            return "disk full" if refusals.is_disk_full(f"{case['method']} {case['path']}", error, json.loads(body)) else None
        if check["name"] != "positive_data_acceptance":
            return None
        return refusals.kind(f"{case['method']} {case['path']}", error, query, json.loads(body) if body else None)
    except (KeyError, TypeError, ValueError):
        return None


with open(sys.argv[1]) as file:
    report = json.load(file)
kinds = collections.Counter()
wrong = []
with open(sys.argv[2]) as file:
    for line in file:
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for id, checks in recorder.get("checks", {}).items():
            case, exchange = recorder["cases"][id]["value"], recorder["interactions"].get(id, {})
            request, response = exchange.get("request", {}), exchange.get("response")
            for check in checks:
                if check["status"] != "failure":
                    continue
                if kind := documented(check, case, request, response):
                    kinds[f"{case['method']} {case['path']}: {kind}"] += 1
                    continue
                answer = f"{response['status_code']} {text(response['content'])}" if response else "no answer"
                wrong.append(f"{check['name']}: {case['method']} {request.get('uri')} {text(request.get('body'))}\n  {answer}\n  {check}")

for kind, count in sorted(kinds.items()):
    print(f"{count:6} {kind}")
print(f"{report['test_cases']['generated']} cases, {kinds.total()} of documented kinds, {len(wrong)} other findings")

operations = report["operations"]
if not report["complete"] or report["errors"] or operations["tested"] != operations["selected"] or operations["selected"] < 2:
    wrong.append(f"the run is not complete: {report['stop_reason']}, {operations}, {report['errors']}")
# Both reports must have the same failures.
expected = {"RejectedPositiveData", "AcceptedNegativeData"} | ({"ServerError"} if any(kind.endswith("disk full") for kind in kinds) else set())
if others := [failure for failure in report["failures"] if failure["type"] not in expected]:
    wrong.append(f"failures: {others}")
if bool(report["failures"]) != bool(kinds or wrong):
    wrong.append("the reports contradict each other")
if warnings := {name: what for name, what in report["warnings"].items() if what and name not in RANDOM_WARNINGS}:
    wrong.append(f"warnings: {warnings}")
if wrong:
    sys.exit("\n".join(wrong))
