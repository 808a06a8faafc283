import Domain
import Extracts
import Identity
import JapaneseText
import Mapping
import Store

/// Reads, maps and stores every row of the frozen extracts; each row gets exactly one fate.
struct ReadExtracts {
    /// Why a row is not taken whose person's records were shredded.
    static let shreddedReason = "消去済み"
    /// Rejected rows, and as many warnings, that an extract may bring into the report.
    static let shown = 50
    /// Warnings of which the row lacks a fact.
    private static let unmade: Set<String> = ["date.imprecise", "fact.dropped"]

    let frozen: [FrozenExtract]
    let mappings: MappingSet
    let activeItems: Set<ItemCode>
    let store: RunStore
    let keys: WorkspaceKeys
    /// What departments sent back for rows of these extracts.
    let corrections: Corrections
    /// What accepted rows of these extracts say instead.
    var rectifications = Rectifications.none
    /// For how long facts are kept; `nil`: nobody approved that any is dropped.
    var retention: RetentionInForce?
    /// Whose rows are not taken.
    let shredded: ShreddedRecords
    /// Above 1, rows are read and mapped on a second thread while this one stores what came before.
    let threads: Int
    let log: NightLog

    /// - Throws: `Faults` with every extract whose file as such is unusable (kind `.gate`).
    func run() throws -> ReadResult {
        var result = ReadResult()
        var learned = Learned()
        var faults: [Fault] = []
        let referred = mappings.all.reduce(into: Set<SourceID>()) { $0.formUnion($1.references) }
        let sources = frozen.chunked { $0.extract.mapping.source }
        for (index, files) in sources.enumerated() {
            let mapping = files[0].extract.mapping
            log.progress(.read, index, of: sources.count, mapping.title)
            if referred.contains(mapping.source) { learned.numbers[mapping.source] = [] }
            do {
                try read(files, of: mapping, into: &result, &learned)
            } catch let fault as Fault where fault.kind == .gate {
                faults.append(fault)
            }
        }
        if let faults = Faults(faults) { throw faults }
        let arrived = Set(frozen.map(\.extract.mapping.source))
        result.arrived = arrived
        for mapping in mappings.all where !arrived.contains(mapping.source) {
            log.notice("「\(mapping.title)」は届いていません。この抽出にかかわる「ないこと」の判定はしません。")
            result.extracts.append(
                ExtractSummary(
                    source: mapping.source, title: mapping.title, department: mapping.department, file: nil,
                    sha256: "", asOf: nil,
                    ledger: RowLedger(), rejections: []))
        }
        for mapping in mappings.all where arrived.contains(mapping.source) {
            for source in mapping.references.subtracting(arrived).sorted() {
                log.notice("「\(mapping.title)」の番号は、「\(source)」が届いていないため点検していません。")
            }
        }
        return result
    }

