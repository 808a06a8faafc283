import Domain
import Store

/// The gates between a finished shadow and its publication; each compares a figure with its limit.
struct Gates {
    let limits: GateLimits
    /// The part of its rows an extract may lose against last night, as its mapping says.
    let rowDropLimits: [SourceID: Double]
    /// The rows it may gain, likewise; a source that is missing may gain any number.
    var rowRiseLimits: [SourceID: Double] = [:]
    /// Sources of 支援措置: a row of theirs that is rejected is a person left unprotected.
    let protecting: Set<SourceID>
    let previous: RunSummary?
    /// Rows of 支援措置 that lead to nobody on the register and were not published so before.
    var newlyUnlinked: [RowPosition] = []
    /// Tonight's merges, splits and the like that touch a case. The pages show a gate's message to everybody: it names nobody.
    var changesOfCases = 0

    /// Every gate, in the order in which `check` tells of them.
    static let names = [
        "row-ledger", "protection-rows", "unlinked-protection", "protection-fall", "rejected-rows",
        "row-drop",
        "row-rise", "identity-churn", "flag-growth", "flag-fall",
        "older-day",
    ]
    /// A defect of renkei, and an address that lies open for a row that can be mended: nobody lets these through.
    static let unacceptable: Set<String> = ["row-ledger", "protection-rows"]
    /// So many rejected rows of a file are slips, whatever its share: of few rows a share says nothing (with 2 of 20 the true
    /// share may be anything from 1 to 32 %), and an extract that is broken rejects nearly all of its rows.
    static let slips = 2

    /// Every gate's result, passed or not, in a fixed order.
    ///
    /// - Parameter files: the ledgers as they were counted in the store, in the order of reading.
    func check(_ summary: RunSummary, files: [FileLedger]) -> [GateResult] {
        [
            ledger(summary, files), protection(summary), unlinkedProtection(summary),
            protectionFall(summary), rejectedRows(summary, files), rowDrop(summary), rowRise(summary),
            identityChurn(summary), flagGrowth(summary), flagFall(summary),
            olderDay(summary),
        ]
    }

    /// What is in service would go back to an earlier day.
    private func olderDay(_ summary: RunSummary) -> GateResult {
        let before = previous?.asOf ?? summary.asOf
        let passed = before <= summary.asOf
        return GateResult(
            gate: "older-day", passed: passed,
            message: passed
                ? "基準日は、公開中の基準日より前ではありません。"
                : "基準日\(summary.asOf)は、公開中の基準日\(before)より前です。公開すると、一覧が前の日のものに置き換わります。"
                    + "「--date」、renkei.json5 の asOf、時計を確かめてください。戻してよいと確かめたときだけ、「--date \(summary.asOf)」も付けて承認できます。"
        )
    }

    private func ledger(_ summary: RunSummary, _ files: [FileLedger]) -> GateResult {
        let stored = files.reduce(into: [SourceID: RowLedger]()) {
            $0[$1.source, default: RowLedger()] += $1.ledger
        }
        let wrong = summary.extracts.filter { $0.file != nil && stored[$0.source] != $0.ledger }.map(\.title)
        return GateResult(
            gate: "row-ledger", passed: wrong.isEmpty,
            message: wrong.isEmpty
                ? "すべての行の行き先が記録されています。" : "行の数が合いません: \(wrong.joined(separator: "、"))。開発元に連絡してください。")
    }

    private func protection(_ summary: RunSummary) -> GateResult {
        let rejected = summary.extracts.filter { protecting.contains($0.source) && $0.ledger.rejected > 0 }
        return GateResult(
            gate: "protection-rows", passed: rejected.isEmpty,
            message: rejected.isEmpty
                ? "支援措置の行はすべて受け付けられています。"
                : "支援措置の行を受け付けられませんでした: "
                    + rejected.map { "\($0.title) \($0.ledger.rejected)行" }.joined(separator: "、")
                    + "。その方の住所が隠れないおそれがあるため公開しません。「renkei rejected list」で行を確かめ、直してください。")
    }

    private func unlinkedProtection(_ summary: RunSummary) -> GateResult {
        let rows = summary.persons.unlinkedProtection ?? 0
        return GateResult(
            gate: "unlinked-protection", passed: newlyUnlinked.isEmpty,
            message: "住民記録のだれにも結び付かない支援措置の行は\(rows)行です。"
                + (newlyUnlinked.isEmpty
                    ? ""
                    : "うち\(newlyUnlinked.count)行（\(newlyUnlinked.places)）は、前の公開にありません。"
                        + "措置がほかの記録に届かず、住所が隠れないおそれがあります。番号・氏名・生年月日の誤りなら直してください。住民でない方の行と確かめたときだけ、承認できます。"))
    }

    private func protectionFall(_ summary: RunSummary) -> GateResult {
        let (before, now) = (previous?.persons.protected ?? 0, summary.persons.protected)
        let passed = Double(before - now) <= limits.protectionFall * Double(before)
        return GateResult(
            gate: "protection-fall", passed: passed,
            message: "支援措置の対象者は\(now)人です" + (previous == nil ? "。" : "（前回 \(before)人）。")
                + (passed
                    ? ""
                    : "減り方が上限を超えています。支援措置の抽出が途中で切れていないか、担当課に確かめてください。"))
    }

