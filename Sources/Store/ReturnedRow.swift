/// What became of one rejected row that somebody wrote anew: in a file that a department returned, or on its page.
package struct ReturnedRow: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// Kept for the next night; the columns that differ, those that the spreadsheet had damaged, and those of the
        /// former whose number seems to have lost its leading zeros.
        case kept(changed: [String], restored: [String], shortened: [String])
        /// The same correction is kept already.
        case known
        /// The row is as it was sent, but for the columns that a spreadsheet changes by itself.
        case unchanged(restored: [String])
        /// Still not acceptable; nothing is kept of it.
        case refused(code: String, column: String?, message: String, fix: String)
        /// Its extract has been replaced, or the row was not rejected.
        case lapsed
    }

    /// In the returned file; of a row that was typed, that of the extract.
    package let line: Int
    /// The extract's name and the row's line, as the returned file says; `nil` where it cannot be read, or is of no extract of the run.
    package let file: String?
    package let row: Int?
    package let outcome: Outcome

    package init(line: Int, file: String?, row: Int?, outcome: Outcome) {
        (self.line, self.file, self.row, self.outcome) = (line, file, row, outcome)
    }

    /// Stands where a row is refused because it would become somebody else's, or may: the department is to be asked.
    package static let otherPerson = "returned.other-person"
    /// Where most of what the row said would be gone.
    package static let emptied = "returned.emptied"
    /// Whether the row is taken all the same where somebody says that it is meant.
    package var isQuestion: Bool {
        if case .refused(let code, _, _, _) = outcome {
            [Self.otherPerson, Self.emptied].contains(code)
        } else {
            false
        }
    }
}

/// The same words at the command, on pages and for programs.
extension ReturnedRow {
    package var isKept: Bool { if case .kept = outcome { true } else { false } }
    package var isRefused: Bool { if case .refused = outcome { true } else { false } }

    /// For programs.
    package var word: String {
        switch outcome {
        case .kept: "kept"
        case .known: "known"
        case .unchanged: "unchanged"
        case .refused: "refused"
        case .lapsed: "lapsed"
        }
    }

    package var changed: [String] { if case .kept(let changed, _, _) = outcome { changed } else { [] } }

    package var restored: [String] {
        switch outcome {
        case .kept(_, let restored, _), .unchanged(let restored): restored
        case .known, .refused, .lapsed: []
        }
    }

    package var shortened: [String] {
        if case .kept(_, _, let shortened) = outcome { shortened } else { [] }
    }

    /// At fault.
    package var column: String? { if case .refused(_, let column, _, _) = outcome { column } else { nil } }

    /// Of a row that was not kept.
    package var message: String? {
        switch outcome {
        case .kept: nil
        case .known: "同じ直しを受け取り済みです。"
        case .unchanged(let restored) where restored.isEmpty: "書き出したときと変わっていません。"
        case .unchanged(let restored):
            "表計算ソフトが変えたと思われる列（\(restored.joined(separator: "、"))）のほかは、書き出したときと変わっていません。"
        case .refused(_, _, let message, _): message
        case .lapsed: "この行は、いまは却下されていません（新しい抽出に替わったか、ほかの実行の行です）。"
        }
    }

    package var fix: String? {
        switch outcome {
        case .unchanged(let restored) where !restored.isEmpty:
            "先頭の0を除くなどの直しをわざとしたときは、もとのシステムで直して抽出し直してください。"
        case .refused(_, _, _, let fix): fix
        case .kept, .known, .unchanged, .lapsed: nil
        }
    }

    /// What is to be known of a row that was kept.
    package var remarks: [String] {
        var remarks: [String] = []
        if isKept, !restored.isEmpty { remarks.append("表計算ソフトが変えた列はもとの値のままにします: \(Self.quoted(restored))") }
        if !shortened.isEmpty {
            remarks.append(
                "\(Self.quoted(shortened))の桁が、ほかの行より少なくなっています。先頭の0が落ちていないか確かめ、"
                    + "落ちていれば、列を文字列にして書き直したものをもう一度受け取ってください。")
        }
        return remarks
    }

    package static func quoted(_ columns: [String]) -> String { columns.map { "「\($0)」" }.joined() }
}

extension [ReturnedRow] {
    package var kept: Int { count(where: \.isKept) }
    package var refused: Int { count(where: \.isRefused) }
    /// For programs.
    package var word: String { kept == 0 ? "unchanged" : refused == 0 ? "kept" : "partly-kept" }

    /// For people.
    package var tally: String {
        "受け取った直し \(kept)行、受け取れない行 \(refused)行、そのほか \(count - kept - refused)行"
    }
}

/// A file of rejected rows for the department that wrote them.
package struct RejectedSheet: Sendable {
    /// In the order of the run.
    package let file: RejectedFile
    /// Without a folder, as the file is usually called.
    package let name: String
    package let bytes: [UInt8]
    package let rows: Int
    /// Rows of which only place and reason are told.
    package let withoutContent: Int

    package init(file: RejectedFile, name: String, bytes: [UInt8], rows: Int, withoutContent: Int) {
        (self.file, self.name, self.bytes) = (file, name, bytes)
        (self.rows, self.withoutContent) = (rows, withoutContent)
    }
}

/// Rejected rows of one reason in one extract that no correction waits for.
package struct WaitingRows: Sendable, Hashable {
    package let file: RejectedFile
    package let code: String
    package let rows: Int

    package init(file: RejectedFile, code: String, rows: Int) {
        (self.file, self.code, self.rows) = (file, code, rows)
    }
}
