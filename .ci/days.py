"""The days of four people, then every page of every role; see .ci/days. Arguments: work folder, program, folder of the pictures."""

import base64, concurrent.futures, hmac, json, sqlite3, struct, subprocess, sys, time
from days_browser import Browser
from days_pages import visit_all

work, renkei, pictures = sys.argv[1:4]
urls = {name: json.loads(open(f"{work}/{name}.json").readline())["url"] for name in ("ws", "new")}
logins, new = ({line.split()[0]: line.split()[1:] for line in open(f"{work}/{file}")} for file in ("logins", "new-logins"))
begun = time.monotonic()


def log_in(user, code=""):
    browser = Browser(urls["ws"], pictures)
    browser.log_in(user, logins[user][0], code)
    return browser


def log_out(browser, step):
    browser.press("ログアウト")
    browser.see(step, "ログインしてください")
    browser.go("/cases")
    assert browser.driver.current_url.endswith("/login"), "still logged in"
    browser.close()


def command(*words):
    """What the program says, of what has no page."""
    done = subprocess.run([renkei, *words, "--workspace", f"{work}/ws"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def code(key, later=0):
    """The six digits of an authenticator."""
    count = struct.pack(">Q", int(time.time()) // 30 + later)
    digest = hmac.digest(base64.b32decode(key.replace(" ", "")), count, "sha256")
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000)


def center():
    """こども家庭センター職員: from the queue to a case that is handed over, and one proposed to be ended."""
    wrong = Browser(urls["ws"], pictures)
    wrong.go("/")
    wrong.see("11-login", "職員用の画面です", "利用者ID")
    wrong.log_in("center", "違うパスワード")
    wrong.see("12-login-refused", "違います", status=401)
    wrong.close()
    b = log_in("center")
    b.see("13-queue", "確認の一覧", "51件中 50件を表示", "令和8年10月1日時点のデータ", "1週間に確認できるのは20件です", "抜き取り確認", "支援制度の案内")
    b.press("次のページへ")
    b.see("14-queue-second-page", "51件中 1件を表示", "最初のページへ")
    b.press("最初のページへ")
    b.press("自分の担当")
    b.see("15-queue-empty", "この範囲のケースはありません")
    b.press("候補")
    first = b.driver.find_element("css selector", "main table a.name")
    name, case = first.text, first.get_attribute("href").split("/")[-1]
    b.press(name)
    b.see("16-case", name, "一覧に載った理由", "理由のもとになった記録", "起きた日", "届いた日", "確かめていただきたいこと", "決まっていません", "世帯", "経過")
    b.press("担当する", "//*[@id='work']")
    b.see("17-claimed", "候補", "こども家庭センター 見本", "直前の操作を取り消す")
    b.press("直前の操作を取り消す")
    b.see("18-undone", "決まっていません", absent=("直前の操作を取り消す",))
    b.press("担当する", "//*[@id='work']")
    b.fill("メモ", "電話がつながらず、明日もう一度かけます。")
    b.press("メモを残す")
    b.see("19-note", "電話がつながらず、明日もう一度かけます。")
    b.press("メモを残す")
    b.see("20-note-refused", "書かれていません", status=422)
    b.press("期限・引継ぎ")
    b.fill("期限", time.strftime("%Y-%m-%d", time.localtime(time.time() + 14 * 86400)))
    b.press("期限を決める")
    b.see("21-due", "期限", "令和")
    b.press("期限・引継ぎ")
    b.fill("職員", "鈴木")
    b.fill("頼む理由", "地区の担当が鈴木さんに替わるためです。")
    b.press("引継ぎを頼む")
    b.see("22-offered", "引継ぎ待ち", "鈴木（返事を待っています）", "引継ぎをやめる")
    # A second case goes the whole way to its end.
    b.go("/cases?queue=candidates")
    ended = b.driver.find_element("css selector", "main table a.name").get_attribute("href").split("/")[-1]
    b.go(f"/cases/{ended}")
    b.press("担当する", "//*[@id='work']")
    for state in ("アセスメント待ち", "確認中"):
        b.fill("次の状態", state)
        b.fill("理由", "訪問して話を聞きました。")
        b.press("進める")
    b.press("終える")
    b.fill("終わり方", "対象外")
    b.fill("理由（対象外は", "事情が分かりました。")
    b.press("終了を申し出る")
    b.see("23-end-refused", "理由が選ばれていません", "事情が分かりました。", status=422)
    b.driver.find_elements("css selector", "select[name=why] option")[1].click()
    b.press("終了を申し出る")
    b.see("24-end-proposed", "承認待ち", "ほかの職員の承認を待っています")
    # Looking people up.
    b.press("探す")
    b.see("25-search", "氏名で探す", "例: さとう はな")
    b.fill("氏名・フリガナ", "さ")
    b.press("探す", "//main")
    b.see("26-search-found", "人を表示しています", "次の50人")
    b.fill("氏名・フリガナ", "んんん")
    b.press("探す", "//main")
    b.see("27-search-none", "当てはまる方はいません")
    # Programmes.
    b.press("支援制度の案内")
    b.see("28-support", "受けていない可能性", "案内できる")
    # Of a family under 支援措置 there is no letter; who stands first differs from city to city.
    for child in [link.get_attribute("href").removeprefix(b.url) for link in b.driver.find_elements("css selector", "main table a")]:
        b.go(child)
        if "手紙を印刷する" in b.driver.page_source:
            break
    b.see("29-support-child", "使える可能性のある支援制度", "受けられるかどうかは、窓口で確かめてください")
    b.driver.find_element("css selector", "details.panel summary").click()
    b.see("30-support-programme", "そう見える理由", "案内の文", "手紙を印刷する")
    b.press("手紙を印刷する")
    b.see("31-letter", "ご家庭のみなさまへ")
    b.go(child)
    b.driver.find_element("css selector", "details.panel summary").click()
    b.press("記録する")
    b.see("32-support-recorded", "案内の記録", "案内を送った")
    # A child drawn at random.
    b.press("抜き取り確認")
    b.see("33-drawn", "くじで選ばれたこども", "まだ")
    b.driver.find_element("css selector", "main table a").click()
    b.see("34-drawn-child", "答え", "心配があると疑って選んだのではありません")
    b.press("答えを残す")
    b.see("35-drawn-answered", "気になる点なし", "令和8年10月")
    # A case by hand, refused first.
    b.go("/open-case")
    b.fill("こどもの番号", "P-NONE")
    b.fill("理由", "登校を渋っていると聞きました。")
    b.press("ケースを開く", "//main")
    b.see("36-open-refused", "ケースを開けるこどもが見つかりません", "登校を渋っていると聞きました。", status=None)
    # An emergency about the first child.
    b.go("/emergencies")
    b.see("37-emergency", "申告する")
    b.fill("だれのことか", case)
    b.fill("理由", "泣き声の通報があり、居場所を確かめます。")
    b.press("緊急を申告して見る")
    b.see("38-emergency-runs", "緊急の確認の申告中です", "確かめたこと", name)
    b.press("終える", "//*[contains(@class, 'declared')]")
    b.see("39-emergency-ended", "申告する", absent=("申告中です",))
    log_out(b, "40-logged-out")
    return case, ended


def colleague(case):
    """Who takes over sees what was offered, and what of it is late."""
    # No clock is turned: the day in the case lies in the past instead.
    with sqlite3.connect(f"{work}/ws/service.sqlite", timeout=20) as database:
        database.execute("UPDATE cases SET due_on = due_on - 40 WHERE id = ?", [case])
    b = log_in("suzuki")
    b.press("引継ぎ待ち")
    b.see("51-handover", "1件中 1件", "期限切れ")
    b.go(f"/cases/{case}")
    b.press("引き受ける")
    b.see("52-accepted", "鈴木", "期限・引継ぎ")
    log_out(b, "53-logged-out")


def supervisor(ended):
    """課長: what is late, what waits for approval, who works on what; then the manager, who sees figures alone."""
    b = log_in("kacho")
    b.press("期限切れ")
    b.see("61-overdue", "1件中 1件", "期限切れ", "鈴木")
    b.press("承認待ち")
    b.see("62-approvals", "1件中 1件", "承認待ち")
    b.go(f"/cases/{ended}")
    b.see("63-to-approve", "終了の申出", "対象外", "終了を承認する", "差し戻す")
    b.press("終了を承認する")
    b.see("64-approved", "対象外の理由", "再開する")
    b.go("/cases?queue=candidates")
    b.driver.find_element("css selector", "main table a.name").click()
    b.press("担当を決める")
    b.see("65-assigning", "担当にする")
    b.fill("職員", "鈴木")
    b.press("担当にする", "//*[@id='work']")
    b.see("66-assigned", "鈴木")
    log_out(b, "67-logged-out")
    b = log_in("manager")
    b.see("71-manager-run", "夜間処理の報告", "公開前の点検", "合格")
    b.go(f"/cases/{ended}")
    b.see("72-manager-refused", "この内容を見る権限がありません", status=403)
    b.go("/audit?kind=changes")
    b.see("73-manager-changes", "変更の記録", "利用者を加えた")
    log_out(b, "74-logged-out")


def officer():
    """データ連携担当: last night, its rows, its linkage; and a department that sees its own rows alone."""
    b = log_in("officer")
    b.see("81-run", "夜間処理の報告", "受け取ったファイルと行の行き先", "受け付けなかった理由ごとの件数", "shugakuenjo_20261001.csv", "合格")
    b.press("却下された行")
    b.see("81-rejected", "却下された行", "shugakuenjo_20261001.csv")
    b.go("/runs/latest")
    b.press("名寄せの図")
    b.see("82-linkage", "名寄せの図", "組の例", "自動で結ぶ基準")
    b.press("夜間処理の報告へ戻る")
    b.press("判定規則")
    b.press("S1")
    b.see("82-rule", "学校の欠席が30日以上", "小学1年から中学3年まで", "直近12か月", "規則のファイル")
    b.fill("1週間に確認できる件数", "20")
    b.press("公開中の結果に当ててみる")
    for _ in range(150):
        if "に当てた結果" in b.driver.page_source or "を当てた結果" in b.driver.page_source:
            break
        time.sleep(0.2)
    b.see("82-trial", "規則ごとの該当", "1週間に20件なら", "示しません", status=None)
    ledger, rejected = command("rejected", "ledger"), command("rejected", "list")
    assert "shugakuenjo" in ledger and "shugakuenjo" in rejected, rejected
    log_out(b, "83-logged-out")
    b = log_in("gakumu")
    b.see("84-extracts", "抽出の受け取り", "shugakuenjo_20261001.csv", absent=("kenshin_",))
    b.press("却下された行")
    b.see("84-rejected", "却下された行", "shugakuenjo_20261001.csv", "ファイルで直す", "直されたファイル", absent=("kenshin_",))
    mender(b)
    log_out(b, "85-logged-out")


def mender(b):
    """A department without a shell: a row on its page, then a file out and back."""
    rows = [(e.get_attribute("href"), e.text) for e in b.driver.find_elements("css selector", "main table a.mono") if "/rejected/" in e.get_attribute("href")]
    b.driver.get(rows[0][0])
    b.see("86-row", "この行を直す", "← ここ", "却下の理由")
    b.press("直しを送る")
    b.see("86-row-unchanged", "まだ受け取れません", "どの列も変わっていません", status=422)
    marked = b.driver.find_element("css selector", "main form [aria-invalid=true][name]")
    marked.clear()
    marked.send_keys("なおしていない値")
    b.press("直しを送る")
    b.see("86-row-refused", "まだ受け取れません", "なおしていない値", status=422)
    b.go("/rejected")
    sheet = b.driver.find_element("css selector", "#files a[download]").get_attribute("href")
    # What the browser would put into its folder of downloads.
    text = b.driver.execute_async_script("fetch(arguments[0]).then(a => a.text()).then(arguments[1])", sheet)
    assert text.startswith("抽出,ファイル,ハッシュ,行") or text.startswith("\ufeff"), text[:40]
    path = f"{work}/returned.csv"
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        file.write(text.removeprefix("\ufeff"))
    b.driver.find_element("name", "file").send_keys(path)
    b.press("ファイルを送る")
    b.see("87-returned", "直されたファイルを受け取った結果", "受け取った直し 0行", "書き出したときと変わっていません")
    open(path, "w").write("ちがうファイル\n1\n")
    b.driver.find_element("name", "file").send_keys(path)
    b.press("ファイルを送る")
    b.see("88-returned-wrong", "ファイルを受け取れません", "列が、書き出したときと違います", status=422)


def privacy(case):
    """個人情報保護担当: who read what, whether the trail is whole, what was declared, who is logged in; and a second factor."""
    other = log_in("hokenshi")
    b = log_in("hogo")
    b.see("91-audit", "閲覧の記録", "ケースを見た", "こどもの状況確認と支援", "この一覧を見たことも記録に残ります")
    b.fill("ケースの番号", case)
    b.press("絞り込む")
    b.see("92-who-read", case, "鈴木（suzuki）")
    b.fill("ケースの番号", "C-NONE")
    b.press("絞り込む")
    b.see("93-audit-empty", "当てはまる閲覧はありません", status=None)
    b.go("/audit")
    b.press("変更の記録を見る")
    b.see("94-changes", "変更の記録", "利用者を加えた")
    assert "user.add" in command("audit", "changes", "--json")
    command("audit", "verify")
    b.go("/audit")
    b.press("今、監査記録を確かめる")
    for _ in range(100):
        if "書きかえは見つかりませんでした" in b.driver.page_source:
            break
        time.sleep(0.2)
    b.see("94-verified", "書きかえは見つかりませんでした", "作業フォルダの隣に控えた検査点", "公開鍵", status=None)
    b.press("緊急の申告")
    b.see("95-declarations", "K-1", "終わりました", "後の確かめ")
    b.fill("後の確かめ", "適切だった")
    b.fill("確かめたこと", "通話の記録と照らして確かめました。")
    b.press("確かめを終える")
    b.see("96-reviewed", "後の確かめ: 適切")
    b.press("個人情報保護（")
    b.see("97-log-ins", "ログインの一覧", "（この画面）", "確認コード（認証アプリ）を登録する")
    b.press("確認コード（認証アプリ）を登録する")
    b.see("98-second-factor", "認証アプリ", "アプリに出た6桁")
    key = b.driver.find_element("id", "key").text
    b.fill("アプリに出た6桁", "000000")
    b.press("登録する")
    b.see("99-second-factor-refused", "登録する", status=None)
    b.fill("アプリに出た6桁", code(key))
    b.press("登録する")
    b.see("A0-recovery-codes", "回復コードを、いま紙に控えてください")
    assert len(b.driver.find_elements("css selector", "#recovery li")) == 10
    b.press("控えたので、はじめの画面へ")
    log_out(b, "A1-logged-out")
    b = log_in("hogo")
    b.see("A2-code-wanted", "ログイン", status=401)
    b.log_in("hogo", logins["hogo"][0], code(key, later=1))
    b.see("A3-with-code", "閲覧の記録")
    log_out(b, "A4-logged-out")
    # Who operates ends the log-in that somebody left open.
    b = log_in("manager")
    b.go("/sessions")
    b.see("A5-log-ins-of-all", "いまログインしている全員です", "保健師")
    b.press("切る", "//tr[contains(., '保健師')]")
    b.see("A6-log-in-ended", "ログインの一覧", absent=("保健師",))
    log_out(b, "A7-logged-out")
    other.go("/cases")
    other.see("A8-ended", "ログイン")
    other.close()


with concurrent.futures.ThreadPoolExecutor(1) as pool:
    # Nothing that the officer sees depends on what the others do.
    beside = pool.submit(officer)
    case, ended = center()
    colleague(case)
    supervisor(ended)
    beside.result()
privacy(case)
steps, days = Browser.looks, time.monotonic() - begun
told = visit_all(urls, logins, new)
print(f"days: {steps} steps in {days:.0f} s; {Browser.looks - steps} pages of {len(told)} browsers in {time.monotonic() - begun - days:.0f} s; "
      f"{len(Browser.shapes)} shapes, {len(Browser.faults)} faults")
for role, count in told.items():
    print(f"  {role}: {count}")
sys.exit(1 if Browser.faults else 0)
