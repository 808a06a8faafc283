import Domain

// What the guideline's files hold, key for key. Words that must be known elsewhere are left as nodes, so that every
// unknown one can be told with its line.

struct ItemsFile: Decodable {
    let items: [ConfigurationNode]
}

struct ItemEntry: Decodable {
    let code: ItemCode
    let title: String
    let holder: String
    let sensitivity: Sensitivity
    let difficulties: [Difficulty]
    let justification: String
    let retentionYears: Int
    let kinds: [ItemKind]
    /// The parts of a person's identifiers that the item holds.
    let identifiers: [IdentifierPart]?
    /// What the item's records tell of where a person belongs.
    let scope: ScopeKind?

    var item: Item {
        Item(
            code: code, title: title, holder: holder, sensitivity: sensitivity, difficulties: difficulties,
            justification: justification, retentionYears: retentionYears, kinds: kinds)
    }
}

struct RolesFile: Decodable {
    let body: Body
    let roles: [ConfigurationNode]
}

struct RoleEntry: Decodable {
    let id: RoleID
    let title: String
    let description: String
    let isSystem: Bool?
    let scope: ScopeKind?
}

struct LogInFile: Decodable {
    /// Roles.
    let secondFactor: ConfigurationNode
}

struct PurposeEntry: Decodable {
    let id: PurposeID
    let title: String
    let description: String
    let basis: LegalBasis
    let articles: [String]
    let validFrom: Day
    let validTo: Day?
    let occasion: String?
    let council: String
    let fileRegister: String
    let items: ConfigurationNode
    let emergency: Bool?
    let spotCheck: SpotCheckEntry?

    struct SpotCheckEntry: Decodable {
        let perMonth: Int
        /// In whole years, both ends inclusive.
        let ageYears: Years

        struct Years: Decodable {
            let from: Int
            let to: Int
        }
    }
}

struct PoliciesFile: Decodable {
    let statements: [ConfigurationNode]
}

struct StatementEntry: Decodable {
    let id: String
    let effect: Effect
    let reason: String
    let roles: ConfigurationNode
    let actions: ConfigurationNode
    let items: ConfigurationNode
    let sensitivities: ConfigurationNode?
    let purposes: ConfigurationNode
    let when: ConditionEntry?
    let obligations: ConfigurationNode?
}

struct ConditionEntry: Decodable {
    let protected: Bool?
    let scheduled: Bool?
    let consent: Consent?
}
