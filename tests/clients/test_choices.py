"""The choices of a detector by the configuration file and by the pages: what was said is what the detector has."""
import json
import urllib.error

import pytest

from conftest import run_in_chromium
from test_math_findings import WEEKS, World as MathWorld, queries

DAYS = {"closed": ["12-25", "4th thu of nov", "easter-2"]}
FIRST = {"width": 2.5, "watch": "below", "timezone": "Europe/Berlin", "adaptation": "fast", "filtering": "strict",
         "periodic_spikes": True, "min_deviation": 1.5, "min_relative_deviation": 0.1, "lower_limit": -5,
         "upper_limit": 1000,
         "excluded": [{"from": "2013-11-05T00:00:00Z", "to": "2013-11-06T12:00:00Z", "mute": False, "learn": True}],
         "calendars": ["closed", {"name": "holidays US", "mute": False, "learn": True}],
         "tags": {"owner": "finance", "cost": "7"}}
SECOND = {"confidence": 0.99, "watch": "above", "timezone": "America/New_York", "adaptation": "slow",
          "filtering": "minimal", "periodic_spikes": False, "min_deviation": 0, "min_relative_deviation": 0.25,
          "lower_limit": 0, "upper_limit": 100,
          "excluded": [{"from": "2013-11-07T00:00:00Z", "to": "2013-11-08T00:00:00Z"},
                       {"from": "2013-11-09T00:00:00Z", "to": "2013-11-10T00:00:00Z", "learn": True}],
          "calendars": [{"name": "closed", "learn": True}], "tags": {"owner": "ops"}}
METRIC = {"namespace": "Shop", "name": "errors", "dimensions": {"Shard": "7"}, "stat": "Sum", "periods": ["1h"]}
MATH = {"math": [{"id": "e", "return_data": False, "metric_stat": {
            "stat": "Sum", "period_s": 3600, "metric": {"namespace": "Shop", "name": "errors"}}},
        {"id": "share", "expression": "100 * e"}]}


def file_of(choices):
    """JSON is YAML."""
    return json.dumps({"calendars": DAYS, "detectors": [METRIC | choices, MATH | choices]}, indent=1)


def apart(given):
    return {"mute": True, "learn": False} | given


def shown(choices):
    """As the API shows what the file says."""
    named = [use if isinstance(use, dict) else {"name": use} for use in choices["calendars"]]
    out = {**choices, "excluded": [apart(each) for each in choices["excluded"]],
           "calendars": [apart({"days": DAYS.get(use["name"], [use["name"]]), **use}) for use in named]}
    if "width" in out:
        return out | {"confidence": pytest.approx(0.9875806693484477, abs=1e-15)}
    return out | {"width": pytest.approx(2.5758293035489, abs=1e-12), "confidence": pytest.approx(0.99, abs=1e-15)}


def test_every_choice_of_the_file_is_that_of_the_detector_also_after_a_reload(start_server):
    server = start_server("--enable-lifecycle", config=file_of(FIRST))

    def detectors():
        return sorted(server.own("GET", "/detectors")["detectors"], key=lambda each: each["math"] is not None)

    metric, math = detectors()
    for detector in metric, math:
        # All of them: a choice that is new must be here, too.
        assert detector["choices"] == shown(FIRST)
    assert metric["stat"] == "Sum" and metric["periods_s"] == [3600] and metric["math"] is None, metric
    assert math["metric_title"] == "100 * e" and math["periods_s"] == [3600], math
    assert math["math"][0]["metric_stat"]["metric"]["account"] == "000000000000", math

    file = server.folder / "tidemark.yaml"
    file.write_text(file_of(SECOND))
    assert server.post("/-/reload") == b"taken over: detectors\n"
    after = detectors()
    assert [each["id"] for each in after] == [metric["id"], math["id"]]
    for detector in after:
        assert detector["choices"] == shown(SECOND) and detector["revision"] == 2, detector
    assert server.post("/-/reload") == b"nothing to take over\n"

    # A mistake in the second leaves the first as it is.
    wrong = json.loads(file_of(FIRST))
    wrong["detectors"][1]["confidence"] = 0.9
    file.write_text(json.dumps(wrong))
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.post("/-/reload")
    assert b"give one of the two" in caught.value.read()
    assert detectors() == after

    file.write_text(file_of(SECOND))
    server.kill()
    server.start()
    assert detectors() == after


def test_what_is_set_in_the_pages_is_there_after_they_are_read_again(frozen):
    world = MathWorld(frozen)
    for number in range(WEEKS, WEEKS + 5):
        world.hour(number)
    frozen.own("DELETE", f"/detectors/{world.detector}")
    world.cloudwatch.put_metric_alarm(
        AlarmName="share", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="b", EvaluationPeriods=1,
        Metrics=[{"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(share, 3)", "ReturnData": True}, *queries()])
    metric = next(m for m in frozen.own("GET", "/metrics")["metrics"] if m["name"] == "errors")
    frozen.own("POST", "/detectors", {"metric_id": metric["id"], "stat": "Sum", "periods_s": [3600]})
    run_in_chromium("band.test.mjs", TIDEMARK_URL=frozen.url)
