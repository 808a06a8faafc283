internal import Domain
package import Foundation

/// A table made ready to score one new record against, as one stretch of bytes that is read where it lies.
///
/// Of every record the index has what the model's conditions read, derived and numbered, and for every rule the records by their
/// keys. A record that comes is compared with those of equal keys alone.
package struct RecordIndex: Sendable {
    /// Where the parts lie in the bytes, and what the parts do not say.
    package struct Layout: Codable, Sendable {
        package var records = 0
        package var columns: [String] = []
        /// Bytes from the beginning, by part.
        var rows: Range<Int> = 0..<0
        var datasets: Range<Int> = 0..<0
        var ids: Range<Int> = 0..<0
        var termEnds: Range<Int> = 0..<0
        var termBytes: Range<Int> = 0..<0
        var slots: Range<Int> = 0..<0
        /// By column with a term frequency: its name, the records that have a term, and where the counts lie.
        var frequencies: [Frequency] = []
        /// By rule: sorted keys, and the records in their order.
        var rules: [Rule] = []

        struct Frequency: Codable, Sendable {
            var column: String
            var known: Int
            var counts: Range<Int>
        }
        struct Rule: Codable, Sendable {
            var keys: Range<Int>
            var records: Range<Int>
        }
    }

    /// A record of the index that some rule brought together with the one asked for.
    package struct Hit: Sendable, Hashable {
        /// Its place in the table that the index was made of.
        package let record: Int
        package let id: String
        package let dataset: Int
        /// The first rule that makes the pair.
        package let rule: Int
        /// log2 odds, as `TableLinker.predict` has it.
        package let weight: Double
    }

    package let layout: Layout
    private let bytes: Data
    private let plan: SearchModel

    /// - Parameters:
    ///   - bytes: what `make` gave, in any place.
    ///   - layout: what `make` gave with them.
    ///   - datasets: how many have a name.
    /// - Throws: `link.index` where the layout does not fit bytes or model; `Faults` where the model is unsound.
    package init(_ bytes: Data, layout: Layout, model: TableModel, datasets: Int = 256) throws {
        if let faults = Faults(model.faults()) { throw faults }
        self.layout = layout
        self.bytes = bytes
        plan = try SearchModel(model)
        let parts =
            [layout.rows, layout.datasets, layout.ids, layout.termEnds, layout.termBytes, layout.slots]
            + layout.frequencies.map(\.counts) + layout.rules.flatMap { [$0.keys, $0.records] }
        // Each of a length that the bytes have room for, before anything is reckoned of it.
        guard parts.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= bytes.count }),
            layout.datasets.count == layout.records,
            layout.rows.count == layout.records * plan.columns.count * 4,
            layout.ids.count == layout.records * 4,
            layout.rules.count == model.rules.count, layout.slots.count >= 4,
            (layout.slots.count / 4).nonzeroBitCount == 1, layout.termEnds.count >= 4,
            layout.rules.allSatisfy({ $0.keys.count == 2 * $0.records.count }),
            Set(layout.frequencies.map(\.column)) == Set(plan.frequencies.map(\.column)),
            layout.frequencies.allSatisfy({
                $0.counts.count == layout.termEnds.count && (0...layout.records).contains($0.known)
            }), Self.names(datasets, all: bytes, layout.datasets)
        else {
            throw Fault(
                .gate, code: "link.index", message: "索引のファイルの中身が食い違っています。",
                fix: "「renkei link index」で索引を作り直してください。")
        }
    }

    /// Whether every record's data set has a name.
    private static func names(_ datasets: Int, all bytes: Data, _ part: Range<Int>) -> Bool {
        if datasets > Int(UInt8.max) { return true }
        let bytes = bytes.bytes
        return part.allSatisfy {
            Int(bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)) < datasets
        }
    }

    // MARK: Search

    /// Every record that some rule brings together with a new one, best first; of equal weights the earlier in the table.
    ///
    /// - Parameters:
    ///   - record: cells by column; columns that are not named are missing.
    ///   - threshold: log2 odds from which hits are given.
    ///   - dataset: of the new record; where only pairs across data sets are linked, hits come from the others. `nil`: from all.
    /// - Throws: `link.column` where the index has no such column; `link.values` where the record has too many keys.
    package func search(
        _ record: [String: String], threshold: Double, dataset: Int? = nil
    ) throws -> (hits: [Hit], compared: Int) {
        for column in record.keys where !layout.columns.contains(column) {
            throw Fault(
                .configuration, code: "link.column", message: "索引に「\(column)」という列がありません。", field: column,
                fix: "索引にある列は次のとおりです: \(layout.columns.joined(separator: "、"))")
        }
        let candidates = try candidates(of: record, dataset: dataset)
        guard !candidates.isEmpty else { return ([], 0) }
        // A small table of the record and those it is compared with.
        var table = RecordTable(columnNames: plan.names)
        let own = try plan.readers.map { reader in
            guard let cell = record[reader.column], !cell.isEmpty else { return "" }
            return try reader.read(cell) ?? ""
        }
        table.append(dataset: 0) { ArraySlice(own[$0].utf8) }
        let width = plan.columns.count
        for candidate in candidates {
            let row = layout.rows.lowerBound + candidate.record * width * 4
            table.append(dataset: 0) { term(word(row + $0 * 4)) }
        }
        var filter =
            plan.filters.isEmpty
            ? nil : PairEvaluator(try ComparisonProgram(conditions: plan.filters, table: &table))
        let program = try ComparisonProgram(plan.model, table: &table)
        let scorer = TableScorer(plan.model, program)
        var evaluator = PairEvaluator(program)
        let rows = (0..<UInt32(table.count)).map { $0 }
        evaluator.take(rows, rows.count)
        filter?.take(rows, rows.count)
        let ownShares = plan.frequencies.map { frequency in
            record[frequency.column].map { share(of: $0, frequency) } ?? .nan
        }
        var (hits, compared): ([Hit], Int) = ([], 0)
        for (place, candidate) in candidates.enumerated() {
            let slot = place + 1
            guard let rule = candidate.meetings.first(where: { passes($0, slot, &filter) })?.rule else {
                continue
            }
            compared += 1
            // The new record as the last of a table: the right one of every pair.
            let pattern = evaluator.pattern(left: slot, right: 0)
            var weight = scorer.weight(pattern, evaluator.rows, left: slot, right: 0)
            for (frequency, own) in zip(plan.frequencies, ownShares)
            where pattern[frequency.comparison] == frequency.level {
                let row = layout.rows.lowerBound + (candidate.record * width + frequency.place) * 4
                weight += frequency.bonus(own, share(ofTerm: word(row), frequency))
            }
            guard weight >= threshold else { continue }
            hits.append(
                Hit(
                    record: candidate.record,
                    id: String(
                        decoding: term(word(layout.ids.lowerBound + candidate.record * 4)),
                        as: UTF8.self),
                    dataset: Int(byte(layout.datasets.lowerBound + candidate.record)),
                    rule: rule, weight: weight))
        }
        hits.sort { ($1.weight, $0.record) < ($0.weight, $1.record) }
        return (hits, compared)
    }

    /// A record with a key of the new one, and the rules that have it, first ones first.
    private struct Candidate {
        let record: Int
        var meetings: [(rule: Int, side: Int)]
    }

    /// Whether what a rule asks beside equal keys holds for the new record (slot 0) and another.
    private func passes(
        _ meeting: (rule: Int, side: Int), _ slot: Int, _ filter: inout PairEvaluator?
    ) -> Bool {
        let place = plan.filterPlaces[meeting.rule]
        guard place >= 0 else { return true }
        let side = plan.rules[meeting.rule][meeting.side]
        return side.isNewRight && filter?.holds(place, slot, 0) ?? true
            || side.isNewLeft && filter?.holds(place, 0, slot) ?? true
    }

    /// Records with equal keys, in order of rules and table.
    private func candidates(of record: [String: String], dataset: Int?) throws -> [Candidate] {
        var found: [Candidate] = []
        var places: [Int: Int] = [:]
        for (number, rule) in plan.rules.enumerated() {
            // As the left of the pair and, where the rule asks other things of the right, as the right.
            for (side, asked) in rule.enumerated() {
                let cells = try asked.asked.map { try $0.values(of: record[$0.column] ?? "") }
                try RecordKeys.check(cells.map(\.count), of: asked.asked.map(\.column))
                for key in RecordIndex.hashes(cells) {
                    for other in records(of: key ^ asked.salt, in: layout.rules[number]) {
                        if plan.model.linkType == .link, let dataset,
                            Int(byte(layout.datasets.lowerBound + other)) == dataset
                        {
                            continue
                        }
                        if let place = places[other] {
                            found[place].meetings.append((number, side))
                        } else {
                            places[other] = found.count
                            found.append(Candidate(record: other, meetings: [(number, side)]))
                        }
                    }
                }
            }
        }
        return found
    }

    private func records(of key: UInt64, in rule: Layout.Rule) -> [Int] {
        let count = rule.records.count / 4
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if long(rule.keys.lowerBound + middle * 8) < key { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < count, long(rule.keys.lowerBound + low * 8) == key {
            let record = Int(word(rule.records.lowerBound + low * 4))
            // A damaged index names no record of another place.
            if record < layout.records { found.append(record) }
            low += 1
        }
        return found
    }

    private func term(_ id: UInt32) -> ArraySlice<UInt8> {
        if id == 0 || Int(id) * 4 + 4 > layout.termEnds.count { return [] }
        let end = Int(word(layout.termEnds.lowerBound + Int(id) * 4))
        let start = Int(word(layout.termEnds.lowerBound + (Int(id) - 1) * 4))
        guard start <= end, end <= layout.termBytes.count else { return [] }
        let base = bytes.startIndex + layout.termBytes.lowerBound
        return ArraySlice(bytes[base + start..<base + end])
    }

    private func word(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private func long(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }

    // MARK: Rarity

    private func share(of text: String, _ frequency: SearchModel.Frequency) -> Double {
        guard !text.isEmpty else { return .nan }
        let slots = layout.slots.count / 4
        var slot = Int(truncatingIfNeeded: RecordIndex.hash([text])) & (slots - 1)
        for _ in 0..<slots {
            let id = word(layout.slots.lowerBound + slot * 4)
            if id == 0 { return .nan }
            if term(id).elementsEqual(text.utf8) { return share(ofTerm: id, frequency) }
            slot = (slot + 1) & (slots - 1)
        }
        return .nan
    }

    /// log2 of a term's share of the column, NaN where no record has it.
    private func share(ofTerm id: UInt32, _ frequency: SearchModel.Frequency) -> Double {
        guard id != 0, let counts = layout.frequencies.first(where: { $0.column == frequency.column }),
            Int(id) * 4 + 4 <= counts.counts.count
        else { return .nan }
        let count = word(counts.counts.lowerBound + Int(id) * 4)
        return count == 0 || counts.known == 0
            ? .nan : log2OrZero(max(Double(count) / Double(counts.known), frequency.floor))
    }

    // MARK: Keys

    /// A 64-bit number for every combination of what a rule's keys are of a record; none where it lacks one.
    static func hashes(_ values: [[String]]) -> [UInt64] {
        var combinations: [[String]] = [[]]
        for list in values { combinations = combinations.flatMap { start in list.map { start + [$0] } } }
        return combinations.map(hash)
    }

    /// The bytes, a mark between two texts, then mixed.
    static func hash(_ texts: [String]) -> UInt64 {
        var hash = ByteHash()
        for text in texts {
            hash.add(text)
            hash.add(0xFF)
        }
        return mix(hash.value)
    }
}
