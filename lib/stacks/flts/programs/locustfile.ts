/** Name of the variable that says where the pointer to the promoted model is; without it the pointer is not requested. */
export const POINTER_URL = 'POINTER_URL';

/**
 * Users of the pipeline, for Locust: of ten requests eight are forecasts, one asks for readiness, one for the pointer
 * to the promoted model. Requests and answers are those of the published `api_server.py` (bc20abe), which wants a
 * column of distinct times and each column that the model was trained with; earlier ones have a queue, and say 429
 * when it is full and 504 when a forecast takes too long. HAProxy says 503 while no server has a model.
 */
export const PIPELINE_LOCUSTFILE = `"""Users of the FLTS pipeline. Generated; change it in the library."""

import math
import os
from datetime import datetime, timedelta, timezone

from locust import FastHttpUser, between

# The columns of the dataset other than its time, with the order of magnitude of their values.
COLUMNS = {
    "down": 5e6,
    "up": 1e3,
    "rnti_count": 2e3,
    "mcs_down": 10.0,
    "mcs_down_var": 50.0,
    "mcs_up": 12.0,
    "mcs_up_var": 40.0,
    "rb_down": 0.05,
    "rb_down_var": 1e-7,
    "rb_up": 0.01,
    "rb_up_var": 5e-8,
}
MEANINGS = {
    0: "no answer",
    400: "the request does not fit the model",
    422: "the request is not understood",
    429: "the queue of the server is full",
    500: "the forecast failed",
    503: "no server has a promoted model",
    504: "the forecast took too long",
}
POINTER_URL = os.environ.get("${POINTER_URL}")


def series(rows):
    """A daily wave, with one row per minute up to now: the server refuses rows that all have the same time."""
    end = datetime.now(timezone.utc).replace(second=0, microsecond=0, tzinfo=None)
    wave = [1 + math.sin(math.tau * row / 24) / 2 for row in range(rows)]
    times = [(end - timedelta(minutes=rows - row)).isoformat() for row in range(rows)]
    return {"ts": times, **{name: [size * value for value in wave] for name, size in COLUMNS.items()}}


def meaning(response):
    """What a status means, with the error of the server. Equal failures have equal texts, which Locust counts."""
    status = response.status_code
    text = f"{status}: {MEANINGS.get(status, 'unexpected')}"
    if status in (400, 422):
        return f"{text}: {(response.text or '')[:200]}"
    return f"{text}: {response.error}" if status == 0 else text


class PipelineUser(FastHttpUser):
    wait_time = between(1, 2)
    # Longer than the timeouts of the server and of proxies, whose errors say more.
    network_timeout = 95.0
    rows = 16
    length = 1

    def on_start(self):
        """Asks how many rows the model reads and forecasts. It is unknown before a model is promoted."""
        with self.client.get("/predict_ping", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(meaning(response))
                return
            answer = response.json()
            self.length = answer.get("output_seq_len") or self.length
            # Five rows more than needed, as in the published load test.
            self.rows = max((answer.get("input_seq_len") or 10) + self.length + 5, self.rows)

    def forecast(self):
        request = {"index_col": "ts", "data": series(self.rows), "inference_length": self.length}
        with self.client.post("/predict", json=request, catch_response=True) as response:
            if response.status_code != 200:
                response.failure(meaning(response))
            elif not response.json().get("predictions"):
                response.failure("200: no forecast in the answer")

    def ready(self):
        with self.client.get("/ready", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(meaning(response))

    def pointer(self):
        with self.client.get(POINTER_URL, name="pointer", catch_response=True) as response:
            if response.status_code == 404:
                response.failure("404: no model was promoted yet")
            elif response.status_code != 200:
                response.failure(meaning(response))

    tasks = {forecast: 80, ready: 10, **({pointer: 10} if POINTER_URL else {})}
`;
