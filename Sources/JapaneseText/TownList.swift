/// The towns of one municipality and their 丁目, by which addresses that leave something out are understood.
///
/// Learned from the register's own addresses, or from a list of town names that the municipality gives; nothing is taken
/// from outside. An empty list knows nothing and decides nothing.
package struct TownList: Sendable {
    /// What the list says of a town.
    enum Division {
        /// The town is not on the list, or has addresses both with and without 丁目.
        case unknown
        case none
        case chomes(Set<String>)
    }

    private var seen: Set<String> = []
    /// By town; a town without 丁目 has the empty one.
    private var chomes: [String: Set<String>] = [:]

    package init() {}

    /// Learns from the comparable town of an address of the register: 若葉台2, 中央.
    package mutating func add(_ town: String) {
        guard !town.isEmpty, seen.insert(town).inserted else { return }
        // A town's own name does not end in a digit: AddressText takes digits into it only before 条, 線, 番町…
        let digits = town.unicodeScalars.reversed().prefix(while: AddressText.isDigit).count
        let name = String(town.unicodeScalars.dropLast(digits))
        chomes[name, default: []].insert(String(town.unicodeScalars.suffix(digits)))
    }

    /// Learns from a line of a list of towns in any notation: 若葉台一丁目, 大字中原.
    package mutating func add(written: String) {
        let parts = AddressReader.parts(written)
        add(parts.town + parts.chome)
    }

    func contains(_ town: String) -> Bool { chomes[town] != nil }

    var isEmpty: Bool { chomes.isEmpty }

    func division(of town: String) -> Division {
        guard let known = chomes[town] else { return .unknown }
        if known == [""] { return .none }
        return known.contains("") ? .unknown : .chomes(known)
    }
}
