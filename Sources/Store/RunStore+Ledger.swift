internal import Domain
internal import Foundation

/// What must hold of a run's rows; `query` gives the extracts that break it, asked of `facts.sqlite` with the vault attached.
private struct LedgerLaw {
    /// Japanese: what must be so.
    let title: String
    let query: String

    static let all = [
        LedgerLaw(
            title: "読んだ行がすべて記録されている",
            query: """
                SELECT f.title FROM file f LEFT JOIN intake i ON i.file = f.id
                WHERE i.lines IS NOT (SELECT count(*) FROM row w WHERE w.file = f.id)
                """),
        LedgerLaw(
            title: "行のバイト数の合計がファイルの大きさと同じである",
            query: "SELECT f.title FROM intake i JOIN file f ON f.id = i.file WHERE i.bytes <> i.size"),
        // An extract's rows are its accepted, rejected and duplicate ones, and each fate leaves what tells of it.
        LedgerLaw(
            title: "却下した行に理由がある",
            query: fated("w.fate = 1", missingFrom: "rejection")),
        LedgerLaw(title: "理由のある行が却下されている", query: orphans(of: "rejection", unless: "w.fate = 1")),
        LedgerLaw(
            title: "却下した行が暗号化して保管されている", query: fated("w.fate = 1", missingFrom: "vault.rejected_row")),
        LedgerLaw(
            title: "保管した行が却下されたか直されている",
            query: orphans(
                of: "vault.rejected_row",
                unless:
                    "w.fate = 1 OR EXISTS (SELECT 1 FROM corrected c WHERE c.file = x.file AND c.line = x.line)"
            )),
        LedgerLaw(title: "対象外の行に理由がある", query: fated("w.fate >= 3", missingFrom: "outside")),
        LedgerLaw(
            title: "重複の行が、前にある行を指している",
            query: """
                SELECT f.title FROM row w JOIN file f ON f.id = w.file
                LEFT JOIN row o ON o.file = w.file AND o.line = w.of_line AND o.line < w.line
                WHERE (w.fate = 2) <> (w.of_line IS NOT NULL) OR w.fate = 2 AND o.line IS NULL
                """),
        LedgerLaw(
            title: "受け付けた行に記録がある",
            query: """
                SELECT f.title FROM file f LEFT JOIN (
                    SELECT file, count(*) AS lines FROM (SELECT DISTINCT file, line FROM record) GROUP BY file
                ) r ON r.file = f.id
                WHERE coalesce(r.lines, 0) <> (SELECT count(*) FROM row w WHERE w.file = f.id AND w.fate = 0)
                """),
        LedgerLaw(title: "記録のもとの行が受け付けられている", query: orphans(of: "record", unless: "w.fate = 0")),
        LedgerLaw(
            title: "直された行が却下されていない", query: orphans(of: "corrected", unless: "w.fate <> 1")),
        LedgerLaw(
            title: "直しを使えなかった行が却下されている", query: orphans(of: "refused_correction", unless: "w.fate = 1")),
    ]

    private static func fated(_ fate: String, missingFrom table: String) -> String {
        """
        SELECT f.title FROM row w JOIN file f ON f.id = w.file WHERE \(fate)
        AND NOT EXISTS (SELECT 1 FROM \(table) x WHERE x.file = w.file AND x.line = w.line)
        """
    }

    private static func orphans(of table: String, unless fate: String) -> String {
        """
        SELECT coalesce(f.title, '') AS title FROM \(table) x LEFT JOIN row w ON w.file = x.file AND w.line = x.line
        LEFT JOIN file f ON f.id = x.file WHERE (\(fate)) IS NOT TRUE
        """
    }
}

extension RunStore {
    /// Holds the stored rows against what the reader counted, and every fate against what it leaves.
    ///
    /// - Throws: `ledger.broken`: a row was lost or counted twice, which is a defect of renkei.
    func assertLedger() throws {
        try facts.statement("ATTACH DATABASE ? AS vault").run(vault.path)
        for law in LedgerLaw.all {
            let broken = try facts.statement("SELECT title, count(*) FROM (\(law.query)) GROUP BY title")
                .first {
                    (title: $0.text(0), count: $0.int(1))
                }
            if let broken {
                throw Fault(
                    .internal, code: "ledger.broken",
                    message: "行の行き先の記録が合いません（\(law.title)こと: 「\(broken.title)」で\(broken.count)件）。",
                    file: URL(filePath: facts.path).lastPathComponent,
                    fix: "この表示を添えて、開発元に連絡してください。前回の公開はそのまま使えます。")
            }
        }
        facts.forgetStatements()
        try facts.execute("DETACH DATABASE vault")
    }
}
