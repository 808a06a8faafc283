import Domain
import Extracts
import Foundation
import JapaneseText
import Mapping
import Policy
package import Store

/// What a department returned.
enum ReturnedFile {
    case path(String)
    /// As it came by a page: it lies on no disk.
    case bytes([UInt8])
}

/// Takes rejected rows that were written anew as corrections: those of a returned file, or one that somebody typed.
struct CorrectionIntake {
    let quarantine: Quarantine
    /// Whether rows are taken that become somebody else's, or may: the department was asked.
    let allowsOtherPersons: Bool
    private(set) var results: [ReturnedRow] = []
    /// For messages; `nil`: what was returned lies on no disk.
    private var path: String?
    private var corrections: [CorrectedRow] = []
    private var otherPersons = 0
    private var emptiedRows = 0
    private var seen: [ExtractPlace: Int] = [:]
    private let files: [String: RejectedFile]
    private let rejections: [ExtractPlace: Rejection]
    /// Hashes of the extracts whose columns the header has.
    private var fitting: Set<String> = []

    init(_ quarantine: Quarantine, allowsOtherPersons: Bool) {
        self.quarantine = quarantine
        self.allowsOtherPersons = allowsOtherPersons
        files = Dictionary(quarantine.files.map { ($0.sha256, $0) }) { first, _ in first }
        rejections = Dictionary(
            files.values.flatMap { file in
                (file.rows + file.corrected).map {
                    (ExtractPlace(sha256: file.sha256, line: $0.position.line), $0)
                }
            }
        ) { first, _ in first }
    }

    /// A row as it was written, with the row it is to stand in for.
    private struct Returned {
        enum Cells {
            /// One for each column of the file; a spreadsheet may have changed them by itself.
            case saved([String])
            /// Those that were typed, by their place; the others stand as they were sent.
            case typed([Int: String])
        }

        let line: Int
        let place: ExtractPlace
        let cells: Cells
        let file: RejectedFile
        let rejection: Rejection
    }

    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable.
    mutating func take(_ file: ReturnedFile) throws {
        if case .path(let path) = file { self.path = path }
        let reader = try open(file)
        let header = try checked(reader.header)
        var returned: [Returned] = []
        while let line = try read(reader) {
            switch line {
            case .outside: break
            case .unreadable(let rejection):
                refuse(
                    rejection.position.line, nil, nil, rejection.code, nil, rejection.message,
                    "表計算ソフトで開き、「CSV UTF-8」の形で保存し直してください。")
            case .row(let row):
                if let row = try take(row, header) { returned.append(row) }
            }
        }
        let byFile = Dictionary(grouping: returned, by: \.file.number)
        for file in quarantine.files { try mend(byFile[file.number] ?? [], of: file) }
        try keep([
            "sha256": try {
                switch file {
                case .path(let path): try Digest.sha256(file: path)
                case .bytes(let bytes): Digest.sha256(bytes)
                }
            }()
        ])
        results.sort { $0.line < $1.line }
    }

    /// Takes one row as somebody typed it.
    mutating func take(_ cells: [Int: String], for rejection: Rejection, of file: RejectedFile) throws {
        let line = rejection.position.line
        try mend(
            [
                Returned(
                    line: line, place: ExtractPlace(sha256: file.sha256, line: line), cells: .typed(cells),
                    file: file, rejection: rejection)
            ], of: file)
        try keep(["file": file.file, "line": String(line)])
    }

    private func keep(_ references: [String: String]) throws {
        guard !corrections.isEmpty else { return }
        var references = references
        references["run"] = quarantine.name
        if otherPersons > 0 { references["otherPersons"] = String(otherPersons) }
        if emptiedRows > 0 { references["emptied"] = String(emptiedRows) }
        try quarantine.service.keepCorrections(
            corrections, actor: quarantine.actor, decision: quarantine.decision, references: references,
            at: quarantine.at)
    }
}

