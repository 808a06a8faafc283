internal import Domain

/// The `people` and `columns` of a draft, line by line, each column under a comment on what it rests on.
struct DraftColumns {
    private let suggestion: MappingSuggestion
    private let shownValues: ShownValues
    private let comment: (ColumnGuess) -> String

    init(
        _ suggestion: MappingSuggestion, _ shownValues: ShownValues,
        comment: @escaping (ColumnGuess) -> String
    ) {
        self.suggestion = suggestion
        self.shownValues = shownValues
        self.comment = comment
    }

    private var guesses: [ColumnGuess] { suggestion.guesses }

    private func place(_ column: IdentityColumn, _ whose: Whose) -> Int? {
        suggestion.written.first { $0.meaning == .identity(column, of: whose) }?.place
    }

    private func header(_ column: IdentityColumn, _ whose: Whose) -> String? {
        place(column, whose).map { MappingDraft.quoted(guesses[$0].header) }
    }

    // MARK: - People

    var people: String {
        let main = suggestion.main == .child ? child : person("guardian", .guardian)
        let beside = suggestion.main == .child && isGuardianAPerson ? [person("guardian", .guardian)] : []
        return ([main] + beside).joined(separator: "\n")
    }

    /// A guardian beside a child is a person of their own where more than the name is known.
    private var isGuardianAPerson: Bool {
        [.number, .birth, .sex, .address].contains { place($0, .guardian) != nil }
    }

    private var child: String { person("child", .row) }

    private func person(_ key: String, _ whose: Whose) -> String {
        var lines: [String] = []
        func add(_ columns: [IdentityColumn], _ whose: Whose, _ text: String?) {
            guard let text else { return }
            for column in columns {
                guard let place = place(column, whose) else { continue }
                let name = columns.count > 1 ? "「\(guesses[place].header)」" : ""
                lines.append("// \(MappingDraft.oneLine(name))\(comment(guesses[place]))")
            }
            lines.append(text)
        }
        add([.number], whose, header(.number, whose).map { "number: \($0)," })
        add([.household], whose, header(.household, whose).map { "household: \($0)," })
        add([.relation], whose, header(.relation, whose).map { "relation: \($0)," })
        let names: [(kind: String, written: IdentityColumn, kana: IdentityColumn?)] = [
            ("", .name, .kana), ("latin", .latin, nil), ("alias", .alias, .aliasKana),
            ("former", .former, .formerKana),
        ]
        let forms = names.compactMap { name(of: whose, $0.kind, $0.written, $0.kana) }
        add(
            names.flatMap { [$0.written, $0.kana].compactMap(\.self) } + Self.parts, whose,
            forms.isEmpty ? nil : "names: [\(forms.joined(separator: ", "))],")
        add([.birth, .age], whose, birth(whose))
        add([.sex], whose, header(.sex, whose).map { "sex: \($0)," })
        add([.postcode, .address, .town, .block, .building], whose, address(whose))
        let phones = phones(whose)
        for phone in phones {
            lines.append("// 「\(MappingDraft.oneLine(guesses[phone].header))」\(comment(guesses[phone]))")
        }
        let written = phones.map { MappingDraft.quoted(guesses[$0].header) }
        if !phones.isEmpty {
            lines.append(
                "phones: \(written.count == 1 ? written[0] : "[\(written.joined(separator: ", "))]"),")
        }
        if whose == .row {
            add(
                [.name, .kana] + Self.parts, .guardian,
                name(of: .guardian, "", .name, .kana).map { "guardians: [\($0)]," })
            add([.school], whose, header(.school, whose).map { "school: \($0)," })
        }
        if lines.isEmpty {
            // A mapping without people is refused; so is this, until somebody has said who the rows are about.
            lines = [
                "// だれの行かが分かりませんでした。氏名か番号の列を書いてください。", "number: \(MappingDraft.quoted(OpenQuestion.mark)),",
            ]
        }
        return "    \(key): {\n" + lines.map { "      \($0)\n" }.joined() + "    },"
    }

    private func name(
        of whose: Whose, _ kind: String, _ written: IdentityColumn, _ kana: IdentityColumn?
    ) -> String? {
        let parts = [
            kind.isEmpty ? nil : "kind: \(MappingDraft.quoted(kind))",
            (header(written, whose) ?? parts(written == .name, .family, .given, whose)).map {
                "written: \($0)"
            },
            (kana.flatMap { header($0, whose) } ?? parts(kana == .kana, .familyKana, .givenKana, whose)).map {
                "kana: \($0)"
            },
        ].compactMap(\.self)
        return parts.count > (kind.isEmpty ? 0 : 1) ? "{ \(parts.joined(separator: ", ")) }" : nil
    }

    private static let parts: [IdentityColumn] = [.family, .given, .familyKana, .givenKana]

