/// Who read what, for the privacy officer: the field names of what was shown, never a value.
package struct AuditPage: Sendable {
    package struct Line: Sendable {
        /// Date and time, already written for people.
        package var at: String
        package var who: String
        /// What was done, such as `ケースを見た`.
        package var act: String
        /// Title of the purpose; `nil` where policy refused it or none is written.
        package var purpose: String?
        /// Whom or what it was about.
        package var about: String
        /// Titles of what was shown.
        package var fields: [String]
        package var isPermitted: Bool
        /// Whether nobody can tell what it was; it may be what was asked for.
        package private(set) var isUnreadable = false

        package init(
            at: String, who: String, act: String, purpose: String?, about: String, fields: [String],
            isPermitted: Bool
        ) {
            self.at = at
            self.who = who
            self.act = act
            self.purpose = purpose
            self.about = about
            self.fields = fields
            self.isPermitted = isPermitted
        }

        /// Of an event that cannot be read.
        ///
        /// - Parameter place: in the trail.
        package init(unreadable place: String, at: String) {
            self.init(
                at: at, who: "—", act: Self.unreadable, purpose: nil, about: place, fields: [],
                isPermitted: true)
            isUnreadable = true
        }

        private static let unreadable = "読み取れません（書きかえられたか、壊れています）"

        /// One line for a terminal.
        package var sentence: String {
            let head = "\(at)  \(who)  \(act)"
            let rest = [
                about, isPermitted ? purpose.map { "目的: \($0)" } : "断られました（見せても、変えてもいません）",
                fields.isEmpty ? nil : "項目: \(fields.joined(separator: "、"))",
            ]
            return ([head] + rest.compactMap(\.self).filter { !$0.isEmpty }).joined(separator: "／")
        }
    }

    /// What was typed into the form, as it was typed.
    package struct Question: Sendable {
        package var user = ""
        package var caseID = ""
        package var from = ""
        package var to = ""
        /// Changes instead of reads.
        package var isOfChanges = false

        package init(
            user: String = "", caseID: String = "", from: String = "", to: String = "",
            isOfChanges: Bool = false
        ) {
            self.user = user
            self.caseID = caseID
            self.from = from
            self.to = to
            self.isOfChanges = isOfChanges
        }
    }

    package var question: Question
    package var lines: [Line]
    /// Path of the next page, if there is one.
    package var next: String?
    /// What came of the last check of the trail, in words; `nil`: not told on this page of the list.
    package var verified: String?
    /// What is wrong with the question; nothing was looked for then.
    package var fault: FormFault?

    package init(
        question: Question, lines: [Line], next: String?, verified: String? = nil, fault: FormFault? = nil
    ) {
        (self.verified, self.fault) = (verified, fault)
        self.question = question
        self.lines = lines
        self.next = next
    }

    package func render(in frame: Frame) -> String {
        frame.page("閲覧の記録", at: .audit) {
            tag("h1") { question.isOfChanges ? "変更の記録" : "閲覧の記録" }
            tag("p", .class("lead")) {
                question.isOfChanges
                    ? "だれが、いつ、利用者・役割・規定を変え、却下された行の直しを受け取り、止まった点検を承認したかの一覧です。新しいものから並びます。"
                    : "だれが、いつ、何の目的で、どの記録を見たかの一覧です。新しいものから並びます。記録の内容は示しません。"
                "この一覧を見たことも記録に残ります。"
            }
            tag("p") {
                question.isOfChanges
                    ? tag("a", .href("/audit")) { "閲覧の記録を見る" }
                    : tag("a", .href("/audit?kind=changes")) { "変更の記録を見る" }
            }
            if let verified {
                tag("p") {
                    verified
                    " "
                    tag("a", .href(AuditVerifyPage.path)) { "確かめた結果を見る" }
                    " "
                    tag("a", .href(AuditAnalysisPage.path)) { "ふだんと違う閲覧がないかを調べる" }
                }
                AuditVerifyPage.button(frame, "今、監査記録を確かめる")
            }
            if let fault { fault.alert("絞り込めません。", title: fault.field.flatMap { Self.titles[$0] }) }
            form
            if lines.contains(where: \.isUnreadable) {
                tag("p", .class("alert"), .init("role", "alert")) {
                    "読み取れない出来事があります。ここで探していることの記録だったかもしれないため、どの範囲にも示します。"
                    tag("a", .href(AuditVerifyPage.path)) { AuditVerifyPage.title }
                    "の画面で確かめてください。"
                }
            }
            if fault != nil {
                HTML.nothing
            } else if lines.isEmpty {
                tag("div", .class("panel")) { question.isOfChanges ? "当てはまる変更はありません。" : "当てはまる閲覧はありません。" }
            } else {
                question.isOfChanges ? changes : table
            }
            if let next {
                tag("nav", .class("pages"), .init("aria-label", "一覧のページ")) {
                    tag("a", .href(next), .init("rel", "next")) { "次のページへ" }
                }
            }
        }
    }

    private var form: HTML {
        tag("form", .class("panel filter"), .init("method", "get"), .init("action", "/audit")) {
            if question.isOfChanges {
                tag("input", .init("type", "hidden"), .init("name", "kind"), .init("value", "changes"))
            }
            input("user", type: "text", question.user)
            if !question.isOfChanges { input("case", type: "text", question.caseID) }
            input("from", type: "date", question.from)
            input("to", type: "date", question.to)
            tag("button", .init("type", "submit")) { "絞り込む" }
        }
    }

    /// The form's fields by their names.
    package static let titles = ["user": "利用者ID", "case": "ケースの番号", "from": "この日から", "to": "この日まで"]

    private func input(_ name: String, type: String, _ value: String) -> HTML {
        FormField.input(
            name, Self.titles[name] ?? name, value, fault,
            [.init("type", type), .init("autocomplete", "off")])
    }

    /// When and by whom: two lines of one column, so that the others keep their width on an office's screen.
    private func head(_ line: Line) -> HTML {
        tag("div") {
            tag("span", .class("number")) { line.at }
            tag("div") { tag("bdi") { line.who } }
        }
    }

    private func act(_ line: Line) -> HTML {
        line.isUnreadable ? tag("span", .class("fail")) { line.act } : .text(line.act)
    }

    private var changes: HTML {
        Table(
            caption: "利用者・規定・直しなどの変更。新しいものから並んでいます",
            columns: [.init("日時・した人"), .init("したこと"), .init("対象")],
            rows: lines.map { line in
                [
                    head(line),
                    .joined([act(line), .text(line.isPermitted ? "" : "（断られたため、していません）")]),
                    .text(line.about.isEmpty ? "—" : line.about),
                ]
            }, isStacked: true
        ).html
    }

    private var table: HTML {
        Table(
            caption: "記録の閲覧。新しいものから並んでいます",
            columns: [.init("日時・見た人"), .init("したこと・対象"), .init("利用目的"), .init("見せた項目")],
            rows: lines.map { line in
                [
                    head(line),
                    tag("div") {
                        tag("div") { act(line) }
                        if !line.about.isEmpty { tag("div") { line.about } }
                    },
                    line.isPermitted
                        ? .text(line.purpose ?? "—")
                        : tag("span", .class("fail")) { "断られました（見せても、変えてもいません）" },
                    .text(line.fields.isEmpty ? "—" : line.fields.joined(separator: "、")),
                ]
            }, isStacked: true
        ).html
    }
}

