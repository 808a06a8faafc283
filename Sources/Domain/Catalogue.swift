/// The kind of secrecy an item is under; each has its own gate.
package enum Sensitivity: String, Sendable, Codable, CaseIterable {
    case normal = "通常"
    case special = "要配慮"
    case tax = "税"
    case council = "要対協"
    case protection = "支援措置"
    case medical = "医療"
}

/// What a part of an item holds.
package enum FactType: String, Sendable, Codable {
    case code, number, day
}

/// A part of a basic data item that a mapping may fill and a rule may read.
package struct ItemKind: Sendable, Codable, Hashable {
    /// Lower-case English word, such as `absence_days`.
    package let kind: String
    /// Japanese name for people.
    package let title: String
    package let type: FactType
    /// The closed list of words, for `code`.
    package let codes: [String]?
    /// `日`, `週`, `点`: shown behind a number.
    package let unit: String?
    /// It says what still holds on the day of the extract, whenever it began; its period counts from there.
    package let lasting: Bool?

    package init(
        kind: String, title: String, type: FactType, codes: [String]? = nil, unit: String? = nil,
        lasting: Bool? = nil
    ) {
        self.lasting = lasting
        self.kind = kind
        self.title = title
        self.type = type
        self.codes = codes
        self.unit = unit
    }
}

/// A basic data item (基本連携データ項目) of the catalogue.
package struct Item: Sendable, Codable, Hashable {
    package let code: ItemCode
    package let title: String
    /// The department that holds it.
    package let holder: String
    package let sensitivity: Sensitivity
    package let difficulties: [Difficulty]
    /// Why it is needed, in Japanese.
    package let justification: String
    package let retentionYears: Int
    package let kinds: [ItemKind]

    package init(
        code: ItemCode, title: String, holder: String, sensitivity: Sensitivity, difficulties: [Difficulty],
        justification: String, retentionYears: Int, kinds: [ItemKind]
    ) {
        self.code = code
        self.title = title
        self.holder = holder
        self.sensitivity = sensitivity
        self.difficulties = difficulties
        self.justification = justification
        self.retentionYears = retentionYears
        self.kinds = kinds
    }

    package func kind(_ name: String) -> ItemKind? { kinds.first { $0.kind == name } }
}

/// The catalogue of basic data items; everything that names an item is checked against it.
package struct Catalogue: Sendable {
    package let items: [ItemCode: Item]

    package init(_ items: [Item]) {
        self.items = Dictionary(items.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(code: ItemCode) -> Item? { items[code] }
}
