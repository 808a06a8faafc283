"""Arguments: renkei, work folder with the sample's workspace `ws`, rounds. Ends with 1 where something typed more than 3 seconds before was lost."""
import signal, subprocess, sys, time, urllib.request
from webdriver import Browser, free_port

renkei, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
port = free_port()
base = f"http://127.0.0.1:{port}"
users = {line.split()[0]: line.split()[1] for line in open(f"{work}/ws/sample-logins.txt").readlines()[1:]}
NOTE = "form[data-draft] input[name=step][value=note] ~ label textarea"


def start():
    made = subprocess.Popen([renkei, "serve", "--workspace", f"{work}/ws", "--port", str(port)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            urllib.request.urlopen(base + "/healthz", timeout=1)
            return made
        except OSError:
            time.sleep(0.05)
    raise AssertionError("serve does not answer")


def note(browser):
    return browser.run(f"return document.querySelector({NOTE!r}).value")


def told(browser, text, seconds=6):
    browser.until(f"return document.querySelector({NOTE!r}).form.querySelector('[data-told]').textContent.includes({text!r})", seconds)


server = start()
one = two = None
try:
    one = Browser()
    one.log_in(base, "center", users["center"])
    one.click("main table a")
    case = one.url
    one.type(NOTE, "母と電話で話した")
    told(one, "下書きを保存しました")
    one.go(case)
    assert note(one) == "母と電話で話した", note(one)
    print("a reload:            the text is there")
    two = Browser()
    two.log_in(base, "center", users["center"])
    two.go(case)
    assert note(two) == "母と電話で話した"
    print("another computer:    the text is there")

    # The log-in is over, and the form is sent.
    one.type(NOTE, "。次は来週")
    one.send("/cookie", method="DELETE")
    one.run(f"document.querySelector({NOTE!r}).form.requestSubmit()")
    one.until("return document.querySelector('[name=unsent]') !== null")
    one.type("[name=user]", "center")
    one.type("[name=password]", users["center"])
    one.click("main form button")
    one.until("return location.pathname.startsWith('/cases/C-')")
    assert note(one) == "母と電話で話した。次は来週", note(one)
    print("a log-in that ended: the text is there behind the next one")
    one.click("button[formaction$='/drafts/discard']")
    assert note(one) == "" and (two.go(case), note(two))[1] == ""
    print("one click:           the text is gone")

    # From the list: the next case, open, claim, the note, send; and none of it while somebody types.
    one.go(base + "/cases")
    one.keys("j")
    one.keys("j")
    target = one.run("return document.activeElement.href")
    one.keys("\ue007")
    one.until(f"return location.href === {target!r} && document.readyState === 'complete'")
    one.keys("c")
    one.until("return location.hash === '#work' && document.readyState === 'complete'")
    one.keys("n")
    one.keys("cujk?")
    assert note(one) == "cujk?" and one.run("return !document.getElementById('keys').open"), note(one)
    one.send("/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
        {"type": "keyDown", "value": "\ue009"}, {"type": "keyDown", "value": "\ue007"},
        {"type": "keyUp", "value": "\ue007"}, {"type": "keyUp", "value": "\ue009"}]}]})
    one.until("return document.body.textContent.includes('cujk?') && document.readyState === 'complete'")
    one.until(f"return document.querySelector({NOTE!r}).value === ''")
    one.keys("?")
    assert one.run("return document.getElementById('keys').open")
    one.keys("\ue00c")
    one.keys("q")
    one.until("return location.pathname === '/cases'")
    print("keys:                j, Enter, c, n, Ctrl+Enter bring a case on")
    one.go(case)

    lost = []
    for number in range(rounds):
        text, began, times = "", time.monotonic(), []
        while time.monotonic() - began < 2 + number * 0.37 % 1.5:
            letter = "あいうえおかきくけこ"[len(text) % 10]
            one.type(NOTE, letter)
            text += letter
            times.append(time.monotonic())
        server.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        server.wait()
        if number == 0:
            one.type(NOTE, "さ")
            told(one, "下書きを保存できていません")
            print("a server that is gone: is told")
        server = start()
        two.go(case)
        kept = note(two)
        assert text.startswith(kept), (text, kept)
        lost.append(killed - times[len(kept)] if len(kept) < len(text) else 0)
        one.go(case)
        if kept:
            one.click("button[formaction$='/drafts/discard']")
        one.until(f"return document.readyState === 'complete' && document.querySelector({NOTE!r})?.value === ''")
    print(f"kill -9, {rounds} times:   {max(lost):.2f} s of typing lost at most, {sum(lost) / len(lost):.2f} s on average")
    problems = [line for line in one.console() if "Content Security Policy" in line or "TrustedScript" in line or "Uncaught" in line]
    assert not problems, problems
    sys.exit(max(lost) > 3)
finally:
    for browser in (one, two):
        if browser:
            browser.quit()
    server.kill()
