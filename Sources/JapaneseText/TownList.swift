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

    /// What the addresses of one town say.
    private struct Town {
        var chomes: Set<String> = []
        /// Addresses without 丁目.
        var plain = 0
        /// Three numbers and no word: 中原12-3-201 may be a 丁目 with 番 and 号, or a number with its branch and a room.
        var unsaid = 0
    }
    private var towns: [String: Town] = [:]

    package init() {}

    /// Learns from an address of the register, or from a line of a list of towns, in any notation: 若葉台一丁目2-3, 大字中原.
    ///
    /// A 丁目 is learned only where it is written as one.
    package mutating func add(written: String) {
        let parts = AddressReader.parts(written)
        if parts.town.isEmpty { return }
        var town = towns[parts.town] ?? Town()
        if parts.chome.isEmpty {
            town.plain += 1
        } else if parts.isChomeWritten {
            town.chomes.insert(parts.chome)
        } else {
            town.unsaid += 1
        }
        towns[parts.town] = town
    }

    func contains(_ town: String) -> Bool { towns[town] != nil }

    var isEmpty: Bool { towns.isEmpty }

    func division(of town: String) -> Division {
        guard let known = towns[town] else { return .unknown }
        if known.chomes.isEmpty {
            // Where nobody writes 丁目, rooms behind the number are fewer than addresses without one.
            return known.plain > known.unsaid ? .none : .unknown
        }
        return known.plain > 0 ? .unknown : .chomes(known.chomes)
    }
}
