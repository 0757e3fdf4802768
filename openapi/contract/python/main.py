"""Acts out the contract through the Python client: main.py ENVIRONMENT.json. The README of the directory above says what
a runner does."""

import hashlib
import json
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from call import TIMEOUT, Operations, request
from match import ABSENT, Mismatch, match, matches, number
from receiver import Message, Receiver, decoded, verified
from table import Chapter, Expect, Payload, Receive, Request, Step, Wait, read
from values import Answer, Failure, Variables, evaluate, instant, parsed, written

# How long, in seconds, a webhook may be on its way and an eventual step may fail.
PATIENCE = 30
# Between two attempts of an eventual step.
PAUSE = 0.1


class Runner:
    """One run of the scenario."""

    def __init__(self, environment: dict[str, Any]) -> None:
        scenario = Path(environment["scenario"])
        described: dict[str, Payload] = read(scenario / "payloads.yaml", dict[str, Payload])
        self.operations: list[Step] = read(scenario / "operations.yaml", list[Step])
        self.chapters: list[Chapter] = [read(file, Chapter) for file in sorted(scenario.glob("scenario/*.yaml"))]
        if not self.chapters:
            raise ValueError(f"no scenario in {scenario}")
        self.offers = environment.get("offers", [])
        self.variables = Variables(environment["variables"])
        self.variables.setdefault("run", secrets.token_hex(16))
        self.payloads = {name: payload.content() for name, payload in described.items()}
        for name, content in self.payloads.items():
            self.variables[f"payload.{name}.size"] = len(content)
            self.variables[f"payload.{name}.sha256"] = hashlib.sha256(content).hexdigest()
        self.calls = Operations(self.variables["base"])
        self.http = httpx.Client(timeout=TIMEOUT)
        self.hooks = Receiver(environment.get("listen", ""))
        self.ended: dict[str, float] = {}  # when steps ended, by name
        self.lines = 0

    def run(self) -> bool:
        """Takes all steps until one fails, and tells whether none did."""
        for chapter in self.chapters:
            if self.lacking(chapter.needs) is None:
                self.variables.update(self.variables.fill(chapter.variables))
            for step in chapter.steps:
                lacks = self.lacking(chapter.needs + step.needs)
                for one, which in step.taken(self.operations):
                    self.lines += 1
                    title = f"{self.lines} - {chapter.chapter}: {step.step}{which}"
                    if lacks is not None:
                        print(f"ok {title} # SKIP needs {lacks}", flush=True)
                    elif (failure := self.take(one)) is not None:
                        print(f"not ok {title}\n# " + failure.replace("\n", "\n# "), flush=True)
                        return False
                    else:
                        print(f"ok {title}", flush=True)
                self.ended[step.step] = time.monotonic()
        print(f"1..{self.lines}", flush=True)
        return True

    def lacking(self, needs: list[str]) -> str | None:
        """The first need that the environment doesn't offer."""
        return next((need for need in needs if need not in self.offers), None)

    def take(self, step: Step) -> str | None:
        """Takes a step, once or until it meets its expectation, and returns why it failed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.attempt(step)
                return None
            except Exception as error:
                if not step.eventually or time.monotonic() > deadline:
                    return str(error) if isinstance(error, Failure) else repr(error)
            time.sleep(PAUSE)

    def attempt(self, step: Step) -> None:
        answer = self.act(step)
        if answer is None:
            return
        try:
            self.meet(step.expect, answer)
        except Mismatch as mismatch:
            raise Failure(f"{mismatch}\nthe answer: {answer}") from None
        for name, expression in step.save.items():
            self.variables[name] = evaluate(expression, answer)

    def act(self, step: Step) -> Answer | None:
        """Does what the step says and returns the answer, if there is one."""
        if step.call:
            return self.call(step)
        if step.request:
            return self.request(step.request)
        if step.receive:
            return self.receive(step.receive, step.expect)
        if step.wait:
            self.wait(step.wait)
        elif step.control is not None:
            self.control(step.control)
        else:
            raise Failure("the step does nothing: it needs call, request, receive, wait or control")
        return None

    def call(self, step: Step) -> Answer:
        """Calls an operation, and again after a 429 that the step doesn't expect: who runs this against a server of their
        own may have a small plan."""
        parameters, body = self.variables.fill(step.parameters), self.variables.fill(step.body)
        key = None if step.key is None else self.variables.text(step.key)
        while True:
            answer = self.calls.call(step.call, parameters, body, key)
            if answer.status != 429 or step.expect.status == 429:
                return answer
            seconds = answer.headers.get("Retry-After", "")
            if not seconds.isdecimal():
                raise Failure(f"429 without Retry-After: {answer}")
            time.sleep(float(seconds))

    def request(self, plain: Request) -> Answer:
        if plain.payload and plain.payload not in self.payloads:
            raise Failure(f"no payload {plain.payload}")
        content = self.variables.text(plain.text).encode() if plain.text else self.payloads.get(plain.payload, b"")
        headers = self.variables.fill(plain.headers)
        return request(self.http, plain.method, self.variables.text(plain.url), headers, content)

    def receive(self, receive: Receive, expect: Expect) -> Answer:
        """Waits for a webhook and checks everything about it."""
        path, want = self.variables.text(receive.path), self.variables.fill(expect.body)

        def wanted(message: Message) -> bool:
            try:
                body = parsed(message.raw)
            except ValueError:
                return False
            return message.path.endswith(path) and (want is None or matches(want, body))

        message = self.hooks.take(wanted, PATIENCE)
        answer = verified(message, receive.event, [self.variables.text(secret) for secret in receive.secrets])
        answer.status = expect.status  # a webhook has none
        return answer

    def wait(self, wait: Wait) -> None:
        if wait.until:
            until = self.variables.text(wait.until)
            if not instant(until):
                raise Failure(f"wait.until: {until} is no time of RFC 3339")
            time.sleep(max(0, (datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds()))
            return
        seconds = number(self.variables.fill(wait.seconds))
        if seconds is None:
            raise Failure(f"wait.seconds: {wait.seconds} is no number")
        if wait.after not in self.ended:
            raise Failure(f"wait.after: no step {wait.after!r} has ended")
        time.sleep(max(0, self.ended[wait.after] + seconds - time.monotonic()))

    def control(self, what: dict[str, Any]) -> None:
        """Asks the harness to do something to the server."""
        content = written(self.variables.fill(what)).encode()
        answer = request(self.http, "POST", self.variables.text("${control}"), {}, content)
        if answer.status != 204:
            raise Failure(f"control: {answer}")

    def meet(self, expect: Expect, answer: Answer) -> None:
        if answer.status != expect.status:
            raise Mismatch(f"status: expected {expect.status}, came {answer.status}")
        for name, want in expect.headers.items():
            match(f"header {name}", self.variables.fill(want), answer.headers.get(name, ABSENT))
        if expect.payload:
            payload = self.payloads[expect.payload]
            if answer.raw != payload:
                raise Mismatch(
                    f"payload: expected the {len(payload)} bytes of {expect.payload}, came {len(answer.raw)} others"
                )
        if expect.body is not None:
            match("body", self.variables.fill(expect.body), answer.body)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: run ENVIRONMENT.json", file=sys.stderr)
        return 1
    try:
        # A later version of LOX may send what this one's document doesn't name.
        decoded("UnknownEvent", b'{"event":"backup.restored","timestamp":"2024-01-15T10:31:12Z","data":{"id":"bkp_1"}}')
        passed = Runner(json.loads(Path(arguments[0]).read_bytes())).run()
    except (Failure, OSError, ValueError, KeyError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if not passed:
        print("a step failed", file=sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
