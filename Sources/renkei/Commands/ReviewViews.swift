import Domain
import Foundation
import Nightly
import Store

/// The queue of pairs, for people and machines: ids and weights, nobody's name.
struct ReviewListView: Encodable {
    struct Pair: Encodable {
        let pair: String
        let why: String
        let sentence: String
        /// Of somebody protected, and of a pair of the sample that nobody has judged, there is neither.
        let weight: Double?
        let distance: Double?
        let sources: [String]
        /// The same one twice where the night has joined the two; of a pair of the sample that nobody has judged there are none.
        let persons: [String]?
        let verdict: String?
        let isWaiting: Bool
        let isProtected: Bool
    }

    let outcome = "listed"
    let pairs: [Pair]
    /// Pairs that policy hides.
    let hidden: Int
    private let titles: [SourceID: String]

    private enum CodingKeys: CodingKey { case outcome, pairs, hidden }

    init(_ items: [Review.Item], hidden: Int, titles: [SourceID: String]) {
        self.hidden = hidden
        self.titles = titles
        pairs = items.map { item in
            Pair(
                pair: item.pair.id, why: item.why.rawValue, sentence: item.sentence, weight: item.weight,
                distance: item.distance,
                sources: [item.pair.left.source, item.pair.right.source].map(\.rawValue),
                persons: item.isBlind
                    ? nil : [item.pair.left.person, item.pair.right.person].map(\.rawValue),
                verdict: item.verdict.map { "V-\($0.id)" }, isWaiting: item.verdict?.isWaiting ?? false,
                isProtected: item.pair.standing.isProtected)
        }
    }

    /// Lines shown on a terminal.
    private static let shown = 30

    var text: String {
        let rows = pairs.prefix(Self.shown).map { pair in
            [
                pair.pair, pair.sources.map { titles[SourceID($0)] ?? $0 }.joined(separator: " ＝ "),
                pair.weight.map { String(format: "%.1f", $0) } ?? "",
                pair.sentence + (pair.isProtected ? "（支援措置）" : "")
                    + (pair.verdict.map { "判断 \($0)" + (pair.isWaiting ? "（2人目を待っています）" : "") } ?? ""),
            ]
        }
        let more =
            pairs.count > Self.shown ? "\nほか\(pairs.count - Self.shown)組（--json か --output ですべて示します）" : ""
        let denied = hidden > 0 ? "\n権限がないため示さない組: \(hidden)組" : ""
        guard !pairs.isEmpty else { return "確かめる組はありません。" + denied }
        return TextTable.text(["組", "抽出", "重み", "確かめる理由"], rows) + more + denied
            + "\n見たことは監査記録に残りました。"
    }
}

/// The verdicts that stand: of which pairs, and whose word.
struct VerdictListView: Encodable {
    struct Decided: Encodable {
        let pair: String
        let verdict: String
        let answer: String
        let sources: [String]
        let isWaiting: Bool
        let actor: String
        let at: Date
        let reason: String
    }

    let outcome = "listed"
    let pairs: [Decided]
    private let titles: [SourceID: String]

    private enum CodingKeys: CodingKey { case outcome, pairs }

    init(_ verdicts: [KeptVerdict], titles: [SourceID: String]) {
        self.titles = titles
        pairs = verdicts.compactMap { verdict in
            verdict.steps.first.map { step in
                Decided(
                    pair: verdict.pair, verdict: "V-\(verdict.id)",
                    answer: verdict.isSame ? "same" : "different", sources: verdict.sources.map(\.rawValue),
                    isWaiting: verdict.isWaiting, actor: step.actor, at: step.at, reason: step.reason)
            }
        }
    }

    var text: String {
        guard !pairs.isEmpty else { return "判断の済んだ組はありません。" }
        return TextTable.text(
            ["判断", "組", "抽出", "答え", "判断した人", "理由"],
            pairs.map { pair in
                [
                    pair.verdict, pair.pair,
                    pair.sources.map { titles[SourceID($0)] ?? $0 }.joined(separator: " ＝ "),
                    (pair.answer == "same" ? "同じ人" : "別の人") + (pair.isWaiting ? "（2人目を待っています）" : ""),
                    pair.actor, pair.reason,
                ]
            }) + "\n見たことは監査記録に残りました。"
    }
}

extension KeptVerdict {
    /// Where the two records come from; empty in verdicts from before that was kept.
    fileprivate var sources: [SourceID] { [left.source, right.source].compactMap(\.self) }
}

/// A pair side by side, with the waterfall of its weight.
struct ReviewPairView: Encodable {
    struct Side: Encodable {
        let source: String
        let title: String
        /// `nil` in a pair of the sample that nobody has judged.
        let person: String?
        let parts: [String: String]
    }

