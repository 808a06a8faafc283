import Domain

@testable import Pages

/// Invented people, and texts that try to become markup.
enum Samples {
    static let today = Day(number: 20_727)
    static let frame = Frame(
        municipality: "若葉野市（見本）", user: "架空 はな子（こども家庭センター）", csrf: "token", today: today,
        places: [.queue, .run])
    static let hostile = "<script>alert('1')</script>\"&\u{0}\u{1B}"

    static let line = QueuePage.Line(
        id: "C-0001", name: "若葉　みのり", nameKana: "ワカバ　ミノリ", birth: Day(2019, 5, 12).map(PartialDate.day),
        urgency: .immediate, difficulties: [.abuse, .truancy],
        ruleTitles: ["3歳児健診が未受診", "理由の分からない欠席が続いています"], since: today.adding(days: -120),
        openedOn: today.adding(days: -3), state: .candidate, isProtected: false)

    static let queue = QueuePage(
        lines: [
            line,
            .init(
                id: "C-0002", name: "架空　たろう", nameKana: "カクウ　タロウ",
                birth: .age(9, on: today.adding(days: -40)), urgency: .normal,
                difficulties: [.youngCarer, .poverty],
                ruleTitles: ["遅刻が増えています"], since: today.adding(days: -60), openedOn: today, state: .checking,
                isProtected: true, queue: .checking),
            .init(
                id: "C-0003", name: "", nameKana: "", birth: nil, urgency: .offer, difficulties: [.poverty],
                ruleTitles: ["就学援助のご案内"], since: today.adding(days: -14), openedOn: today, state: .candidate,
                isProtected: false),
        ],
        total: 1234, next: "/cases?after=1.2.3.C-0003", isFirst: true, asOf: today)

    static let detail = CaseDetailPage(
        summary: queue.lines[1], openedOn: today.adding(days: -3),
        particulars: .init(
            sex: .male, address: .masked, phones: .masked, guardians: .text("架空　はる"), school: .withheld),
        flags: [
            .init(
                rule: "S2", version: 1, title: "遅刻が増えています", urgency: .normal,
                reasons: [
                    .init(
                        sentence: "出欠の記録（令和8年10月1日現在）では、令和8年9月の遅刻が8日です。",
                        sources: [
                            .init(source: "shukketsu", title: "出欠", asOf: today, limit: 45),
                            .init(source: "gakurei", title: "学齢簿", asOf: today.adding(days: -90), limit: 31),
                            .init(source: "hoiku", title: "保育所等", asOf: nil, limit: 45),
                        ],
                        facts: [
                            .init(
                                item: "出欠", kind: "遅刻日数", value: .number(8), unit: "日",
                                on: .month(year: 2026, month: 9),
                                position: .init(
                                    source: "shukketsu", file: "shukketsu_20261001.csv", line: 41, offset: 0))
                        ])
                ],
                confirm: ["朝の様子を担任に聞いてください。", "きょうだいの世話の状況を確かめてください。"])
        ],
        household: [
            .init(name: "架空　はる", birth: Day(1988, 2, 3).map(PartialDate.day), relation: "世帯主"),
            .init(name: "架空　ゆい", birth: Day(2024, 8, 3).map(PartialDate.day), relation: "子"),
        ],
        records: [
            .init(
                title: "住民記録", file: "jumin_20261001.csv", line: 12, linkWeight: nil, isWeightMasked: true),
            .init(
                title: "出欠", file: "shukketsu_20261001.csv", line: 41, linkWeight: 24.31, isWeightMasked: true
            ),
            .init(
                title: "就学援助", file: "shugakuenjo_20261001.csv", line: 7, linkWeight: 6, isWeightMasked: true),
        ],
        history: [.init(at: "令和8年9月28日 2時5分", actor: "夜間処理", what: "きっかけの確認", note: "")], asOf: today)

    /// The list of the ended ones, narrowed down, as somebody keeps it.
    static var list: QueuePage {
        var line = line
        (line.state, line.endedOn, line.holder, line.choice) = (.supported, today, "架空 はな子", "C-0001:4")
        var question = QueuePage.Question(queue: QueuePage.Question.ended)
        (question["holder"], question["ageTo"]) = ("hanako", "9")
        return QueuePage(
            lines: [line], total: 1, next: nil, isFirst: true, asOf: today, question: question,
            choices: .init(holders: [("hanako", "架空 はな子")], rules: [("H1", "3歳児健診が未受診")]),
            views: [("小さい子の終わったもの", question.path())],
            queues: CaseQueue.allCases.map { ($0, 3) }, mine: 2, overdue: 1, mayExport: true)
    }

