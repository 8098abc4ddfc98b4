"""Tests of a small updater, which stands in for yours."""

import threading
import urllib.error
import urllib.request

import pytest


def fetch(url, timeout=30):
    """The updater: downloads a file and tries three times."""
    for attempt in range(3):
        try:
            with urllib.request.urlopen(url, timeout=timeout) as answer:
                return answer.read()
        except (urllib.error.HTTPError, ConnectionError) as error:
            if attempt == 2 or getattr(error, "code", 500) < 500:
                raise


def test_whole_file(lab):
    assert len(fetch(lab.urls["origin"] + "/update.cab")) == 300_000
    lab.expect(on="origin", count=1, every={"status": 200, "complete": True})


def test_busy_server_is_asked_again(lab):
    lab.behave("origin", {"status-nth": {"nth": 1, "status": 503}})
    assert len(fetch(lab.urls["origin"] + "/update.cab")) == 300_000
    lab.expect(on="origin", count=2, some={"status": 503})


def test_missing_file_is_not_asked_again(lab):
    with pytest.raises(urllib.error.HTTPError):
        fetch(lab.urls["origin"] + "/none.cab")
    lab.expect(on="origin", count=1, every={"status": 404})


def test_slow_server_is_waited_for(lab):
    lab.behave("origin", {"delay": {"duration": "10m"}})
    got = []
    updater = threading.Thread(target=lambda: got.append(fetch(lab.urls["origin"] + "/update.cab")))
    updater.start()
    lab.skip_delay()
    updater.join(30)
    assert [len(body) for body in got] == [300_000]


def test_slip_in_a_test_is_told(lab):
    with pytest.raises(AssertionError, match='unknown parameter "duraton".*did you mean "duration"'):
        lab.behave("origin", {"delay": {"duraton": "10m"}})


def test_each_test_begins_anew(lab):
    assert lab.call("GET", "/v1/nodes/origin/behaviours") == []
    lab.expect(on="origin", count=0)