// The file as such.
extension CorrectionIntake {
    private func open(_ file: ReturnedFile) throws -> ExtractReader {
        do throws(Fault) {
            switch file {
            case .path(let path):
                return try ExtractReader(
                    path: path, source: "returned", file: URL(filePath: path).lastPathComponent,
                    format: ExtractFormat())
            case .bytes(let bytes)
            where bytes.starts(with: "PK\u{3}\u{4}".utf8) || bytes.starts(with: "%PDF".utf8):
                throw Fault(
                    .gate, code: "returned.unusable", message: "CSVではなく、Excelブック（.xlsx）かPDFなどのファイルです。",
                    fix: "")
            case .bytes(let bytes):
                return try ExtractReader(
                    bytes: bytes, source: "returned", file: "送られたファイル", format: ExtractFormat())
            }
        } catch let fault { throw unusable(fault) }
    }

    private func read(_ reader: ExtractReader) throws -> ExtractLine? {
        do { return try reader.next() } catch let fault { throw unusable(fault) }
    }

    /// What is wrong stands in the reader's words; what to do is another thing here than with an extract.
    private func unusable(_ fault: Fault) -> Fault {
        Fault(
            fault.kind, code: "returned.unusable", message: fault.message, file: path, line: fault.line,
            fix: "画面「却下された行」か「renkei rejected export」で書き出したファイルを、列を変えずに「CSV UTF-8」で保存したものか確かめてください。"
        )
    }

    /// - Returns: the header's cells, which begin with those that say which row each line is.
    private func checked(_ header: [String]) throws(Fault) -> [String] {
        let cells = header.map(SpreadsheetText.unprotected)
        let names = ExchangeColumns.names
        if let wrong = names.indices.first(where: { !cells.indices.contains($0) || cells[$0] != names[$0] }) {
            throw moved(names[wrong])
        }
        return cells
    }

    /// Whether the columns are those of `file` and, behind them, of what its rows had too many.
    private mutating func require(_ header: [String], of file: RejectedFile) throws {
        if fitting.contains(file.sha256) { return }
        let own = try quarantine.run.form(of: file.number).header
        let surplus = max(0, header.count - ExchangeColumns.names.count - own.count)
        let sent = ExchangeColumns.header(own, surplus: surplus)
        for (index, name) in sent.enumerated() {
            let isUnnamed =
                index >= sent.count - surplus && header.indices.contains(index) && header[index].isEmpty
            guard isUnnamed || header.indices.contains(index) && header[index] == name else {
                throw moved(name)
            }
        }
        fitting.insert(file.sha256)
    }

    private func moved(_ column: String) -> Fault {
        Fault(
            .gate, code: "returned.columns", message: "戻されたファイルの列が、書き出したときと違います。", file: path, line: 1,
            field: column,
            fix: path == nil
                ? "画面「却下された行」からダウンロードしたファイルの列を、消したり並べ替えたりせずに、もう一度送ってください。"
                : "画面「却下された行」か「renkei rejected export」で書き出したファイルの列を、消したり並べ替えたりせずに戻してもらってください。")
    }
}

// Its rows.
extension CorrectionIntake {
    private mutating func refuse(
        _ line: Int, _ file: String?, _ row: Int?, _ code: String, _ column: String?, _ message: String,
        _ fix: String
    ) {
        results.append(
            ReturnedRow(
                line: line, file: file, row: row,
                outcome: .refused(code: code, column: column, message: message, fix: fix)))
    }

    private mutating func take(_ row: Row, _ header: [String]) throws -> Returned? {
        let line = row.position.line
        let cells = row.fields.map(SpreadsheetText.unprotected)
        let front = ExchangeColumns.names.count
        guard cells.count >= front, let number = Int(cells[ExchangeColumns.line]) else {
            refuse(
                line, nil, nil, "returned.place", ExchangeColumns.names[ExchangeColumns.line],
                "どの行のことか分かりません。",
                "「ファイル」「ハッシュ」「行」の列を、書き出したときの値に戻してください。")
            return nil
        }
        let place = ExtractPlace(sha256: cells[ExchangeColumns.hash].lowercased(), line: number)
        // In a line that slipped, a name may stand where the file's should: what is not of this run is not said again.
        let known = files[place.sha256]?.file
        let knownLine = known == nil ? nil : number
        guard cells.count <= header.count || cells[header.count...].allSatisfy(\.isEmpty) else {
            refuse(
                line, known, knownLine, "row.columns", nil, "列の数が見出しより多くなっています。",
                "値の中の「,」や引用符が正しく囲まれているか確かめてください。")
            return nil
        }
        if let first = seen[place] {
            refuse(
                line, known, knownLine, "returned.twice", nil, "\(first)行目と同じ行の直しです。",
                "どちらか一方だけにしてください。")
            return nil
        }
        seen[place] = line
        guard let file = files[place.sha256], let rejection = rejections[place] else {
            results.append(ReturnedRow(line: line, file: known, row: knownLine, outcome: .lapsed))
            return nil
        }
        try require(header, of: file)
        let fields = Array(cells[front..<min(cells.count, header.count)])
        return Returned(
            line: line, place: place,
            cells: .saved(fields + Array(repeating: "", count: header.count - front - fields.count)),
            file: file, rejection: rejection)
    }

