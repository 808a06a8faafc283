import AdminAPI
import Domain
import Foundation
import JapaneseText
import Nightly
import Pages
import Policy
import Store

/// `renkei emergency`: what was declared, and what somebody found who looked at it afterwards.
enum EmergencyCommand {
    static let usage = Usage(
        "emergency", "緊急と支援措置の開示の申告を一覧し、後で確かめます",
        arguments: ["list|review", "[K-番号]"],
        options: [
            .workspace, .user,
            Option("finding", "appropriate|inappropriate", "適切だったか、適切でなかったか（review）"),
            Option("words", "TEXT", "何を見て、どう確かめたか（review）。氏名や番号は書かないでください"),
        ],
        discussion: """
            パスワードは標準入力の1行目から読みます。閲覧の記録を見られる役割（audit の許可）が要ります。申告は画面で行います。

            list    申告を、続いているもの・後の確かめを待っているものから順に、そのもとで何が見られたかとともに示します
                    例: renkei emergency list --user privacy
            review  終わった緊急の申告を確かめた結果を残します。申告した人や2人目の人は行えません
                    例: renkei emergency review K-3 --finding appropriate --words "通話の記録と照らして確かめた" --user privacy

            記録の内容は出しません。一覧したことも、確かめたことも監査記録に残ります。手順は docs/emergency.md にあります。
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let what = try arguments.word(of: "emergency", in: ["list", "review"])
        let review = what == "review" ? try Review(arguments) : nil
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        let (service, now) = (try workspace.openService(), Date())
        let session = try service.identify(user: user, password: Password.read(console), at: now)
        let guideline = try GuidelineInForce.load(workspace, service).guideline
        let decision = guideline.decide(
            AccessRequest(
                actor: .user(session.user), roles: session.roles, action: .audit, items: [],
                purpose: "operations", standing: PersonStanding(), on: Day(inJapanAt: now)))
        if let review {
            let kept = try service.review(
                declaration: review.number, isAppropriate: review.isAppropriate, words: review.words,
                by: session.user, decision: decision, at: now)
            try console.result(View(kept, now))
            console.say("\(kept.name): 後の確かめを残しました（\(review.isAppropriate ? "適切だった" : "適切でなかった")）。")
            return
        }
        let lines = try service.declarations(by: session.user, decision: decision, at: now)
        try console.result(ListView(declarations: lines.map { View($0.declaration, now, $0) }))
        for line in lines {
            console.say(View(line.declaration, now).text)
            for text in DeclarationViews.whom(line.declaration, line.subject) { console.say("    \(text)") }
            for event in line.events { console.say("    \(AccessViews.line(event, in: guideline).sentence)") }
        }
        let awaiting = lines.count { $0.declaration.awaitsReview(at: now) }
        console.say(
            lines.isEmpty
                ? "申告はまだありません。" : "\n申告 \(lines.count)件、後の確かめを待っているもの \(awaiting)件。")
    }

    /// What `review` was asked to keep; read before any password.
    private struct Review {
        let number: Int
        let isAppropriate: Bool
        let words: String

        init(_ arguments: ParsedArguments) throws {
            guard arguments.positionals.count == 2, arguments.positionals[1].hasPrefix("K-"),
                let number = Int(arguments.positionals[1].dropFirst(2))
            else {
                throw usageFault("申告の番号が読めません。", "「K-3」のように書いてください。番号は「renkei emergency list」で分かります。")
            }
            guard let finding = arguments.values["finding"],
                ["appropriate", "inappropriate"].contains(finding)
            else {
                throw usageFault(
                    "適切だったかどうかが分かりません。",
                    "「--finding」に appropriate（適切だった）か inappropriate（適切でなかった）を書いてください。")
            }
            self.number = number
            isAppropriate = finding == "appropriate"
            words = arguments.values["words"] ?? ""
            try StatedReason.require(
                words, of: "後の確かめ", code: "declaration.words", shortest: 5,
                example: "「--words」に、何を見て、どう確かめたか")
        }
    }

    private struct ListView: Encodable {
        let outcome = "listed"
        let declarations: [View]
    }

    /// A declaration as people and machines see it: ids, times and the stated reason alone.
    private struct View: Encodable {
        let declaration: String
        let kind: String
        let state: String
        let user: String
        let second: String?
        /// Whom it opened: as declared, as it was written, as the person is called now.
        let person: String
        let typed: String
        let personNow: String?
        let cases: [String]
        let isMinor: Bool?
        let household: [String]
        let reason: String
        let beganAt: Date?
        let endsAt: Date?
        let stopped: [String]
        let events: [Int]
        let awaitsReview: Bool
        let isOverdue: Bool
        let finding: String?
        let reviewer: String?

        /// - Parameter line: what was done under it, and whom it opened.
        init(_ kept: Declaration, _ now: Date, _ line: DeclarationLine? = nil) {
            person = kept.person.rawValue
            typed = kept.typed
            personNow = line?.subject.person?.rawValue
            cases = line?.subject.cases.map(\.rawValue) ?? []
            isMinor = line?.subject.isMinor
            household = line?.subject.household.map(\.rawValue) ?? []
            declaration = kept.name
            kind = kept.kind.rawValue
            state =
                kept.isRunning(at: now)
                ? "running" : kept.isWaiting(at: now) ? "waiting" : kept.beganAt == nil ? "lapsed" : "ended"
            user = kept.user.rawValue
            second = kept.second?.rawValue
            reason = kept.reason
            beganAt = kept.beganAt
            endsAt = kept.endsAt
            stopped = kept.overrides.map(\.rawValue)
            events = line?.events.map(\.sequence) ?? []
            awaitsReview = kept.awaitsReview(at: now)
            isOverdue = kept.isReviewOverdue(at: now)
            finding = kept.review?.what.rawValue
            reviewer = kept.review?.user.rawValue
        }

        var text: String {
            let states = ["running": "続いている", "waiting": "2人目を待つ", "ended": "終わった", "lapsed": "確認がないまま終わった"]
            let review =
                finding.map { $0 == "appropriate" ? "確かめ済み（適切だった）" : "確かめ済み（適切でなかった）" }
                ?? (isOverdue ? "後の確かめの期限を過ぎています" : awaitsReview ? "後の確かめを待っています" : nil)
            return [
                "\(declaration)  \(kind == "emergency" ? "緊急の確認" : "支援措置の開示")", states[state] ?? state,
                "\(user)\(second.map { "と\($0)" } ?? "")", beganAt?.japaneseTime ?? "—", "理由: \(reason)",
                stopped.isEmpty ? nil : "利用停止の申出がある方", review,
            ].compactMap(\.self).joined(separator: "／")
        }
    }
}
