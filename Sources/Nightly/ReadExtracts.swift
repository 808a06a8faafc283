import Domain
import Extracts
import Identity
import JapaneseText
import Mapping
import Store

/// What reading tonight's extracts gave: identities to link, and the ledger of every row.
struct ReadResult {
    var entities = Entities()
    var extracts: [ExtractSummary] = []
    /// The first rejected rows of each extract, for the report.
    var rejected: [Rejection] = []
    /// The first warnings about accepted rows, likewise.
    var warned: [Rejection] = []
}

/// Reads, maps and stores every row of the frozen extracts; each row gets exactly one fate.
struct ReadExtracts {
    /// Rejected rows, and as many warnings, that an extract may bring into the report.
    static let shown = 50

    let frozen: [FrozenExtract]
    let mappings: MappingSet
    let activeItems: Set<ItemCode>
    let store: RunStore
    let keys: WorkspaceKeys
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
        for mapping in mappings.all where !arrived.contains(mapping.source) {
            log.notice("「\(mapping.title)」は届いていません。この抽出にかかわる「ないこと」の判定はしません。")
            result.extracts.append(
                ExtractSummary(
                    source: mapping.source, title: mapping.title, file: nil, sha256: "", asOf: nil,
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
            source: mapping.source, title: mapping.title, file: extract.file, sha256: extract.sha256,
            asOf: files.last?.extract.asOf, ledger: RowLedger(), rejections: [],
            deltas: files.dropFirst().map(\.extract.file))
        var (rejections, warnings) = ([String: Int](), [String: Int]())
        var (rejected, warned) = ([Rejection](), [Rejection]())
        let lastWords = try mapping.load == .delta ? hear(files, learned) : nil
        for (number, frozen) in files.enumerated() {
            let extract = frozen.extract
            let file = try store.addFile(
                source: mapping.source, title: mapping.title, file: extract.file, sha256: extract.sha256,
                asOf: extract.asOf)
            func add(_ line: MappedLine, _ fate: RowFate) throws {
                try store.addRow(file: file, line: line.number, offset: line.offset, fate: fate)
            }
            func reject(_ line: MappedLine, _ rejection: Rejection) throws {
                summary.ledger.rejected += 1
                rejections[rejection.code, default: 0] += 1
                if rejected.count < Self.shown { rejected.append(rejection) }
                try add(line, .rejected(rejection))
            }
            try Conveyor.run(
                threads: threads,
                make: { [learned, activeItems] in
                    try lines(of: frozen, learned, activeItems, put: $0)
                }
            ) { (line: MappedLine) in
                let outcome =
                    lastWords?.fate(line.outcome, key: line.key, file: number, line: line.number)
                    ?? line.outcome
                switch outcome {
                case .outside(let reason):
                    summary.ledger.outside += 1
                    try add(line, .outside(reason: reason))
                case .rejected(let rejection): try reject(line, rejection)
                case .duplicate(let first):
                    summary.ledger.duplicate += 1
                    try add(line, .duplicate(ofLine: first))
                case .superseded(let reason):
                    summary.ledger.superseded += 1
                    try add(line, .superseded(reason: reason))
                case .accepted(let records, let found):
                    if mapping.isSpine, let (record, first) = firstDoubled(records, in: result.entities) {
                        try reject(line, doubledNumber(record.position, first: first, mapping))
                        return
                    }
                    summary.ledger.accepted += 1
                    for warning in found {
                        warnings[warning.code, default: 0] += 1
                        if warned.count < Self.shown { warned.append(warning) }
                    }
                    try add(line, .accepted)
                    for record in records {
                        try keep(record, of: mapping, file: file, in: &result.entities)
                        if mapping.isSpine { learned.add(record.identifiers) }
                        if let number = record.identifiers.number?.number {
                            learned.numbers[mapping.source]?.insert(number)
                        }
                    }
                }
            }
        }
        summary.rejections = counts(rejections)
        summary.warnings = counts(warnings)
        if !warnings.isEmpty {
            log.notice("「\(mapping.title)」の受け付けた行に、注意が\(warnings.values.reduce(0, +))件あります。実行報告で確かめてください。")
        }
        result.extracts.append(summary)
        result.rejected += rejected
        result.warned += warned
    }

    private func counts(_ codes: [String: Int]) -> [RejectionCount] {
        codes.map { RejectionCount(code: $0.key, count: $0.value) }.sorted { $0.code < $1.code }
    }

    /// Reads a file and its changes once before anything is stored, to know which row of each record stands.
    private func hear(_ files: [FrozenExtract], _ learned: Learned) throws -> LastWords {
        var words = LastWords()
        for frozen in files {
            words.begin(file: frozen.extract.file)
            try lines(of: frozen, learned, activeItems) { batch in
                for line in batch { words.hear(line.outcome, key: line.key, line: line.number) }
            }
        }
        return words
    }

    private func firstDoubled(_ records: [Record], in entities: Entities) -> (Record, line: Int)? {
        for record in records {
            if let line = entities.lineOfSameNumber(as: record) { return (record, line) }
        }
        return nil
    }

    /// Which of the two rows is right nobody can tell here; to take them for one person would mix two people up.
    private func doubledNumber(_ position: RowPosition, first: Int, _ mapping: ExtractMapping) -> Rejection {
        Rejection(
            position: position, code: "number.doubled", column: mapping.numberColumn,
            message: "\(first)行目と同じ番号ですが、氏名や生年月日などが違います。",
            fix: "\(first)行目とこの行を\(mapping.department)で確かめ、正しい1行だけにしてください。")
    }

    private func keep(
        _ record: Record, of mapping: ExtractMapping, file: Int, in entities: inout Entities
    ) throws {
        let entity = entities.entity(
            of: record, isSpine: mapping.isSpine, isUnique: mapping.isUnique, keys: keys)
        if entity.isNew {
            try store.addEntity(
                entity.index, source: mapping.source, key: entities.keys[entity.index].rawValue,
                identifiers: record.identifiers)
        }
        try store.addRecord(
            file: file, line: record.position.line, subject: record.subject, entity: entity.index,
            facts: record.facts)
    }
}

/// What is learned from one extract for those behind it.
private struct Learned: Sendable {
    private(set) var names = NameDictionary()
    private(set) var towns = TownList()
    /// The people's numbers of each source that another one's rows are checked against.
    var numbers: [SourceID: Set<String>] = [:]

