# SPDX-License-Identifier: BSD-2-Clause
"""A headless Chromium, spoken to by its DevTools protocol over two pipes.

    with browser.Browser() as b:
        page = b.page(1400, 900)
        page.open("http://localhost:8080/")
        page.evaluate("document.title")
        page.screenshot(path)

The messages are JSON, each ended by a zero byte (--remote-debugging-pipe: the browser reads
file 3 and writes file 4). What a page says on its console is in page.complaints, errors only.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE_S = 60
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
           "--disable-component-update", "--disable-extensions", "--disable-sync",
           "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run", "--mute-audio",
           "--remote-debugging-pipe"]


class Browser:
    """The browser, and its certain end."""

    def __init__(self):
        self.number, self.buffer, self.pages = 0, b"", {}
        self.folder = self.process = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="browser")
        (in_read, self.to), (self.from_, out_write) = os.pipe(), os.pipe()

        def place():
            # Away from 3 and 4 first, which one of them may be.
            read, write = os.dup(in_read), os.dup(out_write)
            high_read, high_write = os.dup(read), os.dup(write)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        environment = dict(os.environ, HOME=self.folder)
        self.process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
            ["chromium", *OPTIONS, f"--user-data-dir={self.folder}", "about:blank"],
            preexec_fn=place, pass_fds=(3, 4), env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(in_read)
        os.close(out_write)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.from_)
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self, limit_s):
        """The next message; None at the limit."""
        end = time.monotonic() + limit_s
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.from_], [], [], max(0, end - time.monotonic()))
            part = os.read(self.from_, 1 << 16) if ready else b""
            if not part:
                return None
            self.buffer += part
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def note(self, message):
        """An event: goes to the page that it is of."""
        page = self.pages.get(message.get("sessionId"))
        if page:
            page.note(message["method"], message.get("params", {}))

    def call(self, method, session=None, **parameters):
        """Asks for something, and waits for the answer; events meanwhile are noted."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(PATIENCE_S)
            if answer is None:
                raise OSError(f"the browser does not answer {method}")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise OSError(f"{method}: {answer['error'].get('message')}")
                return answer["result"]
            if "method" in answer:
                self.note(answer)

    def page(self, width, height, mobile=False):
        """A new page of that size."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=mobile)
        return page


class Page:
    """One page of the browser."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.complaints = []
        self.loads = 0

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def note(self, method, what):
        if method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Runtime.exceptionThrown":
            details = what["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description",
                                                                    details["text"]))
        elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
            self.complaints.append(str([a.get("value") for a in what["args"]]))
        elif method == "Log.entryAdded" and what["entry"]["level"] == "error":
            self.complaints.append(f"{what['entry']['text']} {what['entry'].get('url', '')}")

    def open(self, url):
        """Goes there, and waits until it is loaded."""
        loads = self.loads
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise OSError(f"{url}: {answer['errorText']}")
        if not self.wait("document.readyState === 'complete'") and self.loads == loads:
            raise OSError(f"{url} does not end loading")

    def evaluate(self, expression):
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise OSError(f"{expression}: {answer['exceptionDetails']['text']}")
        return answer["result"].get("value")

    def wait(self, expression, limit_s=PATIENCE_S):
        """Waits until the expression is true; whether it was."""
        end = time.monotonic() + limit_s
        while not self.evaluate(expression):
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def screenshot(self, path, whole=True):
        """The page, all of its height, as PNG."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))
