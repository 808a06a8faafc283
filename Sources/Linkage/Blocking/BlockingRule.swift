/// What of a record two records must share to be compared.
package enum BlockingKey: String, Sendable, Codable, CaseIterable {
    /// Person number in its number space.
    case number
    case birthDay, birthMonth, birthYear
    /// Month and day without the year.
    case birthday
    case sex
    case given, givenKana, family, familyKana
    /// Family and given name together; also of names that are not split.
    case name, nameKana
    /// Readings without voicing marks and long vowels; loose forms block, they never agree.
    case givenKanaLoose, familyKanaLoose, nameKanaLoose
    case town
    /// Town and block.
    case lot
    /// Town, block and building.
    case home
    case phone
    /// A guardian's whole name; for the spine, that of another member of the household.
    case guardian
    case school
}

/// Records that share all of a rule's keys are compared.
package struct BlockingRule: Sendable, Hashable, Codable {
    /// Machine name, unique in the model.
    package var name: String
    /// Japanese name for people.
    package var title: String
    package var keys: [BlockingKey]

    package init(name: String, title: String, keys: [BlockingKey]) {
        self.name = name
        self.title = title
        self.keys = keys
    }
}

/// What a blocking rule did, in numbers; never with a key's value, which is a person's.
package struct BlockingReport: Sendable, Hashable {
    package var rule: String
    package var title: String
    /// Blocks of two records or more.
    package var blocks = 0
    package var largestBlock = 0
    /// Pairs compared because of this rule first.
    package var pairs = 0
    /// Pairs in its blocks, also those that an earlier rule has made; of two records with several blocks in common one for each, and
    /// those that are never compared (two of the register).
    package var ownPairs = 0
    /// Blocks over the model's limit, split by a further key.
    package var splitBlocks = 0
    /// Pairs that splitting set apart; a later rule may still make them.
    package var separatedPairs = 0
    /// Blocks that no further key could bring under the limit; they were compared as far as split.
    package var oversizedBlocks = 0

    package init(rule: String, title: String) {
        self.rule = rule
        self.title = title
    }
}