    /// Reads the file of a source and the changes after it; the ledger counts them together.
    private func read(
        _ files: [FrozenExtract], of mapping: ExtractMapping, into result: inout ReadResult,
        _ learned: inout Learned
    ) throws {
        let extract = files[0].extract
        var summary = ExtractSummary(
            source: mapping.source, title: mapping.title, department: mapping.department,
            file: extract.file, sha256: extract.sha256, asOf: files.last?.extract.asOf, ledger: RowLedger(),
            rejections: [],
            deltas: files.dropFirst().map(\.extract.file))
        var (rejections, warnings) = ([String: RejectionCount](), [String: RejectionCount]())
        var (rejected, warned) = ([Rejection](), [Rejection]())
        let numbers = try evidence(in: files)
        var shreddedRows = 0
        let lastWords = try mapping.load == .delta ? hear(files, learned, numbers) : nil
        for (number, frozen) in files.enumerated() {
            let extract = frozen.extract
            let file = try store.addFile(
                source: mapping.source, title: mapping.title, file: extract.file, sha256: extract.sha256,
                asOf: extract.asOf)
            var intake = FileIntake(size: try frozen.size)
            var keeper: RowKeeper?
            func add(_ line: MendedLine, _ fate: RowFate) throws {
                try store.addRow(file: file, line: line.number, offset: line.offset, fate: fate)
                guard let correction = line.correction else { return }
                try store.addCorrected(correction, file: file, line: line.number)
                // An accepted row was nothing for its department to mend, and is kept nowhere.
                guard line.rectification == nil else { return }
                result.corrected[mapping.source, default: 0] += 1
                try keepRaw(line)
            }
            func reject(_ line: MendedLine, _ reason: Rejection, _ clues: [Clue]) throws {
                let rejection = line.correction == nil ? reason : reason.despiteCorrection
                summary.ledger.rejected += 1
                result.unread.add(clues, of: mapping.source, isSpine: mapping.isSpine)
                rejections[rejection.code, default: RejectionCount(first: rejection)].add(rejection)
                if rejected.count < Self.shown { rejected.append(rejection) }
                try store.addRow(
                    file: file, line: line.number, offset: line.offset, fate: .rejected(rejection))
                if let at = line.correctedAt, line.rectification == nil {
                    try store.addRefused(at: at, file: file, line: line.number)
                }
                if line.rectification != nil || shredded.mayHold(clues, of: mapping.source) {
                    try store.keep(nil, file: file, line: line.number)
                } else {
                    try keepRaw(line)
                }
            }
            func keepRaw(_ line: MendedLine) throws {
                try store.keep(
                    keeper?.row(at: line.offset, length: line.length), file: file, line: line.number)
            }
            try Conveyor.run(
                threads: threads,
                make: { [learned, activeItems, corrections, rectifications, keys] in
                    try lines(
                        of: frozen, learned, activeItems, corrections, rectifications, keys, numbers, put: $0)
                }
            ) { (item: ReadItem) in
                let line: MendedLine
                switch item {
                case .form(let form, let preamble):
                    intake.bytes += preamble
                    try store.addForm(form, of: file)
                    keeper = try RowKeeper(frozen, form)
                    return
                case .line(let mended): line = mended
                }
                if let id = line.rectification { result.rectified[id, default: 0] += 0 }
                if let id = line.unusable { result.unusable.insert(id) }
                intake.lines += 1
                intake.bytes += line.length
                let outcome =
                    lastWords?.fate(line.outcome, key: line.key, file: number, line: line.number)
                    ?? line.outcome
                switch outcome {
                case .outside(let reason):
                    summary.ledger.outside += 1
                    try add(line, .outside(reason: reason))
                case .rejected(let rejection): try reject(line, rejection, line.clues)
                case .duplicate(let first):
                    summary.ledger.duplicate += 1
                    try add(line, .duplicate(ofLine: first))
                case .superseded(let reason):
                    summary.ledger.superseded += 1
                    try add(line, .superseded(reason: reason))
                case .accepted(let all, let found):
                    let records = withoutShredded(
                        all, of: mapping, on: extract.asOf, in: result.entities, noting: &result.outlasting)
                    // A child's row goes as a whole; of a guardian who was shredded the child's row tells nothing.
                    if records.first?.subject != all.first?.subject {
                        shreddedRows += 1
                        summary.ledger.outside += 1
                        try store.addRow(
                            file: file, line: line.number, offset: line.offset,
                            fate: .outside(reason: Self.shreddedReason))
                        // Other extracts' rows with the number are no unknown ones.
                        for number in all.compactMap(\.identifiers.number?.number) {
                            learned.numbers[mapping.source]?.insert(number)
                        }
                        return
                    }
                    let identities = records.map(IdentityDigest.init(of:))
                    if mapping.isSpine,
                        let (position, first) = firstDoubled(records, identities, in: result.entities)
                    {
                        try reject(
                            line, doubledNumber(position, first: first, mapping),
                            records.map { Clue(besidesNumberOf: $0.identifiers) })
                        return
                    }
                    summary.ledger.accepted += 1
                    if let id = line.rectification { result.rectified[id, default: 0] += 1 }
                    for warning in found {
                        warnings[warning.code, default: RejectionCount(first: warning)].add(warning)
                        if warned.count < Self.shown { warned.append(warning) }
                    }
                    try add(line, .accepted)
                    let isWhole = !found.contains { Self.unmade.contains($0.code) }
                    for (record, identity) in zip(records, identities) {
                        let entity = try keep(
                            record, identity, of: mapping, on: extract.asOf, file: file, in: &result)
                        if !isWhole { result.unread.add(entity: entity, of: mapping.source) }
                        if mapping.isSpine { learned.add(record.identifiers) }
                        if let number = record.identifiers.number?.number {
                            learned.numbers[mapping.source]?.insert(number)
                        }
                    }
                }
            }
            try store.addIntake(intake, of: file)
        }
        summary.rejections = rejections.values.sorted { $0.code < $1.code }
        summary.warnings = warnings.values.sorted { $0.code < $1.code }
        if !warnings.isEmpty {
            let count = warnings.values.reduce(0) { $0 + $1.count }
            log.notice("「\(mapping.title)」の受け付けた行に、注意が\(count)件あります。実行報告で確かめてください。")
        }
        if shreddedRows > 0 {
            log.notice(
                "「\(mapping.title)」に、消去した方の行が\(shreddedRows < 10 ? "あり（10行未満）" : "\(shreddedRows)行あり")ました。取り込んでいません。抽出から除けるかを、\(mapping.department)に確かめてください。"
            )
        }
        if summary.ledger.current == 0 {
            log.notice(
                "「\(mapping.title)」には、受け取る行が1行もありません"
                    + (summary.ledger.outside > 0 ? "（対象外の行 \(summary.ledger.outside)行）。" : "。")
                    + "抽出の条件か、対応付けの outside を確かめてください。")
        }
        result.extracts.append(summary)
        result.rejected += rejected
        result.warned += warned
    }

