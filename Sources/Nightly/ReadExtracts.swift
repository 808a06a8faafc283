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
}

/// Reads, maps and stores every row of the frozen extracts; each row gets exactly one fate.
struct ReadExtracts {
    /// Rejected rows an extract may bring into the report.
    static let shownRejections = 50

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
        var names = NameDictionary()
        var towns = TownList()
        var faults: [Fault] = []
        for (index, extract) in frozen.enumerated() {
            log.progress(.read, index, of: frozen.count, extract.extract.mapping.title)
            do {
                try read(extract, into: &result, names: &names, towns: &towns)
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
        return result
    }

    private func read(
        _ frozen: FrozenExtract, into result: inout ReadResult, names: inout NameDictionary,
        towns: inout TownList
    ) throws {
        let (extract, mapping) = (frozen.extract, frozen.extract.mapping)
        let file = try store.addFile(
            source: mapping.source, title: mapping.title, file: extract.file, sha256: extract.sha256,
            asOf: extract.asOf)
        var ledger = RowLedger()
        var rejections: [String: Int] = [:]
        var shown = 0

        func reject(_ rejection: Rejection) throws {
            ledger.rejected += 1
            rejections[rejection.code, default: 0] += 1
            if shown < Self.shownRejections {
                result.rejected.append(rejection)
                shown += 1
            }
            try store.addRow(
                file: file, line: rejection.position.line, offset: rejection.position.offset,
                fate: .rejected(rejection))
        }

        try Conveyor.run(
            threads: threads,
            make: { [names, towns, activeItems] in
                try lines(of: frozen, names: names, towns: towns, activeItems: activeItems, put: $0)
            }
        ) { (line: MappedLine) in
            let (number, offset) = (line.number, line.offset)
            switch line.outcome {
            case .outside(let reason):
                ledger.outside += 1
                try store.addRow(file: file, line: number, offset: offset, fate: .outside(reason: reason))
            case .rejected(let rejection):
                try reject(rejection)
            case .duplicate(let first):
                ledger.duplicate += 1
                try store.addRow(file: file, line: number, offset: offset, fate: .duplicate(ofLine: first))
            case .accepted(let records):
                if mapping.isSpine,
                    let (record, first) = firstDoubled(records, in: result.entities)
                {
                    try reject(doubledNumber(record.position, first: first, mapping))
                    return
                }
                ledger.accepted += 1
                try store.addRow(file: file, line: number, offset: offset, fate: .accepted)
                for record in records {
                    try keep(record, of: mapping, file: file, in: &result.entities)
                    guard mapping.isSpine else { continue }
                    record.identifiers.names.forEach { names.add($0) }
                    if let address = record.identifiers.address { towns.add(address.town) }
                }
            }
        }
        result.extracts.append(
            ExtractSummary(
                source: mapping.source, title: mapping.title, file: extract.file, sha256: extract.sha256,
                asOf: extract.asOf, ledger: ledger,
                rejections: rejections.map { RejectionCount(code: $0.key, count: $0.value) }
                    .sorted { $0.code < $1.code }))
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

/// A line of an extract with its one fate.
private struct MappedLine: Sendable {
    let number: Int
    let offset: Int
    let outcome: MappingOutcome
}

/// Reads and maps every line of `frozen`, in its order, and hands them on in batches; knows no store.
private func lines(
    of frozen: FrozenExtract, names: NameDictionary, towns: TownList, activeItems: Set<ItemCode>,
    put: ([MappedLine]) throws -> Void
) throws {
    let (extract, mapping) = (frozen.extract, frozen.extract.mapping)
    let reader = try ExtractReader(
        path: frozen.path, source: mapping.source, file: extract.file, format: mapping.format)
    var mapper: Mapper
    do {
        mapper = try Mapper(
            mapping, header: reader.header, names: names, towns: towns, asOf: extract.asOf,
            activeItems: activeItems)
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
                    number: row.position.line, offset: row.position.offset, outcome: mapper.map(row)))
        }
        if batch.count == 256 {
            try put(batch)
            batch.removeAll(keepingCapacity: true)
        }
    }
    try put(batch)
}