    /// Holds the returned rows against what was sent, and against the mapping.
    private mutating func mend(_ returned: [Returned], of file: RejectedFile) throws {
        if returned.isEmpty { return }
        let reading = try quarantine.reading(file)
        let kept = try quarantine.service.rejectedRows(
            returned.map { (file.number, $0.place.line) }, of: quarantine.run, isExport: false,
            actor: quarantine.actor, decision: quarantine.decision,
            references: ["file": file.file, "sha256": file.sha256, "run": quarantine.name], at: quarantine.at)
        let guideline = quarantine.rulebook.guideline
        let mapper = try Mapper(
            reading.mapping, header: reading.form.header, names: NameDictionary(),
            asOf: file.asOf ?? Day(inJapanAt: quarantine.at),
            activeItems: guideline.activeItems(
                for: Night.actor, roles: Night.roles, on: Day(inJapanAt: quarantine.at)),
            numbers: try reading.form.individualNumbers())
        let contents = try zip(returned, kept).map { try reading.content(of: $1, $0.rejection) }
        let widths = SpreadsheetHabits.widths(of: contents.map(\.whole), columns: reading.form.header.count)
        for (row, content) in zip(returned, contents) {
            let mended =
                switch row.cells {
                case .saved(let cells):
                    MendedRow(content, cells, columns: reading.form.header, widths: widths)
                case .typed(let cells):
                    MendedRow(
                        content, typed: try standing(row, beside: cells, content, reading),
                        columns: reading.form.header)
                }
            results.append(
                ReturnedRow(
                    line: row.line, file: file.file, row: row.place.line,
                    outcome: try outcome(of: mended, content, row, mapper)))
        }
    }

    /// `cells` with what a correction that waits says of columns that no page shows: nobody could write those again.
    private func standing(
        _ row: Returned, beside cells: [Int: String], _ content: RejectedContent, _ reading: RejectedReading
    ) throws -> [Int: String] {
        guard content.gap == nil,
            let correction = try quarantine.waitingCorrection(of: row.file, line: row.place.line)
        else { return cells }
        let hidden = reading.changes(correction, of: content).filter {
            $0.shown == nil && content.fields.indices.contains($0.index)
                && correction.fields.indices.contains($0.index)
        }
        return cells.merging(hidden.map { ($0.index, correction.fields[$0.index]) }) { typed, _ in typed }
    }

