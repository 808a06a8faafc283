"""A browser by chromedriver's own protocol (W3C WebDriver), with nothing but the standard library."""
import json, socket, subprocess, time, urllib.error, urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class Browser:
    def __init__(self):
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(self.base + "/status", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        arguments = ["--headless=new", "--no-sandbox", "--window-size=1200,900", "--lang=ja", "--disable-dev-shm-usage"]
        asked = {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments}, "unhandledPromptBehavior": "accept",
            "goog:loggingPrefs": {"browser": "ALL"}}}}
        self.base += "/session/" + self.send("/session", asked)["sessionId"]

    def send(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            return json.load(urllib.request.urlopen(request, timeout=60))["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].split("\n")[0]) from None

    def go(self, url):
        self.send("/url", {"url": url})

    def find(self, selector):
        return self.send("/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.send(f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.send(f"/element/{self.find(selector)}/value", {"text": text})

    def run(self, script, *args):
        return self.send("/execute/sync", {"script": script, "args": list(args)})

    def keys(self, text):
        """Presses keys wherever the focus is."""
        actions = [one for key in text for one in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]
        self.send("/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    @property
    def url(self):
        return self.send("/url")

    def log_in(self, url, user, password):
        self.go(url)
        self.type("[name=user]", user)
        self.type("[name=password]", password)
        self.click("main form button")

    def until(self, script, seconds=5):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (value := self.run(script)):
                return value
            time.sleep(0.05)
        raise AssertionError("never: " + script)

    def console(self):
        return [one["message"] for one in self.send("/se/log", {"type": "browser"})]

    def quit(self):
        try:
            self.send("", method="DELETE")
        finally:
            self.driver.kill()