    /// Looks at a source's files for what their columns say about 個人番号, before any row is taken: a number that was taken
    /// for another kind's would have landed already.
    private func evidence(in files: [FrozenExtract]) throws -> IndividualNumberEvidence {
        var numbers = IndividualNumberEvidence()
        var others: [String] = []
        for frozen in files {
            let mapping = frozen.extract.mapping
            let header = try numbers.look(at: frozen.path, file: frozen.extract.file, mapping: mapping)
            others = numbers.columns(of: header).others.map { header[$0] }
        }
        if !others.isEmpty, let title = files.first?.extract.mapping.title {
            log.notice(
                "「\(title)」の列「\(others.joined(separator: "」「"))」の12桁の番号は、形の合うものがたまたまの数しかないため、個人番号ではないとみて受け付けています。"
                    + "個人番号がまれに混じることのない列かを、担当課に確かめてください。")
        }
        return numbers
    }

    /// Reads a file and its changes once before anything is stored, to know which row of each record stands.
    private func hear(
        _ files: [FrozenExtract], _ learned: Learned, _ numbers: IndividualNumberEvidence
    ) throws -> LastWords {
        var words = LastWords()
        for frozen in files {
            words.begin(file: frozen.extract.file)
            try lines(of: frozen, learned, activeItems, corrections, rectifications, keys, numbers) { batch in
                for case .line(let line) in batch {
                    words.hear(line.outcome, key: line.key, line: line.number)
                }
            }
        }
        return words
    }

    /// The people of a row but those who were shredded; of whom a row came tonight, nobody was.
    private func withoutShredded(
        _ records: [Record], of mapping: ExtractMapping, on day: Day, in entities: Entities,
        noting outlasting: inout OutlastingMeasures
    ) -> [Record] {
        guard !shredded.isEmpty else { return records }
        let origin = Entities.Origin(
            source: mapping.source, isSpine: mapping.isSpine, isUnique: mapping.isUnique)
        return records.filter { record in
            let identity = IdentityDigest(of: record)
            guard !entities.isKnown(identity),
                let person = shredded.person(
                    of: record, key: Entities.key(of: record, identity, origin: origin, keys: keys))
            else { return true }
            outlasting.note(record, of: person, on: day)
            return false
        }
    }

    private func firstDoubled(
        _ records: [Record], _ identities: [IdentityDigest], in entities: Entities
    ) -> (RowPosition, first: (file: String, line: Int))? {
        for index in records.indices {
            if let first = entities.rowOfSameNumber(as: records[index], identities[index]) {
                return (records[index].position, first)
            }
        }
        return nil
    }

