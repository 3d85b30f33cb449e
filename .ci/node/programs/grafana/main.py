"""In the place of Grafana, of which no package is to be had: its health, and whether it was given what it reads."""

import http.server
import json
import os
import pathlib

settings = ("GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD")
provisioned = [path.name for path in pathlib.Path("/etc/grafana").rglob("*.*") if path.is_file()]
pathlib.Path("/var/lib/grafana/grafana.db").touch()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/api/health" and all(os.environ.get(name) for name in settings)
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"database": "ok", "provisioned": provisioned}).encode() if known else b"")


http.server.ThreadingHTTPServer.address_family = __import__("socket").AF_INET6
http.server.ThreadingHTTPServer(("::", 3000), Answer).serve_forever()
