internal import Domain
internal import Extracts
internal import JapaneseText

/// What one column of one row was read as, for people to look at: identity and facts, masked or plain.
struct PreviewReading {
    let mapping: ExtractMapping
    let catalogue: Catalogue
    let asOf: Day
    let isMasked: Bool

    /// The cell as it is written; a code that the mapping itself lists is shown, anything else by its shape.
    func raw(_ field: String, header: String) -> String {
        // The padding of fixed width is nobody's writing.
        let field = mapping.format.fixedWidth == nil ? field : Cell.trimmed(field)
        guard isMasked, !Cell.trimmed(field).isEmpty else { return field }
        let tables =
            mapping.facts.filter { $0.column == header }.compactMap { rule -> CodeTable? in
                if case .coded(let table) = rule.value { table } else { nil }
            }
            + mapping.people.compactMap {
                $0.columns.sex?.column.value == header ? $0.columns.sex?.codes : nil
            }
        let isListed = tables.contains { $0.lists(field) }
        let isDate = if case .date = JapaneseDate.parse(field, asOf: asOf) { true } else { false }
        return isListed ? field : ValueShape.of(field, isDate: isDate)
    }

    /// What the records of the row have from the column; empty where nothing came of it.
    func read(_ header: String, month: Int?, _ records: [Record]) -> [String] {
        records.flatMap { record in
            identity(header, record) + facts(header, month: month, record)
        }
    }

    private func facts(_ header: String, month: Int?, _ record: Record) -> [String] {
        let rules = mapping.facts.filter { $0.column == header && $0.subject == record.subject }
        return record.facts.filter { fact in
            rules.contains { rule in
                guard rule.item == fact.item else { return false }
                if let month, case .month(_, let number)? = fact.on, number != month { return false }
                switch rule.kind {
                case .fixed(let kind): return kind == fact.kind
                case .coded: return rule.makes(fact.value)
                }
            }
        }.map(text)
    }

    private func text(_ fact: Fact) -> String {
        let kind = catalogue[fact.item]?.kind(fact.kind)
        let value =
            switch fact.value {
            case .code(let word): word
            case .number(let number):
                masked(Int(exactly: number).map(String.init) ?? String(number)) + (kind?.unit ?? "")
            case .day(let day): masked(day.description)
            }
        // A day's own date would say the same twice.
        let isDay = if case .day = fact.value { true } else { false }
        let date = isDay ? "" : fact.on.map { "（\(masked(Self.text($0)))）" } ?? "（日付なし）"
        return "\(fact.item) \(kind?.title ?? fact.kind) = \(value)\(date)"
    }

    private func identity(_ header: String, _ record: Record) -> [String] {
        let who = record.identifiers
        let owner = record.subject == .guardian ? "保護者の" : ""
        return mapping.identityHeaders.filter { $0.header == header }.compactMap { entry -> String? in
            // Guardians' names are part of the child's record too.
            let isGuardianName = entry.subject == .guardian && record.subject == .child
            guard
                entry.subject == record.subject
                    || isGuardianName && !mapping.people.contains(where: { $0.subject == .guardian })
            else { return nil }
            let names = isGuardianName ? who.guardians : who.names
            guard let value = value(entry.column, who, names) else { return nil }
            return "\(isGuardianName ? "保護者の" : owner)\(entry.column.title) \(masked(value, entry.column))"
        }
    }

    private func value(_ column: IdentityColumn, _ who: Identifiers, _ names: [NameForm]) -> String? {
        func name(_ kind: NameForm.Kind, kana: Bool) -> String? {
            guard let form = names.first(where: { $0.kind == kind }) else { return nil }
            let parts =
                kana
                ? [form.familyKana, form.givenKana, form.unsplitKana]
                : [form.family, form.given, form.unsplit]
            return parts.filter { !$0.isEmpty }.joined(separator: " ")
        }
        let text: String? =
            switch column {
            case .number: who.number?.number
            case .household: who.household?.rawValue
            case .relation: who.relation
            case .name: name(.legal, kana: false)
            case .kana: name(.legal, kana: true)
            case .family: names.first { $0.kind == .legal }?.family
            case .given: names.first { $0.kind == .legal }?.given
            case .familyKana: names.first { $0.kind == .legal }?.familyKana
            case .givenKana: names.first { $0.kind == .legal }?.givenKana
            case .latin: name(.latin, kana: false)
            case .alias: name(.alias, kana: false)
            case .aliasKana: name(.alias, kana: true)
            case .former: name(.former, kana: false)
            case .formerKana: name(.former, kana: true)
            case .birth: who.birth.flatMap { $0.isAge ? nil : Self.text($0) }
            case .age: who.birth.flatMap { $0.isAge ? Self.text($0) : nil }
            case .sex: who.sex == .male ? "男" : who.sex == .female ? "女" : nil
            case .address, .town: who.address.map { "\($0.town) \($0.block) \($0.building)" }
            case .block: who.address?.block
            case .building: who.address?.building
            case .postcode: who.address?.postcode
            case .phone: who.phones.isEmpty ? nil : who.phones.joined(separator: " ")
            case .school: who.school
            }
        return text.map(Cell.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func masked(_ text: String, _ column: IdentityColumn? = nil) -> String {
        isMasked && column != .sex ? ValueShape.of(text, isDate: column == nil || column == .birth) : text
    }

    private static func text(_ date: PartialDate) -> String {
        switch date {
        case .day(let day): day.description
        case .month(let year, let month): "\(year)年\(month)月"
        case .year(let year): "\(year)年"
        case .age(let age, let day): "\(age)歳 \(day)現在"
        }
    }
}

extension PartialDate {
    /// Known only by an age on some day.
    fileprivate var isAge: Bool { if case .age = self { true } else { false } }
}

extension FactRule {
    /// Whether the rule's column can be where `value` comes from.
    fileprivate func makes(_ value: FactValue) -> Bool {
        switch (self.value, value) {
        case (.constant(let word, _), .code(let value)): word == value
        case (.coded, .code), (.number, .number), (.day, .day): true
        default: false
        }
    }
}
