"""A Chromium that looks at each page as people do who see well or badly, at a desk, a tablet or enlarged, by day or by night.

The page's content security policy stays as it is: axe-core comes by the driver, not by the page.
"""

import base64, glob, json, os, sys
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

AXE = open(glob.glob(f"{sys.prefix}/lib/python*/site-packages/axe_playwright_python/axe.min.js")[0], encoding="utf-8").read()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"], "preload": False}
# Other colours change nothing but contrast.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"], "preload": False}
# CSS pixels and how many real ones each has: 200 % and 400 % are narrower windows to the page.
DESK = (1366, 768, 1)
SIZES = {"1366x768": DESK, "200 %": (683, 384, 2), "1024x768": (1024, 768, 1), "768x1024": (768, 1024, 1), "400 %": (320, 256, 4)}

# What is cut off, sticks out of the window, or lies on another control. Whatever scrolls by itself may be wider than the window.
LAYOUT = """
const found = [], called = e => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className : '')
  + ' ' + (e.innerText || e.name || '').slice(0, 30).replace(/\\s+/g, ' ');
if (document.documentElement.scrollWidth > innerWidth) found.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
const scrolls = e => { for (; e; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true; return false; };
for (const e of document.body.querySelectorAll('*')) {
  if (e.closest('svg, .watermark') || e.classList.contains('skip') || !e.checkVisibility({visibilityProperty: true})) continue;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!box.width || style.display === 'contents') continue;
  if (box.right > innerWidth + 1 && !scrolls(e)) found.push('beyond the edge: ' + called(e));
  const isBlock = !/^inline$|^table/.test(style.display) && !e.matches('input, select, textarea, fieldset');
  if (isBlock && e.scrollWidth > e.clientWidth + 1 && !/auto|scroll/.test(style.overflowX)) found.push('wider than its box: ' + called(e));
}
const controls = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.classList.contains('skip') && e.checkVisibility({visibilityProperty: true}));
const boxes = controls.flatMap(e => [...e.getClientRects()].map(box => [e, box]));
boxes.sort((a, b) => a[1].top - b[1].top);
boxes.forEach(([a, one], place) => {
  for (const [b, other] of boxes.slice(place + 1)) {
    if (other.top >= one.bottom - 2) break;
    if (a !== b && !a.contains(b) && !b.contains(a) && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2)
      found.push(`on one another: ${called(a)} / ${called(b)}`);
  }
});
if (innerWidth > 1300) for (const e of document.querySelectorAll('.scroll'))
  if (e.scrollWidth > e.clientWidth) found.push('a table wider than a desk: ' + called(e));
return [...new Set(found)].slice(0, 6);
"""
# How a page is made, whatever its words: what axe looks at once.
SHAPE = """
const shape = e => e.tagName + [...e.attributes].filter(a => /^(class|role|type|scope|open|aria-current|tabindex)$/.test(a.name))
  .map(a => a.name + a.value) + '(' + [...new Set([...e.children].map(shape))] + ')';
return shape(document.documentElement);
"""


# axe does not look into fields.
FIELDS = """
const light = color => color.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92
  : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0.05);
return [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(e => {
  const style = getComputedStyle(e), [ink, paper] = [light(style.color), light(style.backgroundColor)];
  return Math.max(ink, paper) / Math.min(ink, paper) < 4.5;
}).map(e => e.name);
"""


