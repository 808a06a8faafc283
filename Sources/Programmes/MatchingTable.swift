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
        /// Parts by which a name means another programme: 特別児童扶養手当 is not 児童扶養手当.
        package let except: [String]?
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
    /// Texts of 「対象」 that ask nothing beyond age and target codes.
    package let persons: [String]?
    package let receipts: [Receipt]

    package func target(_ code: String) -> Target? { targets.first { $0.code == code } }

    package func receipt(of programme: Programme) -> Receipt? {
        receipts.first { receipt in
            receipt.names.contains { programme.name.contains($0) }
                && !(receipt.except ?? []).contains { programme.name.contains($0) }
        }
    }

    /// Whether a code is one of our areas: with or without its sixth digit, which checks the others, or the zero it begins with.
    func isOurs(_ code: String) -> Bool {
        let written = code.count == 5 ? [code, "0" + code.prefix(4)] : [String(code.prefix(5))]
        return areaNumbers.contains { written.contains($0) }
    }

    /// The first five digits of our areas' codes.
    package var areaNumbers: [String] { areas.map { String($0.code.prefix(5)) } }

    /// Every item that a match may read.
    package var items: Set<ItemCode> {
        Set(targets.flatMap { $0.records ?? [] }.map(\.item)).union(receipts.map(\.item))
    }

    /// What words of a text say of an age, where they say anything: 「小学生」 does, 「小学生まで」 and 「小学生を除く」 mean other ages.
    func age(in text: String) -> AgeBounds? {
        let found = ages.filter { text.contains($0.word) }
        guard !found.isEmpty, found.allSatisfy({ Self.isAlone($0.word, in: text) }) else { return nil }
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

    /// Whether a word means its own age wherever it stands: nothing behind it moves the bound or turns it round.
    private static func isAlone(_ word: String, in text: String) -> Bool {
        text.ranges(of: word).allSatisfy { range in
            var rest = text[range.upperBound...].drop(while: \.isWhitespace)
            // 高校生世代 are those of the age.
            for more in ["世代", "年代", "相当"] where rest.hasPrefix(more) { rest = rest.dropFirst(more.count) }
            let behind = rest.drop { "をのはもがにで等」』）) 　".contains($0) }
            return !movingBounds.contains { rest.hasPrefix($0) || behind.hasPrefix($0) }
        }
    }

    private static let movingBounds = [
        "まで", "迄", "以下", "以上", "未満", "以降", "以前", "以外", "以後", "除", "いない", "ない", "なく", "から", "より", "終了", "卒業",
        "卒園", "修了", "入学", "なる", "なった", "なり", "前",
    ]

    /// Whether a text 「対象」 asks nothing beyond age and target codes: the city's own list says so, or it is words of the age alone.
    func isPlain(persons text: String, _ age: AgeBounds) -> Bool {
        let plain = Set(persons ?? [])
        if plain.contains(text) { return true }
        return text.split { "、・，,\n".contains($0) }.map { RegistryText.trimmed($0) }.allSatisfy { part in
            plain.contains(part) || age.basis == .inferred && ages.contains { $0.word == part }
        }
    }
}
