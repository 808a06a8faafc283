package import Domain

/// The city's words on how programmes meet records (`Guidelines/programmes/matching.json5`): which areas are ours, what a
/// target code stands on, which ages a word means, and which record says that a programme is received.
package struct MatchingTable: Sendable, Codable, Hashable {
    /// A record that says something, such as 児童扶養手当「全部支給」.
    package struct Record: Sendable, Codable, Hashable {
        package let item: ItemCode
        package let kind: String
        /// The values that say it.
        package let values: [String]

        private enum CodingKeys: String, CodingKey { case item, kind, values = "is" }
    }

    /// What a target code of the registry stands on; with none of the three only a person can tell.
    package struct Target: Sendable, Codable, Hashable {
        package let code: String
        package let title: String
        /// Every household with a child.
        package let everyone: Bool?
        /// A child below so many months lives there.
        package let childBelowMonths: Int?
        /// Records of anybody in the household, any of which says it. That there is none says nothing.
        package let records: [Record]?
    }

    /// A word of the registry's texts that means an age, where the registry gives no number.
    package struct AgeWord: Sendable, Codable, Hashable {
        package struct Span: Sendable, Codable, Hashable {
            package let from: Int?
            /// Of grades inclusive; of months it is `below`.
            package let to: Int?
            package let below: Int?
        }
        package let word: String
        package let grade: Span?
        package let months: Span?
    }

    /// Which record says that a programme is received.
    package struct Receipt: Sendable, Codable, Hashable {
        /// Whose record it is.
        package enum Holder: String, Sendable, Codable, CaseIterable { case child, household }
        package let title: String
        /// Parts of programmes' names; the first entry with a fitting one counts.
        package let names: [String]
        package let of: Holder
        package let item: ItemCode
        package let kind: String
        package let received: [String]
        /// Days after birth or moving in within which no record says nothing: the papers may be under way.
        package let graceDays: Int?
    }

    /// The municipality and whatever it lies in, by code.
    package let areas: [Programme.CodedName]
    package let targets: [Target]
    package let ages: [AgeWord]
    package let receipts: [Receipt]

    package func target(_ code: String) -> Target? { targets.first { $0.code == code } }

    package func receipt(of programme: Programme) -> Receipt? {
        receipts.first { receipt in receipt.names.contains { programme.name.contains($0) } }
    }

    /// Every item that a match may read.
    package var items: Set<ItemCode> {
        Set(targets.flatMap { $0.records ?? [] }.map(\.item)).union(receipts.map(\.item))
    }

    /// - Parameters:
    ///   - permits: whether the purpose has an item.
    /// - Throws: everything that is wrong with it: items that are none or not of the purpose, words that no record has.
    package static func load(
        _ path: String, name: String, catalogue: Catalogue, permits: (ItemCode) -> Bool
    ) throws(Faults) -> MatchingTable {
        let file: ConfigurationFile
        do { file = try ConfigurationFile.load(path, name: name) } catch { throw Faults(error) }
        let table = try file.decode(MatchingTable.self)
        func fault(_ code: String, _ field: String, _ message: String, _ fix: String) -> Fault {
            Fault(.configuration, code: code, message: message, file: name, field: field, fix: fix)
        }
        var faults: [Fault] = []
        func check(_ item: ItemCode, _ kind: String, _ values: [String], _ field: String) {
            guard permits(item) else {
                faults.append(
                    fault(
                        "matching.item", field, "項目「\(item)」は、支援制度の案内の利用目的にありません。",
                        "Guidelines/purposes の「programmes」に入っている項目にしてください。"))
                return
            }
            guard let part = catalogue[item]?.kind(kind), let codes = part.codes else {
                faults.append(
                    fault(
                        "matching.kind", field, "項目「\(item)」に、言葉で書かれる種類「\(kind)」はありません。",
                        "Guidelines/items の種類の名前にしてください。"))
                return
            }
            for value in values where !codes.contains(value) {
                faults.append(
                    fault(
                        "matching.value", field, "「\(value)」は、項目「\(item)」の「\(kind)」の言葉ではありません。",
                        "次のどれかにしてください: \(codes.joined(separator: "、"))"))
            }
        }
        for target in table.targets {
            for record in target.records ?? [] {
                check(record.item, record.kind, record.values, "targets（\(target.code)）")
            }
            if !RegistryText.isCode(target.code) {
                faults.append(
                    fault("matching.code", "targets", "対象の番号が3桁の数字ではありません。", "「088」のように書いてください。"))
            }
        }
        for receipt in table.receipts {
            check(receipt.item, receipt.kind, receipt.received, "receipts（\(receipt.title)）")
        }
        if table.areas.isEmpty {
            faults.append(
                fault("matching.areas", "areas", "どの市町村の制度かが書かれていません。", "市と都道府県の団体コードと名前を書いてください。"))
        }
        if let faults = Faults(faults) { throw faults }
        return table
    }

    /// What words of a text say of an age, where they say anything.
    func age(in text: String) -> AgeBounds? {
        let found = ages.filter { text.contains($0.word) }
        guard !found.isEmpty else { return nil }
        // Words of both kinds together, or several spans: from the least to the most of them.
        let grades = found.compactMap(\.grade)
        let months = found.compactMap(\.months)
        guard grades.isEmpty != months.isEmpty else { return nil }
        if months.isEmpty {
            let from = grades.map { $0.from ?? -20 }.min() ?? 0
            let to = grades.map { $0.to ?? 12 }.max() ?? 0
            return from <= to ? AgeBounds(basis: .inferred, grades: from...to) : nil
        }
        return AgeBounds(
            basis: .inferred,
            from: months.contains { $0.from == nil } ? nil : months.compactMap(\.from).min(),
            below: months.contains { $0.below == nil } ? nil : months.compactMap(\.below).max())
    }
}

extension Faults {
    fileprivate init(_ fault: Fault) {
        guard let faults = Faults([fault]) else { preconditionFailure("INVARIANT: one fault is one") }
        self = faults
    }
}