    struct Step: Encodable {
        let comparison: String
        let level: String
        let weight: Double
        /// The sum so far.
        let sum: Double
    }

    let outcome = "shown"
    let pair: String
    let why: String
    let sentence: String
    let weight: Double?
    let left: Side
    let right: Side
    let steps: [Step]
    let verdict: String?
    private let isBlind: Bool
    private let lines: [(title: String, left: String, right: String)]

    private enum CodingKeys: CodingKey {
        case outcome, pair, why, sentence, weight, left, right, steps, verdict
    }

    init(_ item: Review.Item, _ seen: ReviewedPair, titles: [SourceID: String]) {
        (pair, why, sentence, weight) = (item.pair.id, item.why.rawValue, item.sentence, item.weight)
        verdict = item.verdict.map { "V-\($0.id)" }
        isBlind = item.isBlind
        let (a, b) = (
            IdentifierLine.all(seen.left, masked: seen.masked),
            IdentifierLine.all(seen.right, masked: seen.masked)
        )
        func side(_ side: ReviewPair.Side, _ lines: [IdentifierLine]) -> Side {
            Side(
                source: side.source.rawValue, title: titles[side.source] ?? side.source.rawValue,
                person: item.isBlind ? nil : side.person.rawValue,
                parts: Dictionary(lines.map { ($0.title, $0.text) }, uniquingKeysWith: { first, _ in first }))
        }
        left = side(seen.pair.left, a)
        right = side(seen.pair.right, b)
        lines = zip(a, b).map { ($0.title, $0.text, $1.text) }
        var sum = 0.0
        steps = seen.levels.map { level in
            sum += level.weight
            return Step(comparison: level.comparison, level: level.level, weight: level.weight, sum: sum)
        }
    }

    var text: String {
        let table = TextTable.text(
            ["", left.title, right.title],
            lines.map { [$0.title, $0.left, $0.right] }
                + (isBlind ? [] : [["人", left.person ?? "", right.person ?? ""]]),
            alignsNumbers: false)
        let waterfall =
            isBlind
            ? "標本の組のため、判断が済むまで、重みとその内訳、名寄せの結果は示しません。"
            : steps.isEmpty
                ? "支援措置の対象者の組のため、重みとその内訳は示しません。"
                : TextTable.text(
                    ["比べたこと", "重み", "合計", "分かったこと"],
                    steps.map {
                        [
                            $0.comparison, String(format: "%+.1f", $0.weight),
                            String(format: "%+.1f", $0.sum),
                            $0.level,
                        ]
                    })
        return """
            \(pair)  \(sentence)\(verdict.map { "  判断 \($0)" } ?? "")

            \(table)

            \(waterfall)
            見たことは監査記録に残りました。
            """
    }
}

/// A verdict with all that was done about it.
struct VerdictView: Encodable {
    struct Step: Encodable {
        let what: String
        let actor: String
        let at: Date
        let reason: String
    }

    let outcome: String
    let verdict: String
    let pair: String
    let sources: [String]
    let answer: String
    let isInForce: Bool
    let steps: [Step]
    private let titles: [String]

    private enum CodingKeys: CodingKey { case outcome, verdict, pair, sources, answer, isInForce, steps }

    init(_ verdict: KeptVerdict, titles: [SourceID: String]) {
        pair = verdict.pair
        sources = verdict.sources.map(\.rawValue)
        self.titles = verdict.sources.map { titles[$0] ?? $0.rawValue }
        outcome = verdict.isWithdrawn ? "withdrawn" : verdict.isWaiting ? "waiting" : "in-force"
        self.verdict = "V-\(verdict.id)"
        answer = verdict.isSame ? "same" : "different"
        isInForce = verdict.isInForce
        steps = verdict.steps.map {
            Step(what: $0.what.rawValue, actor: $0.actor, at: $0.at, reason: $0.reason)
        }
    }

    var text: String {
        let state =
            switch outcome {
            case "withdrawn": "取り消されています。次の夜間処理から使いません。"
            case "waiting": "別の人が同じ判断をするまで使いません。"
            default: "次の夜間処理から、取り消すまで使います。"
            }
        let done = steps.map { step in
            let word =
                switch step.what {
                case "decided": "判断"
                case "confirmed": "2人目の判断"
                default: "取消し"
                }
            return "  \(word) \(step.at.formatted(.iso8601)) \(step.actor)「\(step.reason)」"
        }
        let what = "組 \(pair)" + (titles.isEmpty ? "" : "（\(titles.joined(separator: " ＝ "))）")
        return "判断 \(verdict)（\(answer == "same" ? "同じ人" : "別の人")）: \(state)\n  \(what)\n"
            + done.joined(separator: "\n")
    }
}

