import Domain
import Extracts
import Foundation
import JapaneseText
import Mapping
import Policy
import Store

/// Maps the rows of one file; a row that its department corrected is mapped as it was corrected.
struct MendingMapper {
    private var mapper: Mapper
    private let isDelta: Bool
    private let corrections: [Int: Corrections.Entry]
    private let standing: StandingRows?

    /// - Parameters:
    ///   - corrections: of the file's rejected rows, by line.
    ///   - standing: of its source's accepted rows.
    init(
        _ mapper: Mapper, isDelta: Bool, corrections: [Int: Corrections.Entry], standing: StandingRows? = nil
    ) {
        self.standing = standing
        self.mapper = mapper
        self.isDelta = isDelta
        self.corrections = corrections
    }

    mutating func map(_ line: ExtractLine) -> MendedLine {
        switch line {
        case .outside(let number, let offset):
            return MendedLine(number: number, offset: offset, outcome: .outside(reason: "表題・空行"))
        case .unreadable(let rejection):
            let position = rejection.position
            guard let entry = corrections[position.line] else {
                return MendedLine(
                    number: position.line, offset: position.offset, outcome: .rejected(rejection))
            }
            return mapped(entry.fields, by: entry.actor, entry.at, at: position)
        case .row(let row):
            let position = row.position
            guard let entry = corrections[position.line] else {
                if let line = rectified(row) { return line }
                var line = MendedLine(
                    number: position.line, offset: position.offset, outcome: mapper.map(row),
                    key: isDelta ? mapper.key(of: row.fields) : nil)
                line.clues = clues(of: row.fields, line.outcome)
                return line
            }
            mapper.note(row)
            return mapped(entry.fields, by: entry.actor, entry.at, at: position)
        }
    }

    /// The row as it was corrected at somebody's request; `nil`: it stands as it came.
    private mutating func rectified(_ row: Row) -> MendedLine? {
        guard let (entry, fields) = standing?.standIn(for: row.fields) else { return nil }
        let position = row.position
        if let first = mapper.note(row) {
            return MendedLine(
                number: position.line, offset: position.offset, outcome: .duplicate(of: first))
        }
        var line = mapped(fields, by: entry.actor, entry.at, at: position)
        switch line.outcome {
        case .rejected, .outside:
            // No row is lost to a correction: it stands as it came, and that is told.
            line = MendedLine(
                number: position.line, offset: position.offset, outcome: mapper.map(row),
                key: isDelta ? mapper.key(of: row.fields) : nil)
            line.clues = clues(of: row.fields, line.outcome)
            line.unusable = entry.id
        case .accepted, .duplicate, .superseded: line.rectification = entry.id
        }
        return line
    }

    private mutating func mapped(
        _ fields: [String], by actor: String, _ at: Date, at position: RowPosition
    ) -> MendedLine {
        var line = MendedLine(
            number: position.line, offset: position.offset,
            outcome: mapper.map(Row(position: position, fields: fields)),
            key: isDelta ? mapper.key(of: fields) : nil)
        line.clues = clues(of: fields, line.outcome)
        line.correction = RowCorrection(actor: actor, on: Day(inJapanAt: at))
        line.correctedAt = at
        return line
    }

    /// Only of a rejected row are its fields asked for; making them costs as much as mapping some.
    private mutating func clues(of fields: @autoclosure () -> [String], _ outcome: MappingOutcome) -> [Clue] {
        if case .rejected(let rejection) = outcome { mapper.clues(of: fields(), rejection) } else { [] }
    }
}

/// A line of an extract with its one fate, as far as the file alone tells it.
struct MendedLine: Sendable {
    let number: Int
    let offset: Int
    var outcome: MappingOutcome
    /// What names the row's record, in sources that deliver changes.
    var key: RowDigest?
    /// Where the row was mapped as it was corrected.
    var correction: RowCorrection?
    var correctedAt: Date?
    /// Which correction of an accepted row stands in for it.
    var rectification: Int?
    /// Which one does not, since the row would not be accepted with it.
    var unusable: Int?
    /// Of a rejected row: whom it may be about.
    var clues: [Clue] = []
    /// In bytes.
    var length = 0
}

extension Rejection {
    /// Of a row that its department corrected already.
    var despiteCorrection: Rejection {
        Rejection(
            position: position, code: code, column: column, message: "直された行も受け付けられません。" + message, fix: fix)
    }
}

/// Fetches rows of a frozen extract once more, as far as they may be kept.
struct RowKeeper {
    private let lines: RawLines
    private let form: FileForm
    private let mapping: ExtractMapping
    private let numbers: IndividualNumberColumns