    /// File by file: a file of changes that is refused as a whole would be little beside the full file.
    private func rejectedRows(_ summary: RunSummary, _ files: [FileLedger]) -> GateResult {
        // Where nothing at all was accepted, one rejected row is the whole extract.
        let empty = Set(
            summary.extracts.filter { $0.ledger.accepted == 0 && $0.ledger.rejected > 0 }.map(\.source))
        let over = files.filter {
            empty.contains($0.source) && $0.ledger.rejected > 0
                || $0.ledger.rejected > Self.slips
                    && Double($0.ledger.rejected) > limits.rejectedShare * Double($0.ledger.rows)
        }
        return GateResult(
            gate: "rejected-rows", passed: over.isEmpty,
            message: over.isEmpty
                ? "受け付けられない行は、どのファイルも上限の内です。"
                : "受け付けられない行が上限を超えました: "
                    + over.map { "\($0.file) \($0.ledger.rejected)/\($0.ledger.rows)行" }.joined(
                        separator: "、")
                    + "。「renkei rejected list」で理由を確かめ、抽出かマッピングを直してください。")
    }

    private func rowDrop(_ summary: RunSummary) -> GateResult {
        let before = Dictionary(
            (previous?.extracts ?? []).map { ($0.source, $0.rowsWhenLastSeen ?? 0) },
            uniquingKeysWith: { first, _ in first })
        let fallen = summary.extracts.filter { extract in
            guard extract.file != nil, let rows = before[extract.source], rows > 0 else { return false }
            return Double(rows - extract.ledger.current) > (rowDropLimits[extract.source] ?? 0) * Double(rows)
        }
        return GateResult(
            gate: "row-drop", passed: fallen.isEmpty,
            message: fallen.isEmpty
                ? "前回より大きく減った抽出はありません。"
                : "前に届いたときより行が大きく減りました: "
                    + fallen.map { "\($0.title) \(before[$0.source] ?? 0)→\($0.ledger.current)行" }
                    .joined(separator: "、") + "。抽出が途中で切れていないか、担当課に確かめてください。")
    }

    /// Two cities' rows in one file, or years of history all at once, look like a rise.
    private func rowRise(_ summary: RunSummary) -> GateResult {
        let risen = summary.extracts.compactMap { extract -> String? in
            let before = previous?.extracts.first { $0.source == extract.source }?.rowsWhenLastSeen
            guard let limit = rowRiseLimits[extract.source], let rows = before, rows > 0,
                Double(extract.ledger.current - rows) > limit * Double(rows)
            else { return nil }
            return "\(extract.title) \(rows)→\(extract.ledger.current)行"
        }
        return GateResult(
            gate: "row-rise", passed: risen.isEmpty,
            message: risen.isEmpty
                ? "前に届いたときより大きく増えた抽出はありません。"
                : "前に届いたときより行が大きく増えました: " + risen.joined(separator: "、")
                    + "。抽出の範囲が変わっていないか、担当課に確かめてください。増えてよいなら対応付けの rowRiseLimit を見直してください。")
    }

    private func identityChurn(_ summary: RunSummary) -> GateResult {
        let moved = summary.persons.merged + summary.persons.split + (summary.persons.revived ?? 0)
        let passed = previous == nil || Double(moved) <= limits.identityChurn * Double(summary.persons.total)
        return GateResult(
            gate: "identity-churn", passed: passed,
            message: "統合・分割された人は\(moved)人です（全体\(summary.persons.total)人）。"
                + (passed
                    ? ""
                    : "上限を超えています（統合\(summary.persons.merged)、分割\(summary.persons.split)、"
                        + "統合の取りやめ\(summary.persons.revived ?? 0)、うちケースに掛かる変化\(changesOfCases)件）。"
                        + "抽出や名寄せの設定が変わっていないか確かめてください。"
                        + "一覧は「renkei review changes --run \(summary.run)」で示します。"))
    }

    /// Small counts swing by themselves.
    private static let comparable = 10

    /// Flags in service after the last publication, of rules with enough of them to compare.
    private var flagsBefore: [RuleID: Int] {
        Dictionary(
            (previous?.flags ?? []).map { ($0.rule, $0.inService) }, uniquingKeysWith: { first, _ in first }
        ).filter { $0.value >= Self.comparable }
    }

    private func flagGrowth(_ summary: RunSummary) -> GateResult {
        let before = flagsBefore
        let grown = summary.flags.filter { flag in
            before[flag.rule].map { Double(flag.inService) > limits.flagGrowth * Double($0) } ?? false
        }.map { ($0.rule, $0.inService) }
        return flags("flag-growth", grown, before, word: "増えた")
    }

    /// A rule that is gone altogether has fallen too.
    private func flagFall(_ summary: RunSummary) -> GateResult {
        let before = flagsBefore
        let now = Dictionary(
            summary.flags.map { ($0.rule, $0.inService) }, uniquingKeysWith: { first, _ in first })
        let fallen = before.keys.sorted().map { ($0, now[$0] ?? 0) }.filter { rule, count in
            before[rule].map { Double($0 - count) > limits.flagFall * Double($0) } ?? false
        }
        return flags("flag-fall", fallen, before, word: "減った")
    }

    private func flags(
        _ gate: String, _ moved: [(rule: RuleID, count: Int)], _ before: [RuleID: Int], word: String
    ) -> GateResult {
        GateResult(
            gate: gate, passed: moved.isEmpty,
            message: moved.isEmpty
                ? "該当者が急に\(word)規則はありません。"
                : "該当者が急に\(word)規則があります: "
                    + moved.map { "\($0.rule) \(before[$0.rule] ?? 0)→\($0.count)人" }.joined(separator: "、")
                    + "。もとの抽出と、規則の変更がないかを確かめてください。")
    }
}
