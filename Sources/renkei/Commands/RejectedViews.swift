import Domain
import Nightly
import Store

/// The rejected rows of a run by extract and reason, for people and machines.
struct RejectedListView: Encodable {
    struct Extract: Encodable {
        let source: String
        let title: String
        let file: String
        let sha256: String
        let codes: [Code]
    }

    struct Code: Encodable {
        let code: String
        let count: Int
        let fix: String
        let rows: [Line]
    }

    struct Line: Encodable {
        let line: Int
        let column: String?
        let message: String
        let fix: String
        /// A correction waits for the next night.
        let isCorrected: Bool
        /// The columns that it changes, where that is known.
        let changed: [String]
    }

    struct Lapsed: Encodable {
        let source: String
        let title: String
        let file: String
        let count: Int
    }

    let run: String
    let isInService: Bool
    let extracts: [Extract]
    /// Corrections that ended when a new extract came.
    let lapsed: [Lapsed]
    private let sentences: [String]

    private enum CodingKeys: String, CodingKey { case run, isInService, extracts, lapsed }
    var count: Int { extracts.flatMap(\.codes).reduce(0) { $0 + $1.count } }

    /// Lines shown on a terminal of each reason.
    private static let shown = 20

    init(_ quarantine: Quarantine, source: SourceID?, code: String?) throws {
        run = quarantine.name
        isInService = quarantine.isInService
        let ended = try quarantine.lapsed().filter { source == nil || $0.source == source }
        sentences = ended.map(\.sentence)
        lapsed = ended.map {
            Lapsed(source: $0.source.rawValue, title: $0.title, file: $0.file, count: $0.count)
        }
        extracts = try quarantine.files.filter { source == nil || $0.source == source }.compactMap { file in
            let rows = file.rows.filter { code == nil || $0.code == code }
            guard !rows.isEmpty else { return nil }
            let changed = try quarantine.changed(file, lines: rows.map(\.position.line))
            let codes = Dictionary(grouping: rows, by: \.code).sorted { $0.key < $1.key }.map { code, rows in
                Code(
                    code: code, count: rows.count, fix: rows[0].fix,
                    rows: rows.map {
                        Line(
                            line: $0.position.line, column: $0.column, message: $0.message, fix: $0.fix,
                            isCorrected: quarantine.isCorrected(file, line: $0.position.line),
                            changed: changed[$0.position.line] ?? [])
                    })
            }
            return Extract(
                source: file.source.rawValue, title: file.title, file: file.file, sha256: file.sha256,
                codes: codes)
        }
    }

    var text: String {
        let which = "実行 \(run)（\(isInService ? "公開中" : "公開されていない実行")）"
        guard count > 0 else {
            return (["\(which)に、当てはまる却下された行はありません。"] + sentences).joined(separator: "\n")
        }
        var lines = ["\(which)の却下された行: \(count)行"] + sentences
        for extract in extracts {
            lines.append("\n\(extract.title)  \(extract.file)")
            for code in extract.codes {
                lines.append("  \(code.code)  \(code.count)行  対処: \(code.fix)")
                for row in code.rows.prefix(Self.shown) {
                    lines.append(
                        "    \(row.line)行目 \(row.column.map { "列「\($0)」 " } ?? "")\(row.message)\(row.isCorrected ? "（直しを受け取り済み\(row.changed.isEmpty ? "" : ": " + ReturnedRow.quoted(row.changed))）" : "")"
                    )
                }
                if code.count > Self.shown {
                    lines.append("    ほか\(code.count - Self.shown)行（--json ですべて示します）")
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// One rejected row with what it holds.
struct RejectedRowView: Encodable {
    struct Field: Encodable {
        let column: String?
        let value: String
        let isFaulty: Bool
        let isMasked: Bool
    }

    struct UnreadableByte: Encodable {
        let offset: Int
        let hex: String
    }

    let title: String
    let file: String
    let line: Int
    let code: String
    let message: String
    let fix: String
    let fields: [Field]
    let unreadable: [UnreadableByte]
    /// Why fields are missing or masked.
    let note: String?
    /// The columns that the waiting correction changes.
    let changed: [String]

    init(_ row: RejectedRow) {
        title = row.file.title
        file = row.file.file
        line = row.rejection.position.line
        code = row.rejection.code
        message = row.rejection.message
        fix = row.rejection.fix
        fields = row.content.fields.map {
            Field(column: $0.column, value: $0.shown, isFaulty: $0.isFaulty, isMasked: $0.isMasked)
        }
        unreadable = row.content.unreadable.map { UnreadableByte(offset: $0.offset, hex: $0.hex) }
        note = row.content.note
        changed = row.changes.map(\.column)
    }

    var text: String {
        var lines = ["\(title) \(file) \(line)行目: \(message)", "  対処: \(fix)"]
        for (index, field) in fields.enumerated() {
            lines.append(
                "\(field.isFaulty ? "→" : "  ") \(field.column ?? "（余り\(index + 1)）"): \(printable(field.value))"
            )
        }
        if !unreadable.isEmpty {
            lines.append("  読めないバイト（〓 のところ）:")
            for byte in unreadable { lines.append("    0x\(byte.hex)  ファイル先頭から\(byte.offset)バイト目") }
        }
        if !changed.isEmpty { lines.append("  直しを受け取り済みです。次の夜間処理が使います: \(ReturnedRow.quoted(changed))") }
        if let note { lines.append("  \(note)") }
        lines.append("  見たことは監査記録に残りました。")
        return lines.joined(separator: "\n")
    }

    /// Without what a terminal would obey.
    private func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "␣" : $0 }))
    }
}

/// The files that were written.
struct RejectedExportView: Encodable {
    struct File: Encodable {
        let title: String
        let path: String
        let rows: Int
        let withoutContent: Int
    }

