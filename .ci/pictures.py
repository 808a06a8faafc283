"""Logs in as the sample's center staff and officer, and takes the pictures. Arguments: work folder, output folder."""
import json, sys
from selenium import webdriver
from selenium.webdriver.common.by import By

work, out = sys.argv[1:3]
url = json.loads(open(f"{work}/serve.json").readline())["url"]
users = {line.split()[0]: line.split()[1] for line in open(f"{work}/ws/sample-logins.txt").readlines()[1:]}


def browser(user):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1200,900", "--lang=ja"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    # Debian's driver, named outright: selenium would look for one on the network.
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.get(url)
    driver.find_element(By.NAME, "user").send_keys(user)
    driver.find_element(By.NAME, "password").send_keys(users[user])
    driver.find_element(By.CSS_SELECTOR, "main form button").click()
    return driver


center = browser("center")
center.save_screenshot(f"{out}/queue.png")
center.find_element(By.CSS_SELECTOR, "main table a").click()
center.save_screenshot(f"{out}/case.png")
officer = browser("officer")
officer.save_screenshot(f"{out}/run.png")
officer.find_element(By.LINK_TEXT, "名寄せの図").click()
officer.execute_script("document.getElementById('weights').scrollIntoView()")
officer.save_screenshot(f"{out}/linkage.png")
department = browser("gakumu")
department.find_element(By.LINK_TEXT, "却下された行").click()
department.find_element(By.CSS_SELECTOR, "main td a[href^='/rejected/'], main th a[href^='/rejected/']").click()
department.save_screenshot(f"{out}/mending.png")
for driver in (center, officer, department):
    driver.quit()
