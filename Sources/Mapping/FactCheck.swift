internal import Domain

/// The part of the check that holds facts against the catalogue.
extension MappingCheck {
    /// The fact that `form` describes under the column `header`; `nil` where its item or kind is unknown.
    mutating func fact(_ form: FactForm, header: String) -> FactRule? {
        guard let kinds = kinds(form), let type = kinds.first?.type else { return nil }
        let subject = form.of?.value ?? (people[.child] == nil ? .guardian : .child)
        if let of = form.of, people[of.value] == nil {
            report(of.node, "mapping.people", "people に「\(of.value.rawValue)」がありません。", "people に書き足してください。")
        }
        let value = value(
            form, header: header, type: type, codes: Self.shared(kinds), unit: Self.unit(kinds))
        let conditions = conditions(form.when ?? [:])
        let kind: FactRule.Kind
        switch form.kind {
        case .fixed(let word): kind = .fixed(word.value)
        case .coded(let column, let codes):
            referred.append((column.value, column.node))
            checkCodes(codes)
            kind = .coded(column: column.value, CodeTable(codes.mapValues(\.value)))
        }
        let moment: FactRule.Moment
        if let on = form.on {
            referred.append((on.value, on.node))
            moment = .column(on.value)
        } else if MonthHeader(header) != nil {
            moment = .monthOfHeader
        } else {
            moment = type == .day ? .own : .none
        }
        return FactRule(
            column: header, subject: subject, item: form.item.value, kind: kind, value: value, moment: moment,
            conditions: conditions, isRequired: form.required ?? false, onError: form.onError ?? .reject)
    }

    /// The catalogue's kinds that the fact may have, all of one type; `nil` where one is unknown.
    private mutating func kinds(_ form: FactForm) -> [ItemKind]? {
        guard let item = catalogue[form.item.value] else {
            let near = nearest(form.item.value.rawValue, in: catalogue.items.keys.map(\.rawValue).sorted())
            report(
                form.item.node, "mapping.item", "基本連携データ項目「\(form.item.value)」は項目一覧にありません。",
                near.map { "「\($0)」の書き誤りではありませんか。" } ?? "Guidelines/items の項目を書いてください。")
            return nil
        }
        let words =
            switch form.kind {
            case .fixed(let word): [(word.value, word.node)]
            case .coded(_, let codes):
                codes.sorted { $0.key < $1.key }.compactMap { code in
                    code.value.value.map { ($0, code.value.node) }
                }
            }
        var kinds: [ItemKind] = []
        for (word, node) in words {
            guard let kind = item.kind(word) else {
                let near = nearest(word, in: item.kinds.map(\.kind))
                report(
                    node, "mapping.kind", "項目「\(item.code)（\(item.title)）」に種類「\(word)」はありません。",
                    near.map { "「\($0)」の書き誤りではありませんか。" }
                        ?? "次のどれかを書いてください: \(item.kinds.map(\.kind).joined(separator: "、"))")
                return nil
            }
            kinds.append(kind)
        }
        if Set(kinds.map(\.type)).count != 1 {
            report(form.item.node, "mapping.type", "種類どうしで値の型が違います。", "型の同じ種類ごとに事実を分けてください。")
            return nil
        }
        return kinds
    }

    /// The codes that every one of the kinds has.
    private static func shared(_ kinds: [ItemKind]) -> [String] {
        guard let first = kinds.first?.codes else { return [] }
        return first.filter { code in kinds.allSatisfy { $0.codes?.contains(code) == true } }
    }

    /// The unit, where all of the kinds have the same.
    private static func unit(_ kinds: [ItemKind]) -> String? {
        kinds.allSatisfy { $0.unit == kinds[0].unit } ? kinds.first?.unit : nil
    }

    private mutating func value(
        _ form: FactForm, header: String, type: FactType, codes: [String], unit: String?
    ) -> FactRule.Value {
        guard type == .code else {
            for node in [form.value?.node, form.codes?.node, form.otherwise?.node].compactMap(\.self) {
                report(
                    node, "mapping.type", "値の型が\(type == .day ? "日付" : "数")の種類には書けません。",
                    "この行を消すか、種類を見直してください。")
            }
            return type == .day ? .day : .number(unit: unit)
        }
        for word in [form.value, form.otherwise].compactMap(\.self) {
            check(word.value, word.node, among: codes)
        }
        for (_, word) in (form.codes?.value ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let value = word.value { check(value, word.node, among: codes) }
        }
        if let value = form.value {
            if let codes = form.codes {
                report(codes.node, "mapping.type", "value と codes は一緒に書けません。", "どちらか一方にしてください。")
            }
            return .constant(value.value, ifFilled: form.when?[header] == nil)
        }
        if let codes = form.codes { checkCodes(codes.value) }
        // The catalogue's own words, or the usual marks of yes and no.
        let table =
            form.codes?.value.mapValues(\.value)
            ?? (Set(codes) == CodeTable.yesAndNo
                ? CodeTable.usualMarks
                : Dictionary(codes.map { ($0, Optional($0)) }, uniquingKeysWith: { first, _ in first }))
        return .coded(CodeTable(table, otherwise: form.otherwise?.value))
    }

    private mutating func check(_ word: String, _ node: ConfigurationNode, among codes: [String]) {
        guard !codes.contains(word) else { return }
        let near = nearest(word, in: codes)
        report(
            node, "mapping.code", "値「\(word)」は項目一覧の値にありません。",
            near.map { "「\($0)」の書き誤りではありませんか。" } ?? "次のどれかを書いてください: \(codes.joined(separator: "、"))")
    }

    mutating func conditions(_ when: [String: Placed<TestForm>]) -> [Condition] {
        when.sorted { ($0.value.node.line, $0.key) < ($1.value.node.line, $1.key) }.map { column, test in
            referred.append((column, test.node))
            return Condition(column: column, test: test.value.test)
        }
    }
}