class Browser:
    """One person's browser. `faults` is everybody's: what was found, by page."""

    faults, looks, shapes, bodies = [], 0, set(), set()

    def __init__(self, url, pictures=None):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--lang=ja", "--hide-scrollbars", "--disable-gpu"):
            options.add_argument(argument)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # Debian's driver, named outright: selenium would look for one on the network.
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(
            "/usr/bin/chromedriver", env={**os.environ, "LANGUAGE": "ja"}))
        self.url, self.pictures, self.place = url.rstrip("/"), pictures, ""
        self.be(DESK)

    def command(self, name, **words):
        return self.driver.execute_cdp_cmd(name, words)

    def be(self, size):
        width, height, scale = size
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def media(self, media="", scheme="light"):
        self.command("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    # What people do

    def go(self, path):
        self.driver.get(self.url + path)

    def log_in(self, user, password, code=""):
        self.go("/login")
        for name, text in (("user", user), ("password", password), ("code", code)):
            self.driver.find_element(By.NAME, name).send_keys(text)
        self.press("ログイン")

    def named(self, text, kinds=("a", "button", "summary"), within="//body"):
        """The first thing to press that is called so; its whole text or how it begins."""
        for test in ("normalize-space(.)='%s'", "starts-with(normalize-space(.), '%s')"):
            for found in self.driver.find_elements(By.XPATH, f"{within}//*[{' or '.join('self::' + kind for kind in kinds)}][{test % text}]"):
                if found.is_displayed():
                    return found
        raise AssertionError(f"{self.place}: 「{text}」がありません")

    def press(self, text, within="//body"):
        """Presses it; where that leads to another page, waits for it."""
        found = self.named(text, within=within)
        if found.tag_name == "summary":
            return found.click()
        leaves = "#" not in (found.get_attribute("href") or "")
        self.driver.execute_script("window.isBefore = true")
        found.click()
        if leaves:
            WebDriverWait(self.driver, 20).until(
                lambda driver: driver.execute_script("return !window.isBefore && document.readyState === 'complete'"))

    def field(self, label, within="//body"):
        """What stands under a label that begins so."""
        found = next(e for e in self.driver.find_elements(By.XPATH, f"{within}//label[starts-with(normalize-space(.), '{label}')]") if e.is_displayed())
        name = found.get_attribute("for")
        return self.driver.find_element(By.ID, name) if name else found.find_element(By.XPATH, ".//input|.//select|.//textarea")

    def fill(self, label, text, within="//body"):
        field = self.field(label, within)
        if field.tag_name == "select":
            Select(field).select_by_visible_text(text)
        elif field.get_attribute("type") in ("date", "number"):
            self.driver.execute_script("arguments[0].value = arguments[1]", field, text)
        else:
            field.clear()
            field.send_keys(text)

    def path(self):
        return self.driver.current_url.removeprefix(self.url)

    def text(self):
        """What is to be read, and what stands in the fields."""
        return self.driver.execute_script(
            "return [document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map(e => e.value)].join('\\n')")

    # What is looked at

    def see(self, step, *words, status=200, absent=()):
        """A step: these words are to be seen and those are not; then the page is looked at, and its picture taken."""
        self.place, text = step, self.text()
        for word in words:
            if word not in text:
                self.fault(f"「{word}」が見えません")
        for word in absent:
            if word in text:
                self.fault(f"「{word}」が見えます")
        self.look(step, status)

    def fault(self, words):
        Browser.faults.append(f"{self.place}: {words}")
        print(f"  {Browser.faults[-1]}", flush=True)

    def look(self, place, status=200):
        """The page as it is: answer, console and the layout in every size; and axe by day, by night and on paper, once for each shape."""
        self.place = place
        Browser.looks += 1
        run = self.driver.execute_script
        answered = run("return performance.getEntriesByType('navigation')[0].responseStatus")
        if status and answered != status:
            self.fault(f"答えは{answered}（{status}のはず）")
        body = run("return document.body.innerHTML.replace(/(name=.csrf. value=)[^>]*/g, '$1')")
        if body in Browser.bodies and not self.pictures:
            # As one that was looked at, word for word.
            return self.console(answered)
        Browser.bodies.add(body)
        shape = run(SHAPE)
        if shape not in Browser.shapes:
            Browser.shapes.add(shape)
            run(AXE)
            self.axe("", RULES)
            self.media(scheme="dark")
            self.axe("暗い配色 ", CONTRAST)
            for name in set(run(FIELDS)):
                self.fault(f"暗い配色 欄「{name}」が読めません")
            self.media(media="print")
            self.axe("印刷 ", CONTRAST)
            self.media()
        for name, size in SIZES.items():
            self.be(size)
            for found in run(LAYOUT):
                self.fault(f"{name} {found}")
        self.be(DESK)
        if self.pictures:
            self.picture(place)
            self.media(scheme="dark")
            self.picture(place, "-dark")
            self.media()
        self.console(answered)

    def axe(self, how, options):
        violations = self.driver.execute_async_script(
            "axe.run({exclude: [['.watermark']]}, arguments[0]).then(r => arguments[1](r.violations), e => arguments[1]([{id: '' + e, nodes: []}]))", options)
        for violation in violations:
            nodes = [f"{node['html'][:160]}（{(node.get('failureSummary') or '').splitlines()[-1].strip()}）" for node in violation["nodes"][:2]]
            self.fault(f"axe {how}{violation['id']} ×{len(violation['nodes'])}: {' / '.join(nodes)}")

    def console(self, status):
        for entry in self.driver.get_log("browser"):
            # That an answer was no 200 is told of every one that is meant so.
            if f"responded with a status of {status} " in entry["message"] and status >= 400:
                continue
            self.fault(f"console: {entry['message'][:300]}")

    def picture(self, name, suffix=""):
        size = self.driver.execute_script("return [document.documentElement.clientWidth, Math.min(document.documentElement.scrollHeight, 2400)]")
        words = self.command(
            "Page.captureScreenshot", captureBeyondViewport=True, optimizeForSpeed=True, clip={"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1})
        with open(f"{self.pictures}/{name.replace('/', '_')}{suffix}.png", "wb") as file:
            file.write(base64.b64decode(words["data"]))

    def close(self):
        self.driver.quit()