    private mutating func outcome(
        of mended: MendedRow, _ content: RejectedContent, _ row: Returned, _ mapper: Mapper
    ) throws -> ReturnedRow.Outcome {
        if mended.changed.isEmpty { return .unchanged(restored: mended.restored) }
        if let trouble = mended.trouble {
            return .refused(
                code: "returned.unfinished", column: trouble.column, message: trouble.message,
                fix: trouble.fix)
        }
        let correction = CorrectedRow(
            place: row.place, source: row.file.source, fields: mended.fields, changed: mended.places)
        let masked = content.gap == nil ? content.fields.indices.filter { content.fields[$0].isMasked } : []
        let isMaskWritten = masked.contains {
            content.fields[$0].column.map(mended.changed.contains) ?? false
        }
        // No answer may tell whether what somebody wrote, now or before, is what is masked.
        if !isMaskWritten, try quarantine.service.isKept(correction, besides: Set(masked)) {
            let last = row.rejection
            guard row.file.refused[last.position.line] != nil,
                !quarantine.isCorrected(row.file, line: last.position.line)
            else {
                if try !quarantine.service.isKept(correction) { corrections.append(correction) }
                return .known
            }
            return .refused(
                code: last.code, column: last.column, message: "前と同じ直しです。" + last.message, fix: last.fix)
        }
        var mapper = mapper
        switch mapper.map(Row(position: row.rejection.position, fields: mended.fields)) {
        case .rejected(let still):
            return .refused(code: still.code, column: still.column, message: still.message, fix: still.fix)
        case .outside(let reason):
            return .refused(
                code: "returned.outside", column: nil, message: "この内容は、対象外の行（\(reason)）として扱われます。",
                fix: "こどもの記録の行なら、値を確かめてください。")
        case .accepted, .duplicate, .superseded:
            // Only the whole extract shows it: by itself the row is sound.
            if row.rejection.code == "key.twice", content.isAligned,
                mapper.key(of: mended.fields) == mapper.key(of: content.whole)
            {
                let last = row.rejection
                return .refused(
                    code: last.code, column: last.column,
                    message: (last.column.map { "「\($0)」が元のままです。" } ?? "") + last.message, fix: last.fix)
            }
            if !content.isAligned {
                guard allowsOtherPersons else { return anyPerson }
                otherPersons += 1
            } else if let column = mapper.otherPerson(in: mended.fields, than: content.whole, row.rejection) {
                guard allowsOtherPersons else { return otherPerson(column) }
                otherPersons += 1
            } else if let (filled, emptied) = mended.emptied(content) {
                guard allowsOtherPersons else {
                    return .refused(
                        code: ReturnedRow.emptied, column: nil,
                        message: "もとの行で埋まっていた\(filled)列（伏せた列のほか）のうち、\(emptied)列が空になります。", fix: askFirst)
                }
                emptiedRows += 1
            }
            corrections.append(correction)
            return .kept(changed: mended.changed, restored: mended.restored, shortened: mended.shortened)
        }
    }
}

extension CorrectionIntake {
    private func otherPerson(_ column: String) -> ReturnedRow.Outcome {
        .refused(
            code: ReturnedRow.otherPerson, column: column, message: "直すと、別の人か別の記録の行になります。",
            fix: askFirst)
    }

    /// Of a row whose fields cannot be told apart: there is nothing to hold the correction against.
    private var anyPerson: ReturnedRow.Outcome {
        .refused(
            code: ReturnedRow.otherPerson, column: nil, message: "もとの行の列を見分けられないため、同じ人の行か確かめられません。",
            fix: askFirst)
    }

    private var askFirst: String {
        path == nil
            ? "行を取り違えていないか、もとの書類やシステムで確かめ、正しければ、受け取ってよいという欄に印を付けて、もう一度送ってください。"
            : "行を取り違えていないか担当課に確かめ、正しければ「--other-person」を付けて、もう一度受け取ってください。"
    }
}

extension RejectedContent {
    /// Every field as it came; none where they cannot be told apart.
    fileprivate var whole: [String] { gap == nil ? fields.map(\.original) : [] }
}

extension Quarantine {
    /// Takes the rows of a file that a department returned; the good ones are kept for the next night.
    ///
    /// - Parameter allowsOtherPersons: takes rows too that become somebody else's; without it they are refused.
    /// - Returns: one entry for each row of the file, by line.
    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable, `.denied`.
    package func reload(_ path: String, allowsOtherPersons: Bool = false) throws -> [ReturnedRow] {
        try reload(.path(path), allowsOtherPersons: allowsOtherPersons)
    }

    package func reload(_ bytes: [UInt8], allowsOtherPersons: Bool) throws -> [ReturnedRow] {
        try reload(.bytes(bytes), allowsOtherPersons: allowsOtherPersons)
    }

    private func reload(_ file: ReturnedFile, allowsOtherPersons: Bool) throws -> [ReturnedRow] {
        var intake = CorrectionIntake(self, allowsOtherPersons: allowsOtherPersons)
        try intake.take(file)
        return intake.results
    }

    package func mend(
        file name: String, line: Int, cells: [Int: String], allowsOtherPersons: Bool
    ) throws -> ReturnedRow {
        let (file, rejection) = try rejection(file: name, line: line)
        var intake = CorrectionIntake(self, allowsOtherPersons: allowsOtherPersons)
        try intake.take(cells, for: rejection, of: file)
        return intake.results[0]
    }
}
