import Domain
import Extracts
import Foundation
import JapaneseText
import Mapping
import Policy
import Store

/// What became of one row of a file that a department returned.
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

    /// In the returned file.
    package let line: Int
    /// The extract's name and the row's line, as the returned file says; `nil` where it cannot be read.
    package let file: String?
    package let row: Int?
    package let outcome: Outcome
}

/// Takes a returned file's rows as corrections.
struct CorrectionIntake {
    let quarantine: Quarantine
    let path: String
    /// Whether rows are taken that become somebody else's, or may: the department was asked.
    let allowsOtherPersons: Bool
    private(set) var results: [ReturnedRow] = []
    private var corrections: [CorrectedRow] = []
    private var otherPersons = 0
    private var seen: [ExtractPlace: Int] = [:]
    private let files: [String: RejectedFile]
    private let rejections: [ExtractPlace: Rejection]
    /// Hashes of the extracts whose columns the header has.
    private var fitting: Set<String> = []

    init(_ quarantine: Quarantine, path: String, allowsOtherPersons: Bool) {
        self.quarantine = quarantine
        self.path = path
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

    /// A row of the returned file with the row it is to stand in for.
    private struct Returned {
        let line: Int
        let place: ExtractPlace
        let fields: [String]
        let file: RejectedFile
        let rejection: Rejection
    }

    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable.
    mutating func run() throws {
        let reader = try open()
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
        if !corrections.isEmpty {
            var references = ["sha256": try Digest.sha256(file: path), "run": quarantine.name]
            if otherPersons > 0 { references["otherPersons"] = String(otherPersons) }
            try quarantine.service.keepCorrections(
                corrections, actor: quarantine.actor, decision: quarantine.decision,
                references: references, at: quarantine.at)
        }
        results.sort { $0.line < $1.line }
    }
}

// The file as such.
extension CorrectionIntake {
    private var name: String { URL(filePath: path).lastPathComponent }

    private func open() throws -> ExtractReader {
        do {
            return try ExtractReader(path: path, source: "returned", file: name, format: ExtractFormat())
        } catch let fault { throw unusable(fault) }
    }

    private func read(_ reader: ExtractReader) throws -> ExtractLine? {
        do { return try reader.next() } catch let fault { throw unusable(fault) }
    }

    /// What is wrong stands in the reader's words; what to do is another thing here than with an extract.
    private func unusable(_ fault: Fault) -> Fault {
        Fault(
            fault.kind, code: "returned.unusable", message: fault.message, file: path, line: fault.line,
            fix: "「renkei rejected export」で書き出したファイルを、列を変えずに「CSV UTF-8」で保存したものか確かめてください。")
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
            fix: "「renkei rejected export」で書き出したファイルの列を、消したり並べ替えたりせずに戻してもらってください。")
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
        guard cells.count <= header.count || cells[header.count...].allSatisfy(\.isEmpty) else {
            refuse(
                line, cells[ExchangeColumns.file], number, "row.columns", nil, "列の数が見出しより多くなっています。",
                "値の中の「,」や引用符が正しく囲まれているか確かめてください。")
            return nil
        }
        let place = ExtractPlace(sha256: cells[ExchangeColumns.hash].lowercased(), line: number)
        if let first = seen[place] {
            refuse(
                line, cells[ExchangeColumns.file], number, "returned.twice", nil, "\(first)行目と同じ行の直しです。",
                "どちらか一方だけにしてください。")
            return nil
        }
        seen[place] = line
        guard let file = files[place.sha256], let rejection = rejections[place] else {
            results.append(
                ReturnedRow(line: line, file: cells[ExchangeColumns.file], row: number, outcome: .lapsed))
            return nil
        }
        try require(header, of: file)
        let fields = Array(cells[front..<min(cells.count, header.count)])
        return Returned(
            line: line, place: place,
            fields: fields + Array(repeating: "", count: header.count - front - fields.count), file: file,
            rejection: rejection)
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
            let mended = MendedRow(content, row.fields, columns: reading.form.header, widths: widths)
            results.append(
                ReturnedRow(
                    line: row.line, file: file.file, row: row.place.line,
                    outcome: try outcome(of: mended, content, row, mapper)))
        }
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
        let correction = CorrectedRow(place: row.place, source: row.file.source, fields: mended.fields)
        if try quarantine.service.isKept(correction) {
            let last = row.rejection
            guard row.file.refused[last.position.line] != nil,
                !quarantine.isCorrected(row.file, line: last.position.line)
            else { return .known }
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
            if !content.isAligned {
                guard allowsOtherPersons else { return Self.anyPerson }
                otherPersons += 1
            } else if let column = mapper.otherPerson(in: mended.fields, than: content.whole, row.rejection) {
                guard allowsOtherPersons else { return Self.otherPerson(column) }
                otherPersons += 1
            }
            corrections.append(correction)
            return .kept(changed: mended.changed, restored: mended.restored, shortened: mended.shortened)
        }
    }
}