    static let printing = Printing(user: "hanako", at: "令和8年10月1日 9時5分", purpose: "こどもの状況確認と支援")

    static func sheet(_ form: CaseForm) -> String {
        CaseSheetsPage(
            form: form, cases: [detail], left: [.init(id: "C-0009", why: "番号を確かめてください。")],
            printing: printing, today: today, back: "/cases"
        ).render()
    }

    static let household = HouseholdPage(
        id: "C-0002",
        lines: [
            .init(
                name: "架空　たろう", birth: Day(2017, 4, 2).map(PartialDate.day), relation: "このケースのこども",
                school: "架空小学校", openCase: nil),
            .init(name: "", birth: nil, relation: nil, school: nil, openCase: ("C-0004", "確認中、架空 はな子")),
        ], asOf: today)

    static var oversight: Frame {
        var frame = frame
        frame.places = [.audit, .declarations]
        frame.waiting = [.declarations: 2]
        return frame
    }

    /// Of somebody with an emergency under way.
    static var declaring: Frame {
        var frame = frame
        frame.places = [.queue, .emergency]
        frame.declared = [.init(number: 3, title: "緊急の確認", minutesLeft: 43, until: "23時57分")]
        return frame
    }

    static var unit: Frame {
        var frame = frame
        frame.places = [.unlock]
        frame.waiting = [.unlock: 1]
        return frame
    }

    static let declare = DeclarePage(
        kind: .emergency, longest: 60,
        running: [
            .init(
                number: 3, person: "P-0001", who: "架空 はな子", reason: "泣き声の通報を受け、所在を確かめる", until: "23時57分")
        ], waiting: [], toConfirm: [],
        typed: ["whom": "P-0002", "reason": "所在を確かめる", "minutes": "30"], stopped: ["こどもの状況確認と支援"])

    static let unlock = DeclarePage(
        kind: .unlock, longest: 10, running: [],
        waiting: [
            .init(number: 4, person: "P-0003", who: "架空 はな子", reason: "送付先を確かめる", until: "10時20分")
        ],
        toConfirm: [
            .init(number: 5, person: "P-0004", who: "架空 次郎", reason: "送付先を確かめる", until: "10時15分")
        ], message: "だれのことか、一人に決まりません。")

    static let declaredPerson = DeclaredPersonPage(
        kind: .emergency, number: 3, reason: "泣き声の通報を受け、所在を確かめる", until: "23時57分",
        stopped: ["こどもの状況確認と支援"], name: "架空　たろう", nameKana: "カクウ　タロウ", isProtected: true,
        birth: Day(2019, 5, 12).map(PartialDate.day),
        particulars: .init(
            sex: .male, address: .masked, phones: .masked, guardians: .masked, school: .masked),
        household: detail.household,
        householdWithheld: 1, facts: detail.flags[0].reasons[0].facts, records: detail.records,
        notes: [
            .init(declaration: "K-2", at: "令和8年9月30日 22時5分", who: "架空 はな子", words: "祖母宅にいることを電話で確かめた。")
        ], asOf: today)

    static let declarations = DeclarationsPage(
        lines: [
            .init(
                number: 3, title: "緊急の確認", whom: ["P-0123456789ABC　18歳未満", "ケース: C-0123456789ABC"],
                who: "架空 はな子（center）", second: nil,
                reason: "泣き声の通報を受け、所在を確かめる", at: "令和8年10月1日 22時57分", until: "23時57分", state: .running,
                stopped: ["こどもの状況確認と支援"], events: ["令和8年10月1日 22時57分  架空 はな子（center）  申告した方の記録を見た"],
                notes: 1, review: .awaited),
            .init(
                number: 1, title: "緊急の確認", whom: ["P-0123456789ABC　18歳未満", "ケース: C-0123456789ABC"],
                who: "架空 はな子（center）", second: nil, reason: "所在を確かめる",
                at: "令和8年9月1日 22時57分", until: "23時57分", state: .ended, stopped: [], events: [], notes: 0,
                review: .overdue),
            .init(
                number: 2, title: "支援措置の開示", whom: ["P-0123456789ABD　18歳以上かもしれない方", "ケースはありません"],
                who: "架空 次郎（unit1）", second: "架空 三郎（unit2）", reason: "送付先を確かめる",
                at: "令和8年9月20日 10時0分", until: "10時10分", state: .ended, stopped: [], events: [], notes: 0,
                review: .none),
            .init(
                number: 0, title: "緊急の確認", whom: ["P-0123456789ABC　18歳未満", "ケース: C-0123456789ABC"],
                who: "架空 はな子（center）", second: nil, reason: "所在を確かめる",
                at: "令和8年8月1日 22時57分", until: "23時57分", state: .ended, stopped: [], events: [], notes: 0,
                review: .done("適切だった「通話の記録と照らした」架空 花（privacy）")),
        ], refused: (1, "後の確かめの理由がないか、短すぎます。", "はい"))

