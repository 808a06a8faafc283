import Domain
import Foundation

/// The night's figures as an official reads them on a terminal.
struct SummaryText {
    let summary: RunSummary

    var text: String {
        """
        \(TextTable.text(
            ["抽出", "行", "受付", "却下", "重複", "置換", "注意", "基準日"],
            summary.extracts.map { extract in
                extract.file == nil
                    ? [extract.title, "届いていません", "", "", "", "", "", ""]
                    : [
                        extract.title, "\(extract.ledger.rows)", "\(extract.ledger.accepted)",
                        "\(extract.ledger.rejected)", "\(extract.ledger.duplicate)",
                        "\(extract.ledger.superseded)",
                        "\(extract.warnings.map(\.count).reduce(0, +))",
                        extract.asOf?.description ?? "",
                    ]
            }))

        人: \(summary.persons.total)人（うち18歳未満 \(summary.persons.children)人、住民記録にない人 \(summary.persons.offRegister)人、支援措置 \(summary.persons.protected)人）
        名寄せ: 自動 \(summary.linkage.automatic)件、確認待ち \(summary.linkage.grey)件（候補の組 \(summary.linkage.candidatePairs)件\(comparedPairs)）
        \(certainty)

        \(TextTable.text(
            ["規則", "名称", "該当", "支援中・転出等", "判定できず"],
            summary.flags.map { ["\($0.rule)", $0.title, "\($0.count)", "\($0.suppressed)", "\($0.notEvaluated)"] }))

        \(acceptances)\(notices)ケース: 新しい候補 \(summary.cases.new)件、取下げ \(summary.cases.withdrawn)件、対応中の合計 \(summary.cases.open)件
        """
    }

    private var comparedPairs: String {
        summary.linkage.keptPairs.map { "、うち今夜比べた組 \(summary.linkage.candidatePairs - $0)件" } ?? ""
    }

    /// How sure the automatic links are, and who says so.
    private var certainty: String {
        guard let expected = summary.linkage.expectedFalseLinks else { return "" }
        let model = "自動で結んだ1万組あたりの誤りの見込み: \(String(format: "%.1f", expected))（モデル自身の見積り。標本ではまだ確かめていません）"
        guard let sample = summary.linkage.sampledFalseLinks else { return model }
        return model
            + "\n無作為の標本 \(sample.judged)組を人が確かめた結果: 1万組あたり \(String(format: "%.0f", sample.middle))"
            + "（95%区間 \(String(format: "%.0f", sample.low))〜\(String(format: "%.0f", sample.high))）"
    }

    private var acceptances: String {
        summary.gates.compactMap { gate in
            gate.acceptance.map { "承認して通した点検: \(gate.gate)（\($0.actor)「\($0.reason)」）\n  \(gate.message)\n" }
        }.joined()
    }

    private var notices: String {
        (summary.notices ?? []).map { "お知らせ: \($0)\n" }.joined()
            + (summary.notices?.isEmpty == false ? "\n" : "")
    }
}