/// The audit trail's words for people.
package enum AccessWording {
    package static func act(_ what: String) -> String {
        switch what {
        case "households.read": "判定のために世帯の記録を読んだ"
        case "rules.try": "規則を試すために世帯の記録を読んだ"
        case "identities.read": "名寄せのために本人確認情報を読んだ"
        case "cases.list": "確認の一覧を見た"
        case "persons.search": "氏名などで探した"
        case "case.read": "ケースを見た"
        case "cases.print": "一覧を印刷した（進行管理台帳）"
        case "cases.export": "一覧をファイルに書き出した"
        case "case.print": "ケースを印刷した"
        case "support.list": "支援制度の一覧を見た"
        case "support.read": "支援制度の案内を見た"
        case "support.record": "支援制度の案内の結果を記録した"
        case "spot-check.draw": "抜き取り確認のこどもをくじで選んだ"
        case "spot-check.list": "抜き取り確認の一覧を見た"
        case "spot-check.read": "抜き取り確認のこどもを見た"
        case "spot-check.answer": "抜き取り確認の答えを残した"
        case "registry.import": "支援制度のレジストリを取り込んだ"
        case "row.explain": "抽出の行の行き先をたどった"
        case "person.explain": "人の記録のもとをたどった"
        case "case.explain": "ケースのもとの行をたどった"
        case "audit.read": "閲覧の記録を見た"
        case "audit.verify-begin": "監査記録を確かめ始めた"
        case "audit.verify": "監査記録を確かめた"
        case "audit.prove": "出来事の証明を書き出した"
        case "audit.export": "監査記録を書き出した"
        case "audit.analyse": "監査記録を分析した"
        case "clock.accept": "戻った時計を認めた"
        case "restore.accept": "控えから戻したことを認めた"
        case "run.start": "夜間処理を始めた"
        case "run.publish": "夜間処理の結果を公開した"
        case "run.fail": "夜間処理が止まった"
        case "session.login": "ログインした"
        case "session.refuse": "ログインを断られた"
        case "session.logout": "ログアウトした"
        case "case.work": "ケースに記録した"
        case "rejected.read": "却下された行を見た"
        case "rejected.export": "却下された行を書き出した"
        case "user.add": "利用者を加えた"
        case "user.roles": "役割を入れ替えた"
        case "user.password": "パスワードを入れ替えた"
        case "user.unlock": "待たされていた利用者を、すぐ試せるようにした"
        case "user.remove": "利用者を外した"
        case "user.relate": "利用者の本人・家族を登録した"
        case "user.second-factor": "確認コード（認証アプリ）を登録した"
        case "user.second-factor-reset": "確認コードの登録を外した"
        case "token.create": "プログラム用のトークンを作った"
        case "token.end": "プログラム用のトークンを終わらせた"
        case "token.list": "プログラム用のトークンの一覧を見た"
        case "token.use": "プログラムがトークンで呼び出した"
        case "token.refuse": "プログラムのトークンを断った"
        case "session.list": "ほかの利用者のログインの一覧を見た"
        case "session.end": "ログインを切った"
        case "user.list": "利用者の一覧を見た"
        case "corrections.keep": "却下された行の直しを受け取った"
        case "corrections.take": "行の直しを夜間処理に使った"
        case "page.refuse": "権限のない画面を開こうとした"
        case "corrections.lapse": "抽出が替わり、行の直しを終えた"
        case "review.list": "名寄せの確認の一覧を見た"
        case "review.read": "名寄せの確認のため、2つの記録の本人確認情報を見比べた"
        case "review.export": "名寄せの確認の一覧を書き出した"
        case "review.sample": "名寄せの確かさを見積もる標本を選んだ"
        case "verdict.decide": "同じ人かどうかを判断した"
        case "verdict.confirm": "2人目として、同じ人かどうかの判断を認めた"
        case "verdict.withdraw": "同じ人かどうかの判断を取り消した"
        case "declaration.look": "申告の前に、だれのことかを調べた"
        case "declaration.begin": "緊急や支援措置の開示を申告した"
        case "declaration.confirm": "2人目として、申告を確認した"
        case "declaration.end": "申告を終えた"
        case "declaration.note": "申告のもとで確かめたことを書いた"
        case "declaration.list": "申告の一覧を見た"
        case "declaration.review": "申告を後で確かめた"
        case "person.read": "申告した方の記録を見た"
        case "consent.list": "同意と利用停止の申出を見た"
        case "consent.record": "同意か利用停止の申出を記録した"
        case "consent.confirm": "2人目として、同意を確かめた"
        case "consent.end": "同意か利用停止を終わらせた"
        case "retention.list": "保存年数を過ぎたものを数えた"
        case "retention.propose": "保存年数を過ぎたものを消す案を出した"
        case "retention.approve": "保存年数を過ぎたものを消す案を承認した"
        case "retention.erase": "終わったケースの経過と人とのつながりを消した"
        case "row.rectify": "受け付けた行を訂正した"
        case "row.lapse": "担当課の内容が変わり、訂正を止めた"
        case "row.restore": "誤っていた訂正を取りやめた"
        case "rights.tell": "訂正を知らせた職員を記録した"
        case "records.disclose": "開示の写しを2人で作った"
        case "keys.rotate": "鍵を入れ替えた"
        case "keys.reseal": "すべてを新しい鍵で暗号化し直した"
        case "shredding.list": "記録の消去の一覧を見た"
        case "shredding.propose": "人の記録の消去を申し出た"
        case "shredding.withdraw": "人の記録の消去の申出を取り下げた"
        case "person.shred": "人の記録を消去した"
        case "gate.accept": "止まった点検を承認して公開した"
        case "guideline.use": "規定を使い始めた"
        case "rule.propose": "判定規則を提案した"
        case "rule.approve": "判定規則を承認した"
        case "guideline.propose": "規定の案を出した"
        case "guideline.approve": "規定の案を承認した"
        case "guideline.withdraw": "規定の案を取り下げた"
        default: what
        }
    }

    /// - Parameter step: of somebody's work on a case, as the trail names it.
    package static func step(_ step: String) -> String {
        switch step {
        case "open": "登録"
        case "claim": "担当"
        case "release": "担当をやめる"
        case "assign": "担当の指定"
        case "offer": "引継ぎの申出"
        case "accept": "引継ぎの引受け"
        case "decline": "引継ぎの辞退"
        case "move": "状態の変更"
        case "due": "期限"
        case "close": "終了の申出"
        case "approve": "終了の承認"
        case "reject": "終了の差戻し"
        case "reopen": "再開"
        case "note": "メモ"
        case "undo": "取消し"
        case "draft": "下書き"
        default: step
        }
    }

    /// - Parameter part: a part of who a person is, as the trail names it; `nil` for a data item's code.
    package static func part(_ part: String) -> String? {
        switch part {
        case "name": "氏名"
        case "birth": "生年月日"
        case "sex": "性別"
        case "address": "住所"
        case "phone": "電話"
        case "guardians": "保護者"
        case "school": "所属"
        case "number": "番号"
        case "household": "世帯"
        default: nil
        }
    }

    /// - Parameter name: the user's name for people, where the actor is a user of the pages.
    package static func who(_ actor: String, name: String?) -> String {
        switch actor {
        case "system:nightly": return "夜間処理"
        case "system:serve": return "画面の働き"
        case "user:unknown": return "不明な利用者"
        default: break
        }
        let id = String(actor.drop { $0 != ":" }.dropFirst())
        if let name { return "\(name)（\(id)）" }
        return id.hasPrefix("cli:") ? "\(id.dropFirst(4))（コマンド）" : id
    }
}