    /// Asked for an age that is none.
    static var faulty: QueuePage {
        var queue = list
        (queue.lines, queue.question["ageTo"]) = ([], "九")
        queue.fault = .init(field: "ageTo", message: "「何歳から」「何歳まで」は、0〜120 の数にしてください。")
        return queue
    }

    static let search = SearchPage(
        words: "かくう", wantsReason: false,
        lines: [
            .init(
                id: "P-0001", name: "架空　はなこ", nameKana: "カクウ　ハナコ",
                birth: Day(2020, 4, 2).map(PartialDate.day),
                isProtected: false, caseID: "C-0001", mayOpenCase: true, maySeeSupport: true),
            .init(
                id: "P-0002", name: "架空　たろう", nameKana: "カクウ　タロウ", birth: nil, isProtected: true, caseID: nil,
                mayOpenCase: true, maySeeSupport: false),
            .init(
                id: "P-0003", name: "架空　はる", nameKana: "カクウ　ハル", birth: Day(1988, 2, 3).map(PartialDate.day),
                isProtected: false, caseID: nil, mayOpenCase: true, maySeeSupport: true),
        ], asOf: today)

    static let searchRefused = SearchPage(
        words: "かくう", reason: "あ", wantsReason: true,
        fault: .init(field: "reason", message: "探す理由を、5文字以上で書いてください。"))

    static let audit = AuditPage(
        question: .init(user: "hanako", from: "2026-10-01"),
        lines: [
            .init(
                at: "令和8年10月1日 9時5分", who: "架空 はな子（hanako）", act: AccessWording.act("case.read"),
                purpose: "こどもの状況確認と支援", about: "ケース C-0001", fields: ["氏名", "生年月日", "乳幼児健診"],
                isPermitted: true),
            .init(
                at: "令和8年10月1日 9時2分", who: AccessWording.who("user:cli:root", name: nil),
                act: AccessWording.act("cases.list"), purpose: nil, about: "", fields: [], isPermitted: false),
            .init(unreadable: "41番目の出来事", at: "—"),
        ], next: "/audit?user=hanako&before=12")

    static var summary: RunSummary {
        var summary = RunSummary(run: "r-7c1f0a", asOf: today)
        var ledger = RowLedger()
        (ledger.accepted, ledger.rejected, ledger.duplicate, ledger.outside) = (1180, 14, 6, 1)
        ledger.superseded = 3
        summary.extracts = [
            .init(
                source: "jumin", title: "住民記録", file: "jumin_20261001.csv", sha256: "00", asOf: today,
                ledger: ledger,
                rejections: [
                    .init(
                        code: "date.unreadable", count: 14, lines: [12, 40, 41, 98, 120], fix: "日付の形に直してください。"
                    )
                ], warnings: [.init(code: "date.imprecise", count: 2)], deltas: ["jumin_20261002.delta.csv"]),
            .init(
                source: "soudan", title: "家庭児童相談・要対協台帳", file: nil, sha256: "", asOf: nil,
                ledger: RowLedger(), rejections: []),
        ]
        (summary.linkage.records, summary.linkage.candidatePairs) = (1180, 52_340)
        (summary.linkage.automatic, summary.linkage.grey) = (904, 21)
        summary.linkage.report = linkageReport
        (summary.persons.total, summary.persons.children, summary.persons.protected) = (420, 171, 3)
        summary.flags = [
            .init(rule: "H1", title: "3歳児健診が未受診", count: 9), .init(rule: "S2", title: "遅刻が増えています", count: 4),
        ]
        summary.flags[1].standing = 2
        for code in ["stale-source", "undated", "undated"] { summary.flags[1].countGap(code) }
        summary.notices = ["「家庭児童相談・要対協台帳」は届いていません。"]
        (summary.cases.new, summary.cases.open, summary.cases.withdrawn) = (11, 13, 1)
        summary.gates = [
            .init(gate: "row-ledger", passed: true, message: "すべての行の行き先が一つに決まりました。"),
            .init(gate: "flag-volume", passed: false, message: "人数が前夜の3倍を超えました。"),
        ]
        summary.stages = [.init(stage: "freeze", seconds: 0.04), .init(stage: "linkage", seconds: 3.25)]
        summary.publicationHash = "9f86d081884c7d659a2feaa0c55ad015"
        return summary
    }