    init(_ frozen: FrozenExtract, _ form: FileForm) throws {
        lines = try RawLines(path: frozen.path, file: frozen.extract.file)
        self.form = form
        mapping = frozen.extract.mapping
        numbers = try form.individualNumbers()
    }

    /// A row with what looks like a 個人番号 may not be kept: the law lets nobody keep one without need. Where the columns
    /// are not sure, one may stand between the digits of others.
    func row(at offset: Int, length: Int) throws -> KeptRow? {
        let raw = try lines.line(at: offset, length: length)
        let text = try form.text(of: raw, mapping)
        guard numbers.firstIndex(in: text.fields) == nil,
            text.isSurelySplit || !IndividualNumber.mayBeHidden(in: text.fields.joined())
        else { return nil }
        return KeptRow(bytes: raw.bytes, length: raw.length)
    }
}

extension FileForm {
    init(_ reader: ExtractReader, _ numbers: IndividualNumberEvidence) throws {
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        }
        self.init(
            lines: try json(reader.lineForm), header: reader.header,
            numbers: try json(numbers.columns(of: reader.header)))
    }

    /// - Throws: `Fault` where the run was written by a program that knows another form.
    func text(of raw: RawLine, _ mapping: ExtractMapping) throws -> LineText {
        raw.text(try decoded(lines), gaiji: mapping.format.gaiji)
    }

    /// What the night took the columns for; nothing is known where the run is from before that was kept.
    ///
    /// - Throws: as `text`.
    func individualNumbers() throws -> IndividualNumberColumns {
        try numbers.map { try decoded($0) } ?? IndividualNumberColumns()
    }

    private func decoded<Value: Decodable>(_ json: String) throws -> Value {
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(json.utf8)) else {
            throw Fault(
                .notFound, code: "run.form", message: "この実行の、抽出ファイルの読み方の記録を読めません。",
                fix: "「renkei run」をもう一度実行してください。")
        }
        return value
    }
}

extension Corrections {
    /// Of one file, by line.
    func entries(of sha256: String) -> [Int: Entry] {
        entries.reduce(into: [:]) { if $1.key.sha256 == sha256 { $0[$1.key.line] = $1.value } }
    }

    /// `nil` where there are none.
    func counts(taken: [SourceID: Int]) -> [CorrectionCount]? {
        let counts = Set(taken.keys).union(lapsed.keys).sorted().map {
            CorrectionCount(source: $0, taken: taken[$0] ?? 0, lapsed: lapsed[$0] ?? 0)
        }
        return counts.isEmpty ? nil : counts
    }
}

extension Inbox {
    /// Hashes of the `corrected` extracts whose corrections do not count any more: of what lies in the folder, nothing as
    /// new as the source's full file of tonight is that extract.
    ///
    /// A source that stays away tonight keeps its corrections, and a night of an earlier day ends none.
    func replaced(
        _ corrected: [(source: SourceID, sha256: String)], by chosen: [InboxExtract]
    ) throws -> Set<String> {
        let inUse = Set(chosen.map(\.sha256))
        let replaced = try corrected.filter { source, sha256 in
            guard !inUse.contains(sha256), let full = chosen.first(where: { $0.mapping.source == source })
            else { return false }
            return try !entries().contains { name, isFile in
                guard isFile, let day = self.day(of: name, prefix: full.mapping.filePrefix), day >= full.asOf
                else { return false }
                // What cannot be read may be the one.
                guard let found = try? Digest.sha256(file: "\(folder)/\(name)") else { return true }
                return found == sha256
            }
        }
        return Set(replaced.map(\.sha256))
    }
}

extension Night {
    /// What departments sent back for rows of tonight's extracts; corrections of extracts that are replaced are told.
    func corrections(
        for chosen: [InboxExtract], _ rulebook: Rulebook, _ service: ServiceStore
    ) throws -> Corrections {
        let inbox = Inbox(folder: workspace.inbox, asOf: asOf)
        let corrections = try service.corrections(
            for: chosen.map(\.sha256), replaced: inbox.replaced(service.correctedExtracts(), by: chosen),
            actor: Self.actor,
            decision: rulebook.guideline.decide(
                AccessRequest(
                    actor: Self.actor, roles: Self.roles, action: .collect,
                    items: Set(rulebook.guideline.catalogue.items.keys),
                    purpose: "operations", standing: nil, on: asOf, isScheduled: true)),
            at: now())
        for (source, count) in corrections.lapsed.sorted(by: { $0.key < $1.key }) {
            let title = rulebook.mappings[source]?.title ?? source.rawValue
            log.notice("「\(title)」の新しい抽出が届いたため、前の抽出の行の直し\(count)件は使いません。")
        }
        return corrections
    }
}