/// The file that was written.
struct ReviewExportView: Encodable {
    let outcome = "written"
    let path: String
    let pairs: Int
    /// Pairs that policy hides.
    let hidden: Int

    init(path: String, _ written: (pairs: Int, hidden: Int)) {
        self.path = path
        (pairs, hidden) = written
    }

    var text: String {
        (hidden > 0 ? "権限がないため書き出さない組: \(hidden)組\n" : "")
            + "\(pairs)組を「\(path)」に書きました。「判断」の列に「同じ」か「別」、「判断の理由」の列に理由を書いてください。"
            + "書き出したことは監査記録に残りました。使い終わったファイルは消してください。"
    }
}

/// What became of each row of a file that came back.
struct ReviewImportView: Encodable {
    struct Line: Encodable {
        let line: Int
        let pair: String
        let outcome: String
        var verdict: String?
        var message: String?
        var fix: String?
    }

    let outcome: String
    let kept: Int
    let refused: Int
    let rows: [Line]
    private let refusals: [(line: Int, fault: Fault)]

    private enum CodingKeys: CodingKey { case outcome, kept, refused, rows }

    init(_ results: [ReviewedRow]) {
        var refusals: [(Int, Fault)] = []
        rows = results.map { row in
            switch row.outcome {
            case .kept(let verdict):
                return Line(
                    line: row.line, pair: row.pair, outcome: verdict.isWaiting ? "waiting" : "kept",
                    verdict: "V-\(verdict.id)")
            case .open: return Line(line: row.line, pair: row.pair, outcome: "open")
            case .refused(let fault):
                refusals.append((row.line, fault))
                return Line(
                    line: row.line, pair: row.pair, outcome: "refused", message: fault.message, fix: fault.fix
                )
            }
        }
        self.refusals = refusals
        refused = refusals.count
        kept = rows.count { $0.verdict != nil }
        outcome = kept == 0 ? "unchanged" : refused == 0 ? "kept" : "partly-kept"
    }

    func faults(_ path: String) -> [Fault] {
        refusals.map { line, fault in
            Fault(
                .gate, code: fault.code, message: fault.message, file: path, line: line, field: fault.field,
                fix: fault.fix)
        }
    }

    var text: String {
        let lines = rows.compactMap { row -> String? in
            switch row.outcome {
            case "open": nil
            case "refused":
                "  受け取れません \(row.line)行目 \(row.pair): \(row.message ?? "")\n    対処: \(row.fix ?? "")"
            default:
                "  \(row.line)行目 \(row.pair): 判断 \(row.verdict ?? "")"
                    + (row.outcome == "waiting" ? "（2人目を待っています）" : "")
            }
        }
        return (["受け取った判断 \(kept)組、受け取れない行 \(refused)行、判断のない行 \(rows.count - kept - refused)行"] + lines)
            .joined(separator: "\n")
    }
}

/// What a night changed about who is who, for whoever keeps person ids.
struct IdentityChangesView: Encodable {
    struct Change: Encodable {
        /// `merged`: `person` goes on as `other`; `split`: some of `person` is `other` now; `revived`: `person`, for a
        /// while `other`, is itself again.
        let what: String
        let person: String
        let other: String?
        let cases: Int
    }

    let outcome = "listed"
    let run: String
    let changes: [Change]
    /// How many of each kind, new and absent ones among them.
    let counts: [String: Int]

    init(_ changes: IdentityChanges) {
        run = changes.run.rawValue
        counts = changes.counts
        self.changes = changes.list.map {
            Change(what: $0.what, person: $0.person.rawValue, other: $0.other?.rawValue, cases: $0.cases)
        }
    }

    var text: String {
        let total = IdentityChanges.kinds.map {
            "\(IdentityChanges.title(of: $0)) \(counts[$0] ?? 0)"
        }.joined(separator: "、")
        let shown = changes.filter { $0.what != "new" }
        let rows = shown.prefix(30).map {
            [
                IdentityChanges.title(of: $0.what), $0.person, $0.other ?? "",
                $0.cases > 0 ? "ケース\($0.cases)件" : "",
            ]
        }
        return "実行 \(run): \(total)"
            + (rows.isEmpty ? "" : "\n" + TextTable.text(["変化", "人", "相手", ""], rows))
            + (shown.count > 30 ? "\nほか\(shown.count - 30)件（--json ですべて示します）" : "")
    }
}
