package import Domain
package import Foundation

/// An extract of a run with the rows that were not accepted; no word of what the rows hold.
package struct RejectedFile: Sendable, Hashable {
    /// As numbered by the run.
    package let number: Int
    package let source: SourceID
    /// Japanese title of the extract.
    package let title: String
    package let file: String
    package let sha256: String
    package let asOf: Day?
    /// By line.
    package let rows: [Rejection]
    /// Rows that stand as they were corrected, by line; why they had been rejected is told no more.
    package let corrected: [Rejection]
    /// Rejected rows, by line, whose correction the run used all the same, and when that was taken back.
    package let refused: [Int: Date]
}

/// How a file was read, so that one of its rows can be made out again.
package struct FileForm: Sendable, Hashable {
    /// As the reader of extracts says it, in JSON.
    package let lines: String
    package let header: [String]
    /// What its columns were taken for as to 個人番号, in JSON; `nil` where the run is from before that was kept.
    package let numbers: String?

    package init(lines: String, header: [String], numbers: String? = nil) {
        self.lines = lines
        self.header = header
        self.numbers = numbers
    }
}

/// What the reader of a file counted by itself, beside what was stored.
package struct FileIntake: Sendable, Hashable {
    /// Lines it gave, and the bytes of them and of what stands above them.
    package var lines = 0
    package var bytes = 0
    /// Bytes of the file.
    package var size = 0

    package init(lines: Int = 0, bytes: Int = 0, size: Int = 0) {
        self.lines = lines
        self.bytes = bytes
        self.size = size
    }
}

/// A rejected row as its department wrote it.
package struct KeptRow: Sendable, Hashable {
    /// The beginning of a row that is too long.
    package let bytes: [UInt8]
    /// Of the whole row.
    package let length: Int

    package init(bytes: [UInt8], length: Int) {
        self.bytes = bytes
        self.length = length
    }
}

/// Who mended a row, and when its correction was taken back.
package struct RowCorrection: Sendable, Hashable {
    /// As audit events name actors.
    package let actor: String
    package let on: Day

    package init(actor: String, on: Day) {
        self.actor = actor
        self.on = on
    }
}

// Writing.
extension RunStore {
    package func addForm(_ form: FileForm, of file: Int) throws {
        try facts.statement("INSERT INTO form VALUES (?, ?, ?)").run(
            file, form.lines, try json(form.header))
        if let numbers = form.numbers {
            try facts.statement("INSERT INTO form_numbers VALUES (?, ?)").run(file, numbers)
        }
    }

    package func addIntake(_ intake: FileIntake, of file: Int) throws {
        try facts.statement("INSERT INTO intake VALUES (?, ?, ?, ?)").run(
            file, intake.lines, intake.bytes, intake.size)
    }

    /// Keeps a rejected row, sealed; `nil` where what it holds may not be kept.
    package func keep(_ row: KeptRow?, file: Int, line: Int) throws {
        let sealed = try row.map { row in
            var writer = ByteWriter()
            writer.put(row.length)
            writer.put(row.bytes)
            return try root.seal(writer.bytes, in: Self.cell(file: file, line: line), by: commonKey)
        }
        try vault.statement("INSERT INTO rejected_row VALUES (?, ?, ?)").run(file, line, sealed)
    }

    /// Notes that the row stands as it was corrected.
    package func addCorrected(_ correction: RowCorrection, file: Int, line: Int) throws {
        try facts.statement("INSERT INTO corrected VALUES (?, ?, ?, ?)").run(
            file, line, correction.actor, correction.on.number)
    }

    /// Notes that the row is rejected although it was mapped as corrected; `at` is when its correction was taken back.
    package func addRefused(at: Date, file: Int, line: Int) throws {
        try facts.statement("INSERT INTO refused_correction VALUES (?, ?, ?)").run(
            file, line, at.milliseconds)
    }

    static func cell(file: Int, line: Int) -> SealedCell {
        SealedCell(table: "rejected_row", row: line, column: "row of file \(file)")
    }
}

// Reading.
extension RunStore {
    /// The extracts that have rejected or corrected rows, in the order they were read.
    package func rejectedFiles() throws -> [RejectedFile] {
        var files: [RejectedFile] = []
        try facts.statement("SELECT id, source, title, name, sha256, as_of FROM file ORDER BY id").rows {
            row in
            let (number, source, name) = (row.int(0), SourceID(row.text(1)), row.text(3))
            let rows = try rejections(file: number, source: source, name: name)
            let corrected = try corrected(file: number, source: source, name: name)
            guard !rows.isEmpty || !corrected.isEmpty else { return }
            files.append(
                RejectedFile(
                    number: number, source: source, title: row.text(2), file: name, sha256: row.text(4),
                    asOf: row.optionalInt(5).map(Day.init(number:)), rows: rows, corrected: corrected,
                    refused: try refused(file: number)))
        }
        return files
    }

