import Domain
import Foundation
import TestSupport
import Testing

@testable import Pages

@Suite("Pages")
struct PagesTests {
    static let names = [
        "login", "queue", "case", "report", "report-served", "linkage", "linkage-served", "audit", "error",
        "declare", "unlock", "declared", "declarations", "review", "review-pair", "review-protected",
        "review-blind", "review-decided", "rejected", "rejected-row", "rejected-refused", "rejected-whole",
        "rejected-typed",
        "returned-file", "returned-refused", "policy", "policy-why", "policy-who",
        "policy-proposal", "analysis", "users", "rules", "list", "sheet", "conference", "ledger",
        "household", "rule", "rule-trial", "audit-verified", "audit-broken", "audit-verifying", "list-faulty",
        "search", "search-refused",
    ]

    static func document(_ name: String) -> String { documents[name] ?? "" }

    static var documents: [String: String] {
        var failed = Samples.frame
        failed.failedNight = .init(
            at: "令和8年10月2日 2時10分", message: "出欠のファイルが途中で切れています。", asOf: Samples.today)
        return [
            "login": LoginPage.render(message: "利用者IDかパスワードが違います。"),
            "queue": Samples.queue.render(in: failed),
            "case": Samples.detail.render(in: Samples.frame),
            "report": RunReportPage.render(
                Samples.summary, rejectedRows: [Samples.rejection], warnedRows: [Samples.warning]),
            "report-served": RunReportPage.render(Samples.summary, rejectedRows: [], in: Samples.frame),
            "linkage": LinkagePage.render(Samples.summary),
            "linkage-served": LinkagePage.render(Samples.summary, in: Samples.frame),
            "audit": Samples.audit.render(in: Samples.oversight),
            "declare": Samples.declare.render(in: Samples.declaring),
            "unlock": Samples.unlock.render(in: Samples.unit),
            "declared": Samples.declaredPerson.render(in: Samples.declaring),
            "declarations": Samples.declarations.render(in: Samples.oversight),
            "review": Samples.reviewList.render(in: Samples.office(.review)),
            "review-pair": Samples.reviewPair(
                refused: .init(message: "「理由」: 書いてください。", typed: ["answer": "different", "reason": ""])
            ).render(in: Samples.office(.review)),
            "review-protected": Samples.reviewPair(
                isProtected: true,
                verdict: .init(
                    number: "V-3", state: "別の人", steps: ["判断 令和8年10月1日 9時5分 架空 花「届書」"],
                    isToConfirm: false)
            ).render(in: Samples.office(.review)),
            "review-blind": Samples.reviewPair(
                isBlind: true,
                verdict: .init(number: "V-4", state: "2人目の判断を待っています", steps: [], isToConfirm: true)
            ).render(in: Samples.office(.review)),
            "review-decided": Samples.reviewDecided.render(in: Samples.office(.review)),
            "rejected": Samples.rejected.render(in: Samples.office(.run, .extracts, .rejected)),
            "rejected-row": Samples.rejectedRow().render(in: Samples.office(.run, .extracts, .rejected)),
            "rejected-refused": Samples.rejectedRefused.render(in: Samples.office(.extracts, .rejected)),
            "rejected-whole": Samples.rejectedRow(isWhole: true).render(
                in: Samples.office(.extracts, .rejected)),
            "rejected-typed": Samples.typedRow.render(in: Samples.office(.extracts, .rejected)),
            "returned-file": Samples.returnedFile.render(in: Samples.office(.extracts, .rejected)),
            "returned-refused": Samples.returnedRefused.render(in: Samples.office(.extracts, .rejected)),
            "policy": Samples.policy.render(in: Samples.office(.policy, .audit)),
            "policy-why": Samples.policyWhy.render(in: Samples.office(.policy, .audit)),
            "policy-who": Samples.policyWho.render(in: Samples.office(.policy, .audit)),
            "policy-proposal": Samples.proposal.render(in: Samples.office(.policy, .audit)),
            "analysis": Samples.analysis.render(in: Samples.office(.policy, .audit)),
            "users": Samples.users.render(in: Samples.office(.audit, .users)),
            "rules": Samples.rules.render(in: Samples.office(.rules)),
            "rule": Samples.rule.render(in: Samples.office(.rules)),
            "rule-trial": Samples.trial.render(in: Samples.office(.rules)),
            "audit-verified": Samples.verified.render(in: Samples.office(.audit)),
            "audit-broken": Samples.broken.render(in: Samples.office(.audit)),
            "audit-verifying": Samples.verifying.render(in: Samples.office(.audit)),
            "list": Samples.list.render(in: Samples.frame),
            "list-faulty": Samples.faulty.render(in: Samples.frame),
            "search": Samples.search.render(in: Samples.frame),
            "search-refused": Samples.searchRefused.render(in: Samples.frame),
            "sheet": Samples.sheet(.progress), "conference": Samples.sheet(.conference),
            "ledger": LedgerSheetPage(
                lines: Samples.queue.lines, total: 1234, range: "すべて", asOf: Samples.today,
                printing: Samples.printing, today: Samples.today, back: "/cases"
            ).render(),
            "household": Samples.household.render(in: Samples.frame),
            "error": ErrorPage.render(
                title: "見つかりません", detail: "番号を確かめてください。", frame: Samples.frame),
        ]
    }

