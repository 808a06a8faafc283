package import Domain

/// Family and given names of the resident register.
package struct NameDictionary: Sendable {
    private var families: [String: Int] = [:]
    package init() {}
    package mutating func add(_ name: NameForm) {
        if !name.family.isEmpty { families[name.family, default: 0] += 1 }
    }
    package func split(_ written: String, kana: String) -> (family: String, given: String)? {
        for index in written.indices.dropFirst() where families[String(written[..<index])] != nil {
            return (String(written[..<index]), String(written[index...]))
        }
        return nil
    }
}
