"""A web endpoint for subscriptions: takes everything, and keeps it by path. Standard library only."""
import http.server
import json
import queue
import threading


class Receiver:
    def __init__(self):
        self._taken = {}
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver._at(self.path).put((dict(self.headers), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def _at(self, path):
        return self._taken.setdefault(path, queue.Queue())

    def next_text(self, path):
        """(headers, body) of the next message; waits for it."""
        return self._at(path).get(timeout=60)

    def next(self, path):
        """The same, its body opened."""
        headers, body = self.next_text(path)
        return headers, json.loads(body)