    /// Takes in what a row of the register writes.
    mutating func add(_ identifiers: Identifiers) {
        identifiers.names.forEach { names.add($0) }
        if let address = identifiers.address { towns.add(address.town) }
    }
}

/// A line of an extract with its one fate, as far as the file alone tells it.
private struct MappedLine: Sendable {
    let number: Int
    let offset: Int
    let outcome: MappingOutcome
    /// What names the row's record, in sources that deliver changes.
    var key: RowDigest?
}

/// Reads and maps every line of `frozen`, in its order, and hands them on in batches; knows no store.
private func lines(
    of frozen: FrozenExtract, _ learned: Learned, _ activeItems: Set<ItemCode>,
    put: ([MappedLine]) throws -> Void
) throws {
    let (extract, mapping) = (frozen.extract, frozen.extract.mapping)
    let reader = try ExtractReader(
        path: frozen.path, source: mapping.source, file: extract.file, format: mapping.format)
    var mapper: Mapper
    do {
        mapper = try Mapper(
            mapping, header: reader.header, names: learned.names, towns: learned.towns,
            asOf: extract.asOf, activeItems: activeItems, references: learned.numbers)
    } catch {
        throw error.located(file: extract.file, line: mapping.format.titleLines + 1)
    }
    var batch: [MappedLine] = []
    while let line = try reader.next() {
        switch line {
        case .outside(let number, let offset):
            batch.append(MappedLine(number: number, offset: offset, outcome: .outside(reason: "表題・空行")))
        case .unreadable(let rejection):
            let position = rejection.position
            batch.append(
                MappedLine(number: position.line, offset: position.offset, outcome: .rejected(rejection)))
        case .row(let row):
            batch.append(
                MappedLine(
                    number: row.position.line, offset: row.position.offset, outcome: mapper.map(row),
                    key: mapping.load == .delta ? mapper.key(of: row.fields) : nil))
        }
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