extension CorrectionIntake {
    private static func otherPerson(_ column: String) -> ReturnedRow.Outcome {
        .refused(
            code: "returned.other-person", column: column, message: "直すと、別の人か別の記録の行になります。",
            fix: askFirst)
    }

    /// Of a row whose fields cannot be told apart: there is nothing to hold the correction against.
    private static let anyPerson = ReturnedRow.Outcome.refused(
        code: "returned.other-person", column: nil, message: "もとの行の列を見分けられないため、同じ人の行か確かめられません。",
        fix: askFirst)

    private static let askFirst =
        "行を取り違えていないか担当課に確かめ、正しければ「--other-person」を付けてもう一度受け取ってください。"
}

extension RejectedContent {
    /// Every field as it came; none where they cannot be told apart.
    fileprivate var whole: [String] { gap == nil ? fields.map(\.original) : [] }
}

/// A rejected row after its department worked on it.
struct MendedRow {
    /// One for each column of the extract.
    private(set) var fields: [String] = []
    /// The columns that say something new.
    private(set) var changed: [String] = []
    /// The columns that only the spreadsheet changed; they stand as they came.
    private(set) var restored: [String] = []
    /// Of the changed columns, those whose number is shorter than the column's, as if its leading zeros were gone.
    private(set) var shortened: [String] = []
    /// What keeps the row from being used.
    private(set) var trouble: (column: String, message: String, fix: String)?

    /// - Parameters:
    ///   - returned: one for each column of the extract, and those that the row had too many.
    ///   - widths: of each column as `SpreadsheetHabits.widths` tells; empty: unknown.
    init(_ content: RejectedContent, _ returned: [String], columns: [String], widths: [Int?] = []) {
        let sent = content.gap == nil ? content.fields : []
        for (index, cell) in returned.enumerated() {
            let field = sent.indices.contains(index) ? sent[index] : nil
            let column = columns.indices.contains(index) ? columns[index] : nil
            let isSame = cell.utf8.elementsEqual((field?.shown ?? "").utf8)
            let isMask = field?.shown == RejectedContent.mask
            let isUntouched =
                isSame || SpreadsheetHabits.explain(cell, from: field?.shown ?? "")
                || isMask && RejectedContent.isMask(cell)
            let name = column ?? ExchangeColumns.surplus(index - columns.count)
            if !isUntouched { changed.append(name) }
            if !isUntouched, widths.indices.contains(index), let width = widths[index],
                SpreadsheetHabits.isShortened(cell, width: width)
            {
                shortened.append(name)
            }
            if isUntouched, !isSame { restored.append(name) }
            if column != nil { fields.append(isUntouched ? field?.original ?? "" : cell) }

            if column == nil, !cell.isEmpty {
                note(name, "列の数より多い値が残っています。", "値を正しい列に移し、この列を空にしてください。")
            } else if field?.isDamaged == true, cell.unicodeScalars.contains(LineText.substitute) {
                note(name, "読めない文字（〓）が残っています。", "〓 を正しい文字に直してください。")
            } else if field?.isDamaged == true, isUntouched {
                note(name, "伏せた値に、読めない文字があります。", "「\(cell)」を消し、値をすべて書き直してください。")
            } else if !isUntouched, isMask, RejectedContent.hasMask(cell) {
                note(name, "伏せた値の一部が残っています。", "値をすべて書き直すか、「\(RejectedContent.mask)」だけに戻してください。")
            } else if !isUntouched, isMask, cell.allSatisfy(\.isWhitespace) {
                note(name, "伏せた値が空欄になっています。", "値を消さないなら「\(RejectedContent.mask)」に戻し、消すなら元の抽出を直してください。")
            }
        }
    }

    private mutating func note(_ column: String, _ message: String, _ fix: String) {
        if trouble == nil { trouble = (column, message, fix) }
    }
}

extension ReturnedRow {
    package var isKept: Bool { if case .kept = outcome { true } else { false } }
}

extension Quarantine {
    /// Takes the rows of a file that a department returned; the good ones are kept for the next night.
    ///
    /// - Parameter allowsOtherPersons: takes rows too that become somebody else's; without it they are refused.
    /// - Returns: one entry for each row of the file, by line.
    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable, `.denied`.
    package func reload(_ path: String, allowsOtherPersons: Bool = false) throws -> [ReturnedRow] {
        var intake = CorrectionIntake(self, path: path, allowsOtherPersons: allowsOtherPersons)
        try intake.run()
        return intake.results
    }
}