    let outcome = "written"
    let files: [File]

    init(_ exports: [RejectedExport]) {
        files = exports.map {
            File(title: $0.title, path: $0.path, rows: $0.rows, withoutContent: $0.withoutContent)
        }
    }

    var text: String {
        files.map { file in
            "\(file.title): \(file.rows)行を「\(file.path)」に書きました。"
                + (file.withoutContent > 0 ? "うち\(file.withoutContent)行は内容を示せないため、担当課で列をすべて埋めてもらってください。" : "")
        }.joined(separator: "\n") + "\n書き出したことは監査記録に残りました。渡したあとは、この機械のファイルを消してください。"
    }
}

/// What became of each row of a returned file.
struct ReloadView: Encodable {
    struct Line: Encodable {
        let line: Int
        let file: String?
        let row: Int?
        let outcome: String
        let changed: [String]
        let restored: [String]
        let shortened: [String]
        let column: String?
        let message: String?
        let fix: String?

        init(_ returned: ReturnedRow) {
            (line, file, row, outcome) = (returned.line, returned.file, returned.row, returned.word)
            (changed, restored, shortened) = (returned.changed, returned.restored, returned.shortened)
            (column, message, fix) = (returned.column, returned.message, returned.fix)
        }
    }

    let outcome: String
    let kept: Int
    let refused: Int
    let rows: [Line]
    /// Rejected rows that nobody has corrected yet.
    let waiting: [Waiting]

    struct Waiting: Encodable {
        let title: String
        let file: String
        let code: String
        let rows: Int
    }

    private let returned: [ReturnedRow]

    private enum CodingKeys: String, CodingKey { case outcome, kept, refused, rows, waiting }

    init(_ rows: [ReturnedRow], waiting: [WaitingRows]) {
        returned = rows
        self.waiting = waiting.map {
            Waiting(title: $0.file.title, file: $0.file.file, code: $0.code, rows: $0.rows)
        }
        self.rows = rows.map(Line.init)
        (kept, refused, outcome) = (rows.kept, rows.refused, rows.word)
    }

    /// What is still not acceptable, with lines of the returned file.
    func faults(_ path: String) -> [Fault] {
        rows.filter { $0.outcome == "refused" }.map {
            Fault(
                .gate, code: "returned.refused", message: $0.message ?? "", file: path, line: $0.line,
                field: $0.column, fix: $0.fix ?? "")
        }
    }

    var text: String {
        var lines: [String] = []
        for row in returned {
            let place = "\(row.line)行目" + (row.row.map { "（\(row.file ?? "") \($0)行目）" } ?? "")
            switch row.word {
            case "kept":
                lines.append("  受け取り \(place): \(ReturnedRow.quoted(row.changed))")
                lines += row.remarks.map { "    \($0)" }
            case "refused":
                lines.append(
                    "  受け取れません \(place): \(row.column.map { "列「\($0)」 " } ?? "")\(row.message ?? "")")
                lines.append("    対処: \(row.fix ?? "")")
            default:
                lines.append("  \(place): \(row.message ?? "")")
                if let fix = row.fix { lines.append("    対処: \(fix)") }
            }
        }
        return returned.tally + "\n" + (lines + stillWaiting).joined(separator: "\n")
    }

    private var stillWaiting: [String] {
        let count = waiting.reduce(0) { $0 + $1.rows }
        guard count > 0 else { return ["  直しを待っている行は、もうありません。"] }
        return ["  まだ直しを待っている行: \(count)行"]
            + waiting.map { "    \($0.title) \($0.file): \($0.code) \($0.rows)行" }
    }
}
