internal import Domain

/// The words that millions of rows repeat, each kept once: parts of items, code labels, agreement levels.
///
/// Numbered in the order of first use, which is the order of the rows.
struct RunWords {
    struct Part: Hashable {
        let item: ItemCode
        let kind: String
        /// 0 code, 1 number, 2 day.
        let type: Int
    }

    struct Agreement: Hashable {
        let comparison: String
        let level: String
    }

    private(set) var parts = WordList<Part>()
    private(set) var codes = WordList<String>()
    private(set) var agreements = WordList<Agreement>()

    init() {}

    init(reading facts: Database, vault: Database) throws {
        try facts.statement("SELECT item, kind, type FROM part ORDER BY id").rows {
            _ = parts.number(of: Part(item: ItemCode($0.text(0)), kind: $0.text(1), type: $0.int(2)))
        }
        try facts.statement("SELECT label FROM code ORDER BY id").rows { _ = codes.number(of: $0.text(0)) }
        try vault.statement("SELECT comparison, level FROM agreement ORDER BY id").rows {
            _ = agreements.number(of: Agreement(comparison: $0.text(0), level: $0.text(1)))
        }
    }

    func write(to facts: Database, vault: Database) throws {
        for (id, part) in parts.all.enumerated() {
            try facts.statement("INSERT INTO part VALUES (?, ?, ?, ?)").run(
                id, part.item.rawValue, part.kind, part.type)
        }
        for (id, label) in codes.all.enumerated() {
            try facts.statement("INSERT INTO code VALUES (?, ?)").run(id, label)
        }
        for (id, agreement) in agreements.all.enumerated() {
            try vault.statement("INSERT INTO agreement VALUES (?, ?, ?)").run(
                id, agreement.comparison, agreement.level)
        }
    }

    mutating func part(of fact: Fact) -> Int {
        let type =
            switch fact.value {
            case .code: 0
            case .number: 1
            case .day: 2
            }
        return parts.number(of: Part(item: fact.item, kind: fact.kind, type: type))
    }

    mutating func code(_ label: String) -> Int { codes.number(of: label) }

    mutating func agreement(_ comparison: String, _ level: String) -> Int {
        agreements.number(of: Agreement(comparison: comparison, level: level))
    }
}

/// Values with the number each got when it first came.
struct WordList<Word: Hashable> {
    private(set) var all: [Word] = []
    private var numbers: [Word: Int] = [:]

    mutating func number(of word: Word) -> Int {
        if let known = numbers[word] { return known }
        numbers[word] = all.count
        all.append(word)
        return all.count - 1
    }
}
