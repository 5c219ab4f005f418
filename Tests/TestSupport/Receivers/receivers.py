"""A mail server and an HTTP receiver for tests, on free ports of this machine.

Usage: receivers.py FOLDER [--tls CERT KEY | --starttls CERT KEY] [--login USER PASSWORD]

Prints the two ports, 'smtp PORT' and 'http PORT', when both can be spoken to. What arrives is written to FOLDER, one file
each: mail-<n>.eml with the recipient in its first line, post-<n>.json with path, headers and body. What is done with it
the recipient's name or the path says:

    refuse@         550 to the recipient            /status/<code>   answers so
    refusedata@     554 to the data                 /once/<code>     answers so once, then 200
    busy@           450 to the recipient            /slow            never answers
    busyonce@       450 once, then takes it         /ok              200
    slow@           never answers to the data
"""

import asyncio
import json
import os
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, AuthResult

folder = sys.argv[1]
options = sys.argv[2:]
lock = threading.Lock()
counts = {"mail": 0, "post": 0}
seen = set()


def option(name, count):
    place = options.index(name) if name in options else None
    return options[place + 1 : place + 1 + count] if place is not None else None


def store(kind, suffix, text):
    with lock:
        counts[kind] += 1
        path = os.path.join(folder, f"{kind}-{counts[kind]:04}.{suffix}")
    # Whole or not at all, for whoever looks at the folder meanwhile.
    with open(path + ".part", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.rename(path + ".part", path)


def first_time(key):
    with lock:
        is_first = key not in seen
        seen.add(key)
        return is_first


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        if name == "refuse":
            return "550 5.1.1 no such mailbox"
        if name == "busy" or (name == "busyonce" and first_time(address)):
            return "450 4.2.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        recipient = envelope.rcpt_tos[0]
        name = recipient.split("@")[0]
        if name == "refusedata":
            return "554 5.6.0 not this"
        if name == "slow":
            await asyncio.sleep(3600)
        content = envelope.content.decode("utf-8")
        store("mail", "eml", f"{recipient}\r\n{content}")
        return "250 taken"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length).decode("utf-8")
        words = self.path.strip("/").split("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        store("post", "json", json.dumps({"path": self.path, "headers": headers, "body": body}))
        if words[0] == "slow":
            threading.Event().wait(3600)
        code = 200
        if words[0] == "status" or (words[0] == "once" and first_time(self.path)):
            code = int(words[1])
        self.send_response(code)
        if 300 <= code < 400:
            self.send_header("location", "/ok")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


async def main():
    loop = asyncio.get_running_loop()
    settings = {"enable_SMTPUTF8": False}
    login = option("--login", 2)
    if login:

        def check(server, session, envelope, mechanism, data):
            right = [data.login.decode(), data.password.decode()] == login
            return AuthResult(success=right, handled=not right and False)

        settings.update(authenticator=check, auth_required=True, auth_require_tls=False)
    context = None
    for name in ("--tls", "--starttls"):
        files = option(name, 2)
        if files:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*files)
    if "--starttls" in options:
        settings.update(tls_context=context, require_starttls=True)
    secure = context if "--tls" in options else None
    mail = await loop.create_server(lambda: SMTP(Mailbox(), **settings), "127.0.0.1", 0, ssl=secure)
    http = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    print(f"smtp {mail.sockets[0].getsockname()[1]}", flush=True)
    print(f"http {http.server_address[1]}", flush=True)
    await mail.serve_forever()


asyncio.run(main())
