"""A container is healthy when its process says that it is ready."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy import healthcheck
from deploy.local.ports import pick

Serve = Callable[[int, str], AbstractContextManager[int]]


@pytest.fixture
def serve() -> Serve:
    """A server that answers with this status and text where readiness is asked; gives its port."""

    @contextmanager
    def running(status: int, text: str) -> Iterator[int]:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/readyz" else 404)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Nothing on the console of the tests."""

        with HTTPServer(("127.0.0.1", 0), Answer) as server:
            serving = threading.Thread(target=server.serve_forever)
            serving.start()
            yield server.server_port
            server.shutdown()
            serving.join()

    return running


def test_ready_is_healthy(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(200, '{"ready":true}') as port:
        assert healthcheck.main(port) == 0

    assert capsys.readouterr().out == '{"ready":true}\n'


def test_not_ready_is_unhealthy_and_says_why(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(503, '{"ready":false,"checks":{"database":"gone"}}') as port:
        assert healthcheck.main(port) == 1

    assert '"database":"gone"' in capsys.readouterr().out


def test_nobody_there_is_unhealthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthcheck.main(pick()) == 1

    assert capsys.readouterr().out.startswith("no answer: ")


def test_it_runs_alone_without_any_package() -> None:
    script = Path(healthcheck.__file__)

    ended = subprocess.run([sys.executable, "-I", "-S", script], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) in {(0, ""), (1, "")}
