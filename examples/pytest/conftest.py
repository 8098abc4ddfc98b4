"""Fixtures that serve fakes to the tests of an updater, with wualab on the PATH."""

import json
import pathlib
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

LAB = pathlib.Path(__file__).with_name("lab.yaml")


class Lab:
    """The control API of "wualab serve", and what it serves."""

    def __init__(self, env):
        self.base = env["WUALAB_CONTROL_URL"]
        self.urls = {node["name"]: node["url"] for node in self.call("GET", "/v1/nodes")}

    def call(self, method, path, body=None, **query):
        """Calls an operation of control/openapi.yaml and gives its answer."""
        url = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            problem = json.load(refused)
            raise AssertionError(f"{problem['detail']} {problem.get('hint', '')}") from None

    def behave(self, node, *behaviours):
        """Tells a server or proxy what to do, in place of what it did so far."""
        self.call("PUT", f"/v1/nodes/{node}/behaviours", list(behaviours))

    def expect(self, timeout="10s", **wire):
        """Waits until what a server or proxy received is as expected, and fails if it never is."""
        return self.call("POST", "/v1/expect", wire, timeout=timeout, must="true")

    def skip_delay(self, timeout="10s"):
        """Waits until a delay begins, and ends it at once."""
        return self.call("POST", "/v1/clock/advance", {"next": True}, timeout=timeout)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """One "wualab serve" for all tests."""
    env = tmp_path_factory.mktemp("lab") / "env"
    process = subprocess.Popen(["wualab", "serve", str(LAB), "--control", "--env-file", str(env)])
    until = time.monotonic() + 60
    while not env.exists():
        assert process.poll() is None, "wualab serve ended early"
        assert time.monotonic() < until, "wualab serve does not begin"
        time.sleep(0.01)
    lab = Lab(dict(line.split("=", 1) for line in env.read_text().splitlines()))
    yield lab
    lab.call("POST", "/v1/shutdown")
    assert process.wait(30) == 0


@pytest.fixture
def lab(served):
    """The fakes as lab.yaml describes them, whatever the test before did."""
    served.call("POST", "/v1/reset", {"record": "clear"})
    return served
