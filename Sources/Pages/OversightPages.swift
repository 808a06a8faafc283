/// Reading that somebody should be asked about: users, days and counts, nobody of the city.
package struct AuditAnalysisPage: Sendable {
    package static let path = "/audit/analysis"
    package static let title = "監査記録の分析"

    package struct Finding: Sendable {
        package var what: String
        package var who: String
        /// Path of that day's records of theirs; `nil`: they are no user of pages.
        package var path: String?
        package var day: String
        package var count: Int
        package var limit: Int
        /// Places in the trail.
        package var events: String

        package init(
            what: String, who: String, path: String?, day: String, count: Int, limit: Int, events: String
        ) {
            self.what = what
            self.who = who
            self.path = path
            self.day = day
            self.count = count
            self.limit = limit
            self.events = events
        }
    }

    package var from: String
    package var to: String
    /// Events that were looked through; `nil`: nothing was asked yet.
    package var events: Int?
    package var findings: [Finding]
    /// Places of events that cannot be read, whatever their day.
    package var unreadable: [Int] = []
    /// Whether the guideline in force says what counts as unusual.
    package var hasLimits: Bool
    /// What is wrong with the days; nothing was looked through then.
    package var fault: FormFault?

    package init(
        from: String, to: String, events: Int?, findings: [Finding], hasLimits: Bool, fault: FormFault? = nil
    ) {
        self.fault = fault
        self.from = from
        self.to = to
        self.events = events
        self.findings = findings
        self.hasLimits = hasLimits
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .audit) {
            tag("p", .class("small")) { tag("a", .href("/audit")) { "閲覧の記録" } }
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "ふだんと違う閲覧（夜間・休日・大量・番号からの直接・家族など）を調べます。示されたものが不正とは限りません。声をかけて確かめるきっかけにしてください。分析したことも記録に残ります。"
            }
            if hasLimits {
                if let fault { fault.alert("調べられません。", title: fault.field.flatMap { AuditPage.titles[$0] }) }
                tag(
                    "form", .class("panel filter"), .init("method", "get"), .init("action", Self.path)
                ) {
                    field("from", from)
                    field("to", to)
                    tag("button", .init("type", "submit")) { "調べる" }
                }
            } else {
                tag("div", .class("panel")) { "効いている決まりに、分析の基準（audit/analysis.json5）がありません。" }
            }
            if let events {
                tag("p") {
                    "出来事 \(Wording.count(events))件を調べ、確かめたいものが\(Wording.count(findings.count))件ありました。"
                }
                if let words = Self.words(ofUnreadable: unreadable) {
                    tag("p", .class("alert"), .init("role", "alert")) {
                        words
                        tag("a", .href(AuditVerifyPage.path)) { AuditVerifyPage.title }
                        "の画面で確かめてください。"
                    }
                }
                if !findings.isEmpty { table }
            }
        }
    }

    /// Of events that could not be looked at; `nil`: there are none.
    package static func words(ofUnreadable places: [Int]) -> String? {
        guard !places.isEmpty else { return nil }
        let first = places.prefix(5).map(String.init).joined(separator: "・")
        return
            "出来事 \(Wording.count(places.count))件（\(first)番目\(places.count > 5 ? "など" : "")）は読み取れず、調べていません。書きかえられたか、壊れています。"
    }

    private func field(_ name: String, _ value: String) -> HTML {
        FormField.input(
            name, AuditPage.titles[name] ?? name, value, fault,
            [.init("type", "date"), .init("required", ""), .init("autocomplete", "off")])
    }

    private var table: HTML {
        Table(
            caption: "確かめたい閲覧。利用者を開くと、その日の記録を示します",
            columns: [
                .init("分析"), .init("利用者"), .init("日", isShort: true), .init("件数", isNumber: true),
                .init("基準", isNumber: true), .init("出来事の番号（はじめの5件まで）"),
            ],
            rows: findings.map { finding in
                [
                    .text(finding.what),
                    finding.path.map { path in tag("a", .href(path)) { tag("bdi") { finding.who } } }
                        ?? tag("bdi") { finding.who },
                    .text(finding.day), .text(Wording.count(finding.count)),
                    .text(Wording.count(finding.limit)), tag("span", .class("mono")) { finding.events },
                ]
            }, isStacked: true
        ).html
    }
}

/// Who may log in, as what, and who is logged in now.
package struct UsersPage: Sendable {
    package static let path = "/users"
    package static let title = "利用者"

    package struct Line: Sendable {
        package var id: String
        /// Of the user's reads.
        package var path: String
        package var name: String
        package var roles: String
        /// What the user is bound to.
        package var scopes: String
        package var hasSecondFactor: Bool
        /// Why the user does not get in now; `nil`: nothing stands in the way.
        package var state: String?
        /// Log-ins that are not over.
        package var logIns: Int
        /// When the last of them was used, already written for people.
        package var used: String?

        package init(
            id: String, path: String, name: String, roles: String, scopes: String, hasSecondFactor: Bool,
            state: String?, logIns: Int, used: String?
        ) {
            self.id = id
            self.path = path
            self.name = name
            self.roles = roles
            self.scopes = scopes
            self.hasSecondFactor = hasSecondFactor
            self.state = state
            self.logIns = logIns
            self.used = used
        }
    }

    package var lines: [Line]

    package init(lines: [Line]) { self.lines = lines }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .users) {
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "だれが、どの役割と範囲でログインできるかの一覧です。加える・変える・外すのはコマンド（renkei user）で行います。この一覧を見たことは記録に残ります。"
            }
            Table(
                caption: "利用者。利用者IDを開くと、その人の閲覧の記録を示します",
                columns: [
                    .init("利用者ID"), .init("名前"), .init("役割"), .init("範囲"),
                    .init("確認コード", isShort: true), .init("いまのログイン", isNumber: true),
                    .init("最後の操作", isShort: true), .init("状態", isShort: true),
                ],
                rows: lines.map { line in
                    [
                        tag("a", .href(line.path), .class("name mono")) { line.id },
                        tag("bdi") { line.name }, .text(line.roles),
                        .text(line.scopes.isEmpty ? "—" : line.scopes),
                        .text(line.hasSecondFactor ? "登録済み" : "なし"), .text(Wording.count(line.logIns)),
                        .text(line.used ?? "—"), .text(line.state ?? "使えます"),
                    ]
                }, isStacked: true
            ).html
        }
    }
}
