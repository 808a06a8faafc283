/// Work that takes longer than an answer, as pages tell of it.
package enum WorkState<Result: Sendable>: Sendable {
    case none
    /// Who began it and when, written for people; `done`: how far it is, in words.
    case running(by: String, since: String, done: String?)
    case finished(Result, by: String, at: String)
    /// With what went wrong.
    case failed(String, by: String, at: String)
}

/// Whether the audit trail is what it was when it was signed: the check that `renkei audit verify` makes, to be begun here.
package struct AuditVerifyPage: Sendable {
    package static let path = "/audit/verify"
    package static let title = "監査記録の確かめ"

    package struct Result: Sendable {
        package var isIntact: Bool
        /// Whether a checkpoint from outside the database stood beside it.
        package var isCompared: Bool
        /// How far it is intact; else each thing that is wrong.
        package var sentences: [String]
        package var remarks: [String]
        /// What checks the checkpoints.
        package var key: String

        package init(isIntact: Bool, isCompared: Bool, sentences: [String], remarks: [String], key: String) {
            self.isIntact = isIntact
            self.isCompared = isCompared
            self.sentences = sentences
            self.remarks = remarks
            self.key = key
        }
    }

    package var state: WorkState<Result>
    /// What came of the last one, as the trail tells.
    package var last: String

    package init(state: WorkState<Result>, last: String) {
        self.state = state
        self.last = last
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .audit) {
            tag("p", .class("small")) { tag("a", .href("/audit")) { "閲覧の記録" } }
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "すべての出来事のハッシュ値を計算し直し、署名つきの検査点と、データベースにある承認・確認・申出と比べます。コマンド renkei audit verify と同じものです。"
                    + "百万件に数秒かかりますが、ほかの人の仕事は待たせません。確かめたことも記録に残ります。"
            }
            switch state {
            case .none:
                tag("p") { last }
                Self.button(frame, "今、監査記録を確かめる")
            case .running(let by, let since, let done):
                tag("div", .class("panel"), .init("role", "status")) {
                    tag("p") {
                        tag("strong") { "確かめています\(done.map { "（\($0)）" } ?? "")。" }
                        "\(by)が\(since)に始めました。この画面は、終わるまで自動で新しくなります。"
                    }
                    tag("p") { tag("a", .href(Self.path)) { "いまの状態を見る" } }
                }
            case .finished(let result, let by, let at):
                found(result, by, at)
                Self.button(frame, "もう一度、監査記録を確かめる")
            case .failed(let message, let by, let at):
                tag("div", .class("panel"), .init("role", "status")) {
                    tag("h2") { "確かめられませんでした" }
                    tag("p", .class("alert")) { message }
                    tag("p") { "\(at) \(by)。記録が書きかえられたということではありません。上のことを直してから、もう一度確かめてください。" }
                }
                Self.button(frame, "もう一度、監査記録を確かめる")
            }
        }
    }

    @HTMLBuilder
    private func found(_ result: Result, _ by: String, _ at: String) -> HTML {
        tag("section", .class("panel"), .init("aria-label", "確かめた結果")) {
            if result.isIntact {
                if result.isCompared {
                    tag("h2", .class("pass")) { "書きかえは見つかりませんでした" }
                } else {
                    tag("h2", .class("fail")) { "完全には確かめられませんでした（外の検査点と比べていません）" }
                    tag("p", .class("alert")) {
                        "検査点の控えが見つかりません。前にはあったのなら、控えのフォルダが失われたか、動かされています。置き場所（設定 audit.checkpoints）を確かめ、心当たりがなければ個人情報保護の責任者に知らせてください。"
                    }
                }
                tag("p") { "\(at) \(by)" }
                tag("ul") { for sentence in result.sentences { tag("li") { sentence } } }
            } else {
                tag("h2", .class("fail")) { "監査記録に食い違いがあります" }
                tag("p") { "\(at) \(by)" }
                tag("ul", .class("alert")) { for sentence in result.sentences { tag("li") { sentence } } }
                tag("h3") { "することと、してはいけないこと" }
                tag("ol") {
                    tag("li") {
                        "データベース（service.sqlite）、検査点のフォルダ、控えを、消さず、動かさず、書きかえずに保全してください。renkei を更新したり、控えから戻したりしないでください。"
                    }
                    tag("li") { "個人情報保護の責任者と、情報システム部門の責任者に、いま知らせてください。この機械の管理者だけに任せないでください。" }
                    tag("li") {
                        "手元に控えた検査点があれば、renkei audit verify --checkpoint で比べてください（終了コード 65 は、食い違いがあることです）。"
                    }
                }
            }
            for remark in result.remarks { tag("p", .class("alert")) { remark } }
            tag("p", .class("small written")) { "公開鍵: \(result.key)" }
        }
    }

    /// The form that begins it.
    static func button(_ frame: Frame, _ words: String) -> HTML {
        tag("form", .init("method", "post"), .init("action", path)) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
            tag("button", .init("type", "submit")) { words }
        }
    }
}