    @Test("are what was last looked at and approved", arguments: names)
    func approved(_ name: String) throws {
        let text = Self.document(name)
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).html")
        #expect(try golden(text, file.path) == text)
    }

    @Test("never speak of risk, suspicion or safety", arguments: names)
    func wording(_ name: String) {
        let page = Self.document(name)
        // Shares are of many; beside one child they would read as a score.
        let ofMany: Set = ["rule", "rules", "linkage", "linkage-served"]
        for word in (ofMany.contains(name) ? [] : ["%", "％"]) + [
            "虐待の疑い", "疑い", "危険", "リスク", "安全", "スコア",
        ] {
            // The stylesheet and the escapes hold the sign, the text for people does not.
            let body = page.split(separator: "</style>").last ?? ""
            #expect(!body.contains(word), "\(word)")
        }
    }

    @Test(
        "are Japanese documents with a title, one main part, a way past the menu and nested elements",
        arguments: names)
    func structure(_ name: String) {
        let page = Self.document(name)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"ja\">"))
        for part in ["<title>", "<main ", "<h1>", "href=\"#main\"", "id=\"main\""] {
            #expect(page.components(separatedBy: part).count == 2, "\(part)")
        }
        #expect(Self.unclosed(page).isEmpty)
    }

    @Test(
        "hold no inline script and no inline style, so that the content security policy lets them be",
        arguments: names.filter { $0 != "report" && $0 != "linkage" })
    func noInline(_ name: String) {
        let page = Self.document(name)
        let scripts = page.components(separatedBy: "<script").dropFirst()
        #expect(
            scripts.allSatisfy {
                $0.wholeMatch(of: /(?s) type="module" src="\/assets\/[a-z]+\.js"><\/script>.*/) != nil
            })
        for part in ["<style", " style=", " onclick", "javascript:", "http://", "https://"] {
            #expect(!page.contains(part), "\(part)")
        }
    }

    @Test(
        "a row that becomes a card says in each cell which column it is, and stays a table to a screen reader"
    )
    func cards() {
        for page in [Self.document("queue"), Self.document("audit")] {
            #expect(page.contains("<div class=\"scroll cards\"") && page.contains("<table role=\"table\">"))
            for cell in page.components(separatedBy: "<td").dropFirst() {
                #expect(cell.hasPrefix(" data-title=") && cell.prefix(60).contains(" role=\"cell\""))
            }
        }
        #expect(!Self.document("case").contains("data-title"))
    }

    @Test("every input has its label, every table its caption and header cells")
    func forms() {
        let login = LoginPage.render()
        for id in ["user", "password"] {
            #expect(login.contains("<label for=\"\(id)\">") && login.contains(" id=\"\(id)\""))
        }
        for page in Self.documents.values {
            let tables = page.components(separatedBy: "<table").count
            #expect(page.components(separatedBy: "<caption>").count == tables)
            #expect(page.components(separatedBy: "<thead").count == tables)
        }
    }

    @Test("hostile texts stay texts, wherever they stand")
    func escaping() {
        var line = Samples.line
        (line.name, line.nameKana, line.ruleTitles) = (Samples.hostile, Samples.hostile, [Samples.hostile])
        line.id = CaseID(Samples.hostile)
        var detail = Samples.detail
        detail.summary = line
        (detail.particulars.address, detail.particulars.school) = (
            .text(Samples.hostile), .text(Samples.hostile)
        )
        detail.flags[0].title = Samples.hostile
        detail.flags[0].confirm = [Samples.hostile]
        detail.flags[0].reasons[0].sentence = Samples.hostile
        detail.household = [.init(name: Samples.hostile, birth: nil, relation: Samples.hostile)]
        detail.records = [.init(title: Samples.hostile, file: Samples.hostile, line: 1, linkWeight: .nan)]
        detail.history = [
            .init(at: Samples.hostile, actor: Samples.hostile, what: Samples.hostile, note: Samples.hostile)
        ]
        var frame = Samples.frame
        (frame.user, frame.csrf) = (Samples.hostile, Samples.hostile)
        frame.failedNight = .init(at: Samples.hostile, message: Samples.hostile, asOf: nil)
        var summary = Samples.summary
        summary.extracts[0].title = Samples.hostile
        summary.gates[0].message = Samples.hostile
        let queue = QueuePage(
            lines: [line], total: 1, next: "javascript:alert(1)", isFirst: false, asOf: nil)
        for page in [
            queue.render(in: frame), detail.render(in: frame), LoginPage.render(message: Samples.hostile),
            ErrorPage.render(title: Samples.hostile, detail: Samples.hostile, frame: frame),
            RunReportPage.render(summary, rejectedRows: [], in: frame),
            AuditPage(
                question: .init(user: Samples.hostile, caseID: Samples.hostile, from: Samples.hostile),
                lines: [
                    .init(
                        at: Samples.hostile, who: Samples.hostile, act: Samples.hostile,
                        purpose: Samples.hostile,
                        about: Samples.hostile, fields: [Samples.hostile], isPermitted: true)
                ], next: "javascript:alert(1)"
            ).render(in: frame),
            DeclarePage(
                kind: .unlock, longest: 10, running: [], waiting: [],
                toConfirm: [
                    .init(
                        number: 1, person: Samples.hostile, who: Samples.hostile, reason: Samples.hostile,
                        until: Samples.hostile)
                ], typed: ["whom": Samples.hostile], message: Samples.hostile, stopped: [Samples.hostile]
            ).render(in: frame),
            DeclaredPersonPage(
                kind: .emergency, number: 1, reason: Samples.hostile, until: Samples.hostile,
                stopped: [Samples.hostile], name: Samples.hostile, nameKana: Samples.hostile,
                isProtected: false, birth: nil,
                particulars: .init(
                    sex: nil, address: .text(Samples.hostile), phones: .absent, guardians: .absent,
                    school: .absent), household: detail.household,
                householdWithheld: 1, facts: [], records: detail.records,
                notes: [
                    .init(
                        declaration: "K-1", at: Samples.hostile, who: Samples.hostile, words: Samples.hostile)
                ], asOf: Samples.today, refused: (Samples.hostile, Samples.hostile)
            ).render(in: frame),
            DeclarationsPage(
                lines: [
                    .init(
                        number: 1, title: Samples.hostile, whom: [Samples.hostile], who: Samples.hostile,
                        second: Samples.hostile,
                        reason: Samples.hostile, at: Samples.hostile, until: Samples.hostile, state: .ended,
                        stopped: [Samples.hostile], events: [Samples.hostile], notes: 1, review: .overdue)
                ], refused: (1, Samples.hostile, Samples.hostile)
            ).render(in: frame),
        ] {
            #expect(!page.contains("<script>") && !page.contains("javascript:"))
            #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
            #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"))
            #expect(Self.unclosed(page).isEmpty)
        }
    }

    private static func panel(_ drafts: [WorkPanel.Draft], _ refused: WorkPanel.Refused? = nil) -> String {
        var work = CaseWork(state: .checking)
        work.holder = "sato"
        var detail = Samples.detail
        detail.work = WorkPanel(
            id: "C-1", work: work, version: 7, user: "sato", csrf: "x",
            holder: .init(id: "sato", name: "佐藤"), offeredTo: nil, proposer: nil, workers: [], mayUndo: false,
            refused: refused, drafts: drafts)
        return detail.render(in: Samples.frame)
    }

    @Test(
        "a draft stands in its form again; of a case that changed since, a note alone, the others to be copied"
    )
    func drafts() {
        let same = Self.panel([.init(form: "close", text: "\n転居<先>", version: 7, at: "14時")])
        #expect(same.contains("maxlength=\"2500\">\n\n転居&lt;先&gt;</textarea>") && !same.contains("readonly"))
        #expect(same.contains("<details open=\"\"><summary>終える") && same.contains("14時の下書きを戻しました"))
        #expect(same.contains("formaction=\"/cases/C-1/drafts/discard\""))
        let changed = Self.panel([
            .init(form: "close", text: "転居先", version: 6, at: "14時"),
            .init(form: "note", text: "電話した", version: 6, at: "15時"),
        ])
        #expect(changed.contains("readonly=\"\">\n転居先</textarea>"))
        #expect(changed.contains("\">\n電話した</textarea>"))
        // Of a form that is not there now, too.
        #expect(Self.panel([.init(form: "reopen", text: "再び", version: 7, at: "14時")]).contains("readonly"))
    }

    @Test("what was refused stands there before the draft of it, and is to be kept anew")
    func refusedBeforeDraft() {
        let page = Self.panel(
            [.init(form: "move", text: "古い", version: 6, at: "14時")],
            .init(message: "変わりました。", typed: ["step": "move", "note": "新しい"]))
        #expect(page.contains("data-unkept=\"\">\n新しい</textarea>") && !page.contains("古い"))
        // Also where the case has gone on, and the form is no more.
        let gone = Self.panel(
            [.init(form: "reopen", text: "新しい", version: 6, at: "14時")],
            .init(message: "変わりました。", typed: ["step": "reopen", "note": "新しい"]))
        #expect(gone.components(separatedBy: "readonly=\"\">\n新しい</textarea>").count == 2)
        let alone = Self.panel([], .init(message: "変わりました。", typed: ["step": "reopen", "note": "新しい"]))
        #expect(alone.contains("いま送られたもの") && alone.contains("readonly=\"\">\n新しい</textarea>"))
    }

    @Test(
        "a key stands at what it does, on one thing a page, in the page's help, and nowhere for who wants none"
    )
    func keys() {
        var work = CaseWork()
        work.state = .candidate
        var detail = Samples.detail
        detail.work = WorkPanel(
            id: "C-1", work: work, version: 0, user: "sato", csrf: "x", holder: nil, offeredTo: nil,
            proposer: nil, workers: [], mayUndo: true, refused: nil)
        var frame = Samples.frame
        frame.places = [.queue, .search]
        for (page, help) in [
            (detail.render(in: frame), KeyHelp.detail), (Samples.queue.render(in: frame), .queue),
        ] {
            let keys = page.matches(of: /aria-keyshortcuts="(.)"/).map { String($0.1) }
            #expect(Set(keys).count == keys.count && keys.contains("/"))
            // All but those that belong to the whole page, or to a row of a list.
            let told = help.lines.map(\.key).filter { $0.count == 1 && !"jkx?".contains($0) }
            #expect(Set(told) == Set(keys))
            #expect(page.contains("/assets/keys.js") && page.contains("<dialog id=\"keys\""))
        }
        frame.hasKeys = false
        for page in [detail.render(in: frame), Samples.queue.render(in: frame)] {
            #expect(!page.contains("keyshortcuts") && !page.contains("keys.js"))
        }
    }

    @Test("a masked, a withheld and a missing value can be told apart")
    func fields() {
        let page = Samples.detail.render(in: Samples.frame)
        #expect(page.contains("<dt>住所</dt><dd><span class=\"masked\">非表示（支援措置）</span>"))
        #expect(page.contains("<dt>所属</dt><dd><span class=\"muted\">権限により非表示</span>"))
        #expect(page.contains("役割で見られる理由だけを表示しています。"))
        #expect(page.contains("保育所等：データが届いていません") && page.contains("（更新が遅れています）"))
    }

    @Test(
        "ages are written as far as they are known",
        arguments: [
            (PartialDate.age(9, on: Samples.today), "9〜10歳"), (.year(2015), "10〜11歳"),
            (.month(year: 2016, month: 1), "10歳"),
        ])
    func partialAges(_ birth: PartialDate, _ expected: String) {
        #expect(Wording.age(birth, today: Samples.today.adding(days: 30)) == expected)
    }

    @Test(
        "ages of small children are written in months",
        arguments: [
            ("2026-09-02", "0か月"), ("2026-02-01", "8か月"), ("2024-04-01", "2歳6か月"), ("2023-10-01", "3歳"),
        ])
    func ages(_ birth: String, _ expected: String) throws {
        let day = try #require(Day(iso: birth))
        let today = try #require(Day(2026, 10, 1))
        #expect(Wording.age(.day(day), today: today) == expected)
    }

    @Test("figures have commas and at most one digit of fraction")
    func figures() {
        #expect(
            [0, 999, 1000, 1_234_567, -1000].map(Wording.count) == [
                "0", "999", "1,000", "1,234,567", "-1,000",
            ])
        #expect(
            [0, 8, 3.25, -0.04, -12.34, .nan].map(Wording.figure) == ["0", "8", "3.3", "0", "-12.3", "—"])
    }

    /// Elements that are not closed in their order.
    private static func unclosed(_ page: String) -> [Substring] {
        let void: Set<Substring> = ["br", "hr", "img", "input", "link", "meta", "!DOCTYPE"]
        var open: [Substring] = []
        for part in page.split(separator: "<").dropFirst(page.hasPrefix("<") ? 0 : 1) {
            let name = part.prefix { $0 != " " && $0 != ">" }
            if name.hasPrefix("/") {
                guard open.popLast() == name.dropFirst() else { return [name] }
            } else if !void.contains(name) {
                open.append(name)
            }
        }
        return open
    }
}