    /// - Throws: `run.no-rows` where the run is from before rejected rows were kept.
    package func form(of file: Int) throws -> FileForm {
        guard try has("form"),
            let form = try facts.statement("SELECT lines, header FROM form WHERE file = ?").first(
                file,
                read: {
                    FileForm(
                        lines: $0.text(0), header: try decoded([String].self, $0.text(1)),
                        numbers: try numbers(of: file))
                })
        else {
            throw Fault(
                .notFound, code: "run.no-rows", message: "この実行には、却下された行の内容が残っていません。",
                fix: "「renkei run」をもう一度実行してください。")
        }
        return form
    }

    private func numbers(of file: Int) throws -> String? {
        guard try has("form_numbers") else { return nil }
        return try facts.statement("SELECT columns FROM form_numbers WHERE file = ?").first(file) {
            $0.text(0)
        }
    }

    /// `nil` where the row is none that was rejected, what it holds may not be kept, or it was given up when somebody was shredded.
    func keptRow(file: Int, line: Int) throws -> KeptRow? {
        let sealed = try vault.statement("SELECT row FROM rejected_row WHERE file = ? AND line = ?").first(
            file, line
        ) { $0.optionalBlob(0) }
        guard let sealed, let sealed,
            let plain = try openCommon(sealed, in: Self.cell(file: file, line: line))
        else { return nil }
        var reader = ByteReader(plain)
        let length = try reader.int()
        return KeptRow(bytes: try reader.blob(), length: length)
    }

    /// Whether the row was accepted as it came, and stands otherwise at a person's request (訂正).
    func isRectified(file: Int, line: Int) throws -> Bool {
        try correction(file: file, line: line) != nil
            && vault.statement("SELECT 1 FROM rejected_row WHERE file = ? AND line = ?").first(file, line) {
                _ in
                true
            } == nil
    }

    /// `nil` where the row stands as it came.
    func correction(file: Int, line: Int) throws -> RowCorrection? {
        guard try has("form") else { return nil }
        return try facts.statement("SELECT actor, day FROM corrected WHERE file = ? AND line = ?").first(
            file, line
        ) { RowCorrection(actor: $0.text(0), on: Day(number: $0.int(1))) }
    }

    /// Whether the run is from after `table` came into use.
    private func has(_ table: String) throws -> Bool {
        try facts.statement("SELECT 1 FROM sqlite_schema WHERE name = ?").first(table) { _ in true } ?? false
    }

    private func refused(file: Int) throws -> [Int: Date] {
        guard try has("refused_correction") else { return [:] }
        var refused: [Int: Date] = [:]
        try facts.statement("SELECT line, at FROM refused_correction WHERE file = ?").rows(file) {
            refused[$0.int(0)] = Date(milliseconds: $0.int(1))
        }
        return refused
    }

    private func corrected(file: Int, source: SourceID, name: String) throws -> [Rejection] {
        guard try has("form") else { return [] }
        // Of rows that were accepted as they came, and corrected at a person's request, nothing is kept.
        var kept: Set<Int> = []
        try vault.statement("SELECT line FROM rejected_row WHERE file = ?").rows(file) {
            kept.insert($0.int(0))
        }
        var rows: [Rejection] = []
        try facts.statement(
            "SELECT x.line, w.offset FROM corrected x JOIN row w ON w.file = x.file AND w.line = x.line WHERE x.file = ? ORDER BY x.line"
        ).rows(file) {
            guard kept.contains($0.int(0)) else { return }
            let position = RowPosition(source: source, file: name, line: $0.int(0), offset: $0.int(1))
            rows.append(
                Rejection(
                    position: position, code: "row.corrected", column: nil, message: "直された行です。", fix: ""))
        }
        return rows
    }

    private func rejections(file: Int, source: SourceID, name: String) throws -> [Rejection] {
        var rows: [Rejection] = []
        try facts.statement(
            """
            SELECT x.line, w.offset, x.code, x.column_name, x.message, x.fix
            FROM rejection x JOIN row w ON w.file = x.file AND w.line = x.line WHERE x.file = ? ORDER BY x.line
            """
        ).rows(file) {
            rows.append(
                Rejection(
                    position: RowPosition(source: source, file: name, line: $0.int(0), offset: $0.int(1)),
                    code: $0.text(2), column: $0.optionalText(3), message: $0.text(4), fix: $0.text(5)))
        }
        return rows
    }
}