    /// Family and given name in a column each.
    private func parts(
        _ isLegal: Bool, _ family: IdentityColumn, _ given: IdentityColumn, _ whose: Whose
    ) -> String? {
        guard isLegal, let family = header(family, whose), let given = header(given, whose) else {
            return nil
        }
        return "{ family: \(family), given: \(given) }"
    }

    private func birth(_ whose: Whose) -> String? {
        switch (header(.birth, whose), header(.age, whose)) {
        case (let birth?, nil): "birth: \(birth),"
        case (let birth?, let age?): "birth: { column: \(birth), age: \(age) },"
        case (nil, let age?): "birth: { age: \(age) },"
        case (nil, nil): nil
        }
    }

    private func address(_ whose: Whose) -> String? {
        let written = [IdentityColumn.address, .town, .block].compactMap { header($0, whose) }
        guard let first = written.first else { return nil }
        let others = [
            header(.postcode, whose).map { "postcode: \($0)" },
            header(.building, whose).map { "building: \($0)" },
        ].compactMap(\.self)
        if others.isEmpty, written.count == 1 { return "address: \(first)," }
        let list = written.count == 1 ? first : "[\(written.joined(separator: ", "))]"
        return "address: { \((["written: \(list)"] + others).joined(separator: ", ")) },"
    }

    /// A guardian's telephone is how a child's household is reached.
    private func phones(_ whose: Whose) -> [Int] {
        let others: [Whose] = whose == .row ? [.row, .guardian] : [.guardian]
        if whose == .guardian, suggestion.main == .child { return [] }
        return suggestion.written.filter { entry in
            others.contains { entry.meaning == .identity(.phone, of: $0) }
        }.map(\.place)
    }

    // MARK: - Columns

    var others: String {
        guesses.indices.filter { place in
            if case .write(.identity) = guesses[place].verdict {
                false
            } else {
                !guesses[place].header.isEmpty
            }
        }
        .map(column).joined(separator: "\n")
    }

    private func column(_ place: Int) -> String {
        let guess = guesses[place]
        let header = MappingDraft.quoted(guess.header)
        var lines = ["// \(comment(guess))"]
        switch guess.verdict {
        case .write(.fact(let item, let kind)):
            lines.append(
                "// \(MappingDraft.oneLine(ColumnMeaning.fact(item, kind: kind).title(suggestion.catalogue)))"
            )
            var parts = ["item: \(MappingDraft.quoted(item.rawValue))", "kind: \(MappingDraft.quoted(kind))"]
            if let date = suggestion.date(of: place) {
                parts.append("on: \(MappingDraft.quoted(guesses[date].header))")
            }
            lines.append("\(header): { \(parts.joined(separator: ", ")) },")
        case .write(let meaning):
            lines.append(
                "\(header): { drop: \(MappingDraft.quoted(OpenQuestion.text(meaning.title(suggestion.catalogue)))) },"
            )
        case .dateOf:
            lines.append("\(header): { usedFor: \(MappingDraft.quoted(suggestion.words(of: guess).text)) },")
        case .leave(let reason):
            lines.append("\(header): { drop: \(MappingDraft.quoted(reason)) },")
        case .ask(let question):
            if !guess.candidates.isEmpty {
                let titles = guess.candidates.prefix(4).map { $0.title(suggestion.catalogue) }.joined(
                    separator: "、")
                lines.append("// 候補: \(MappingDraft.oneLine(titles))")
            }
            if let example = example(guess) { lines.append("// 書き方の例: \(MappingDraft.oneLine(example))") }
            lines.append("\(header): { drop: \(MappingDraft.quoted(OpenQuestion.text(question))) },")
        }
        return lines.map { "    " + $0 }.joined(separator: "\n")
    }

    /// How the first candidate would be written.
    private func example(_ guess: ColumnGuess) -> String? {
        guard case .fact(let item, let kind)? = guess.candidates.first,
            let words = suggestion.catalogue[item]?.kind(kind)
        else { return nil }
        let head =
            "\(MappingDraft.quoted(guess.header)): { item: \(MappingDraft.quoted(item.rawValue)), kind: \(MappingDraft.quoted(kind))"
        guard let codes = words.codes else { return head + " }," }
        let choice = codes.map(MappingDraft.quoted).joined(separator: " か ")
        let column = suggestion.profile.columns[guess.columns[0]]
        guard let list = shownValues.list(column), !list.shown.isEmpty, list.hidden == 0,
            list.shown.count <= 12
        else { return head + ", codes: { \"（この列の記号）\": \(choice) } }," }
        let folded = Dictionary(codes.map { (Cell.folded($0), $0) }, uniquingKeysWith: { first, _ in first })
        let pairs = list.shown.map { value, _ in
            "\(MappingDraft.quoted(value)): \(folded[value].map(MappingDraft.quoted) ?? choice)"
        }
        return head + ", codes: { \(pairs.joined(separator: ", ")) } },"
    }
}
