"""Receivers of the demo: a mail server and a webhook, both on loopback, both real protocols."""
import email
import email.policy
import http.server
import json
import threading
import urllib.request

from aiosmtpd.controller import Controller


class MailSink:
    """Takes mail by SMTP and remembers it."""

    def __init__(self, port):
        self.messages = []
        self.port = port
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=30)

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append(message)
        return "250 taken"

    def start(self):
        self._controller.start()

    def stop(self):
        self._controller.stop()


class WebhookSink:
    """Takes SNS notifications by HTTP; confirms its subscription as SNS wants it."""

    def __init__(self):
        self.notifications = []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if body["Type"] == "SubscriptionConfirmation":
                    url = body["SubscribeURL"]
                    threading.Thread(target=lambda: urllib.request.urlopen(url).read()).start()
                else:
                    sink.notifications.append(body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def start(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self._server.server_address[1]

    def stop(self):
        self._server.shutdown()