    static let warning = Rejection(
        position: .init(source: "jumin", file: "jumin_20261001.csv", line: 90, offset: 9400),
        code: "date.imprecise", column: "住民となった年月日", message: "日付が日まで分かりません。", fix: "日付を確かめてください。")

    static let rejection = Rejection(
        position: .init(source: "jumin", file: "jumin_20261001.csv", line: 88, offset: 9120),
        code: "date.unreadable", column: "生年月日", message: "日付として読めません。",
        fix: "元のシステムで生年月日を確かめてください。")

    static let linkageReport = LinkageReport(
        model: .init(
            version: 2, isMeasured: true, note: "架空の市で数えた値です。", prior: -9.573, automatic: 10, review: 2,
            comparisons: [
                .init(
                    title: "名",
                    levels: [
                        .init(title: "名の漢字が同じ", m: 0.9, u: 0.0007, weight: 10.295),
                        .init(title: "名が異なる", m: 0.01, u: 0.99, weight: -6.686),
                    ]),
                .init(title: "性別", levels: [.init(title: "性別が同じ", m: 0.995, u: 0.5, weight: 0.995)]),
            ]),
        comparablePairs: 2_558_948,
        weights: [
            .init(from: -4, pairs: 1204), .init(from: -2, pairs: 0), .init(from: 0, pairs: 31),
            .init(from: 2, pairs: 4), .init(from: 4, pairs: 1), .init(from: 6, pairs: 0),
            .init(from: 8, pairs: 2), .init(from: 10, pairs: 17), .init(from: 12, pairs: 2349),
        ],
        thresholds: [
            .init(threshold: 2, pairs: 2373, expectedSame: 2371.4),
            .init(threshold: 10, pairs: 2366, expectedSame: 2365.982),
            .init(threshold: 12, pairs: 2349, expectedSame: 2348.999),
        ],
        expectedSame: 2381.5,
        judged: [
            .init(zone: .automatic, same: 1, different: 0), .init(zone: .review, same: 3, different: 2),
            .init(zone: .none, same: 0, different: 0),
        ],
        blocking: [
            .init(
                title: "宛名番号が同じ", pairs: 1427, first: 1427, blocks: 586, largestBlock: 5, splitBlocks: 0,
                separatedPairs: 0, oversizedBlocks: 0),
            .init(
                title: "生年月日が同じ", pairs: 3393, first: 2181, blocks: 448, largestBlock: 714, splitBlocks: 1,
                separatedPairs: 9000, oversizedBlocks: 0),
        ],
        heldBack: 87,
        examples: [
            .init(
                kind: .heldBack, left: .init(source: "jumin", file: "jumin_20261001.csv", line: 12),
                right: .init(source: "soudan", file: "soudan_20261001.csv", line: 7), weight: 0.732,
                lines: [
                    .init(comparison: "事前の見込み", level: "何も比べる前の見込み", weight: -9.573),
                    .init(comparison: "名", level: "名の漢字が同じ", weight: 10.295),
                    .init(
                        comparison: "双子の確認", level: "生年月日か年齢と、世帯か学校が同じで、名が異なる（双子のおそれ）", weight: 0.01),
                ])
        ],
        reach: [
            .init(name: "jumin", share: GuardedShare(all: 875, with: 875)),
            .init(name: "soudan", share: GuardedShare(all: 30, with: 18)),
        ],
        linkedSources: [.init(name: "soudan", share: GuardedShare(all: 30, with: 25))],
        linkedGroups: [.init(name: "all", share: GuardedShare(sumOf: [GuardedShare(all: 30, with: 25)]))],
        foundChildren: [
            .init(name: "all", share: GuardedShare(all: 171, with: 160)),
            .init(name: "foreignName", share: GuardedShare(all: 4, with: 2)),
            .init(name: "twins", share: GuardedShare(all: 24, with: 22)),
            .init(name: "movedIn", share: GuardedShare(all: 0, with: 0)),
        ],
        clusterSizes: [.init(records: 1, persons: 238), .init(records: 2, persons: 287)])
}