    /// Which of the two rows is right nobody can tell here; to take them for one person would mix two people up.
    private func doubledNumber(
        _ position: RowPosition, first: (file: String, line: Int), _ mapping: ExtractMapping
    ) -> Rejection {
        let place = (first.file == position.file ? "" : "「\(first.file)」の") + "\(first.line)行目"
        return Rejection(
            position: position, code: "number.doubled", column: mapping.numberColumn,
            message: "\(place)と同じ番号ですが、氏名や生年月日などが違います。",
            fix: "\(place)とこの行を\(mapping.department)で確かめ、正しい1行だけにしてください。")
    }

    private func keep(
        _ record: Record, _ identity: IdentityDigest, of mapping: ExtractMapping, on day: Day, file: Int,
        in result: inout ReadResult
    ) throws -> Int {
        let origin = Entities.Origin(
            source: mapping.source, isSpine: mapping.isSpine, isUnique: mapping.isUnique)
        // Who somebody is, and whether they are protected, is told by all that the row says.
        let entity = result.entities.entity(of: record, identity, origin: origin, on: day, keys: keys)
        if let key = entity.newKey {
            try store.addEntity(
                entity.index, source: mapping.source, key: key.rawValue, identifiers: record.identifiers)
        }
        let facts = record.facts.filter { fact in
            guard let retention else { return true }
            guard retention.periods.isOver(fact, asOf: day) else {
                if retention.tonight.isOver(fact, asOf: day) { result.overdue += 1 }
                return true
            }
            result.expired[fact.item, default: 0] += 1
            return false
        }
        try store.addRecord(
            file: file, line: record.position.line, offset: record.position.offset, subject: record.subject,
            entity: entity.index, facts: facts)
        return entity.index
    }
}

/// What is learned from one extract for those behind it.
private struct Learned: Sendable {
    private(set) var names = NameDictionary()
    private(set) var towns = TownList()
    /// The people's numbers of each source that another one's rows are checked against.
    var numbers: [SourceID: Set<String>] = [:]
    /// Of the row before: those of a household stand together, and a home teaches once.
    private var home = ""

    /// Takes in what a row of the register writes.
    mutating func add(_ identifiers: Identifiers) {
        identifiers.names.forEach { names.add($0) }
        guard let address = identifiers.address, address.written != home else { return }
        home = address.written
        towns.add(written: home)
    }
}

/// What comes of reading an extract: first how it is read, then its lines.
private enum ReadItem: Sendable {
    case form(FileForm, preamble: Int)
    case line(MendedLine)
}

/// Reads and maps every line of `frozen`, in its order, and hands them on in batches; knows no store.
private func lines(
    of frozen: FrozenExtract, _ learned: Learned, _ activeItems: Set<ItemCode>, _ corrections: Corrections,
    _ rectifications: Rectifications, _ keys: WorkspaceKeys, _ numbers: IndividualNumberEvidence,
    put: ([ReadItem]) throws -> Void
) throws {
    let (extract, mapping) = (frozen.extract, frozen.extract.mapping)
    let reader = try ExtractReader(
        path: frozen.path, source: mapping.source, file: extract.file, format: mapping.format)
    var mapper: MendingMapper
    do {
        mapper = MendingMapper(
            try Mapper(
                mapping, header: reader.header, names: learned.names, towns: learned.towns,
                asOf: extract.asOf, activeItems: activeItems, references: learned.numbers,
                numbers: numbers.columns(of: reader.header)),
            isDelta: mapping.load == .delta, corrections: corrections.entries(of: extract.sha256),
            standing: StandingRows(rectifications, mapping, header: reader.header, keys: keys))
    } catch {
        throw error.located(file: extract.file, line: mapping.format.titleLines + 1)
    }
    try put([.form(try FileForm(reader, numbers), preamble: reader.preamble)])
    var batch: [ReadItem] = []
    while let line = try reader.next() {
        var mended = mapper.map(line)
        mended.length = reader.lineLength
        batch.append(.line(mended))
        if batch.count == 256 {
            try put(batch)
            batch.removeAll(keepingCapacity: true)
        }
    }
    try put(batch)
}

extension Array {
    /// Runs of neighbours that have the same `key`.
    fileprivate func chunked<Key: Equatable>(by key: (Element) -> Key) -> [[Element]] {
        reduce(into: []) { chunks, element in
            if let last = chunks.last?.first, key(last) == key(element) {
                chunks[chunks.count - 1].append(element)
            } else {
                chunks.append([element])
            }
        }
    }
}
