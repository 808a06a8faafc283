import Domain
import Nightly
import Store

/// What became of the rows of each extract of a run, for the department that sent it.
struct ExtractLedgersView: Encodable {
    struct Extract: Encodable {
        let source: String
        let title: String
        let file: String
        let rows: Int
        let accepted: Int
        let rejected: Int
        /// Rejected rows that no correction waits for.
        let waiting: Int
        let duplicate: Int
        let superseded: Int
        let outside: Int
    }

    let run: String
    let extracts: [Extract]

    init(_ quarantine: Quarantine) {
        run = quarantine.name
        extracts = quarantine.ledgers.map { one in
            let rejected = quarantine.files.first { $0.source == one.source && $0.file == one.file }
            let waiting = rejected.map { file in
                file.rows.count { !quarantine.isCorrected(file, line: $0.position.line) }
            }
            return Extract(
                source: one.source.rawValue, title: quarantine.title(of: one.source), file: one.file,
                rows: one.ledger.rows, accepted: one.ledger.accepted, rejected: one.ledger.rejected,
                waiting: waiting ?? 0, duplicate: one.ledger.duplicate, superseded: one.ledger.superseded,
                outside: one.ledger.outside)
        }
    }

    var text: String {
        guard !extracts.isEmpty else { return "実行 \(run) に、扱える抽出はありません。" }
        return "実行 \(run) の抽出\n"
            + TextTable.text(
                ["抽出", "ファイル", "行", "受付", "却下", "直しを待つ", "重複", "置換", "行でないもの"],
                extracts.map { one in
                    [one.title, one.file]
                        + [
                            one.rows, one.accepted, one.rejected, one.waiting, one.duplicate, one.superseded,
                            one.outside,
                        ].map(String.init)
                })
    }
}
