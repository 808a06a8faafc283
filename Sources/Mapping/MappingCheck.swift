internal import Domain

/// Turns a mapping file as written into a mapping, and collects all that is wrong with it.
struct MappingCheck {
    let catalogue: Catalogue
    private(set) var faults: [Fault] = []

    private var people: [Subject: IdentifierColumns] = [:]
    /// Headers that `people` and `columns` name, and where.
    private var named: [String: ConfigurationNode] = [:]
    private var order: [String] = []
    private var referred: [(column: String, node: ConfigurationNode)] = []
    private var facts: [FactRule] = []

    init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// `nil`, with the reasons in `faults`, where the file cannot be used.
    mutating func check(_ file: ConfigurationFile) -> ExtractMapping? {
        guard let form = decode(file.root, as: MappingFile.self) else { return nil }
        checkHead(form)
        for member in form.people.members { checkPerson(member) }
        if form.people.members.isEmpty {
            report(form.people, "mapping.people", "行に出てくる人が書かれていません。", "child か guardian を書いてください。")
        }
        for member in form.columns.members { checkColumn(member) }
        let outside = (form.outside ?? []).map { filter in
            checkReason(filter.reason)
            return RowFilter(conditions: conditions(filter.when), reason: filter.reason.value)
        }
        checkReferences(form)
        guard faults.isEmpty else { return nil }
        let writesFacts = Set(facts.map(\.subject))
        return ExtractMapping(
            source: form.source.value, title: form.title, department: form.department, purpose: form.purpose,
            filePrefix: form.file.value, isRequired: form.required, freshnessDays: form.freshnessDays.value,
            rowDropLimit: form.rowDropLimit.value, format: form.format, isSpine: form.spine ?? false,
            isUnique: form.unique ?? false, sharedNumberSpace: form.numberSpace?.value,
            people: people.sorted { $0.key < $1.key }.map {
                PersonColumns(subject: $0.key, columns: $0.value, hasFacts: writesFacts.contains($0.key))
            },
            facts: facts, outside: outside, headers: order)
    }

    private mutating func checkHead(_ form: MappingFile) {
        let words = [(form.source.value.rawValue, form.source.node), (form.file.value, form.file.node)]
        for (word, node) in words
        where word.isEmpty || !word.utf8.allSatisfy({ Self.wordBytes.contains($0) }) {
            report(node, "mapping.word", "使えない文字があります。", "半角の英小文字、数字、ハイフンで書いてください。")
        }
        if form.freshnessDays.value < 1 {
            report(form.freshnessDays.node, "mapping.range", "1以上の日数を書くところです。", "日数を直してください。")
        }
        if !(0...1).contains(form.rowDropLimit.value) {
            report(form.rowDropLimit.node, "mapping.range", "0から1までの割合を書くところです。", "3割なら 0.3 と書いてください。")
        }
    }

    private static let wordBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

    private mutating func checkPerson(_ member: ConfigurationNode.Member) {
        guard let subject = Subject(rawValue: member.key) else {
            let subjects = Subject.allCases.map(\.rawValue)
            report(
                member.node, "configuration.unknown-key", "「\(member.key)」という人はありません。",
                "次のどれかにしてください: \(subjects.joined(separator: "、"))")
            return
        }
        guard let columns = decode(member.node, as: IdentifierColumns.self) else { return }
        people[subject] = columns
        var own: Set<String> = []
        for header in columns.headers {
            if MonthHeader(header.value) != nil { reportMonth(header.node) }
            // Two people may share a column (one address for both), one person may not use it twice.
            guard own.insert(header.value).inserted else {
                report(
                    header.node, "mapping.column-twice", "列「\(header.value)」が同じ人に2回使われています。",
                    "どちらか一方を消してください。")
                continue
            }
            if named[header.value] == nil { name(header.value, header.node) }
        }
        if let ageOn = columns.birth?.ageOn { referred.append((ageOn.value, ageOn.node)) }
    }

    private mutating func checkColumn(_ member: ConfigurationNode.Member) {
        let (header, node) = (member.key, member.node)
        if let first = named[header] {
            report(
                node, "mapping.column-twice", "列「\(header)」は\(first.line)行目で使われています。",
                "1つの列は people か columns のどちらか1か所に書いてください。")
            return
        }
        name(header, node)
        let keys = node.members.map(\.key)
        if keys.contains("drop") {
            if let dropped = decode(node, as: MappingFile.Dropped.self) { checkReason(dropped.drop) }
        } else if keys.contains("usedFor") {
            guard let used = decode(node, as: MappingFile.Used.self) else { return }
            checkReason(used.usedFor)
        } else {
            // One fact, or a list of them.
            let forms = if case .array(let elements) = node.value { elements } else { [node] }
            for form in forms {
                guard let form = decode(form, as: FactForm.self) else { continue }
                if let fact = fact(form, header: header) { facts.append(fact) }
            }
        }
    }

    private mutating func fact(_ form: FactForm, header: String) -> FactRule? {
        guard let kinds = kinds(form), let type = kinds.first?.type else { return nil }
        let subject = form.of?.value ?? (people[.child] == nil ? .guardian : .child)
        if let of = form.of, people[of.value] == nil {
            report(of.node, "mapping.people", "people に「\(of.value.rawValue)」がありません。", "people に書き足してください。")
        }
        let value = value(form, header: header, type: type, codes: Self.shared(kinds))
        let conditions = conditions(form.when ?? [:])
        let kind: FactRule.Kind
        switch form.kind {
        case .fixed(let word): kind = .fixed(word.value)
        case .coded(let column, let codes):
            referred.append((column.value, column.node))
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

    private mutating func value(
        _ form: FactForm, header: String, type: FactType, codes: [String]
    ) -> FactRule.Value {
        guard type == .code else {
            for node in [form.value?.node, form.codes?.node, form.otherwise?.node].compactMap(\.self) {
                report(
                    node, "mapping.type", "値の型が\(type == .day ? "日付" : "数")の種類には書けません。",
                    "この行を消すか、種類を見直してください。")
            }
            return type == .day ? .day : .number
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
        let table =
            form.codes?.value.mapValues(\.value)
            ?? Dictionary(codes.map { ($0, Optional($0)) }, uniquingKeysWith: { first, _ in first })
        return .coded(CodeTable(table, otherwise: form.otherwise?.value))
    }

    private mutating func check(_ word: String, _ node: ConfigurationNode, among codes: [String]) {
        guard !codes.contains(word) else { return }
        let near = nearest(word, in: codes)
        report(
            node, "mapping.code", "値「\(word)」は項目一覧の値にありません。",
            near.map { "「\($0)」の書き誤りではありませんか。" } ?? "次のどれかを書いてください: \(codes.joined(separator: "、"))")
    }

    private mutating func conditions(_ when: [String: Placed<TestForm>]) -> [Condition] {
        when.sorted { $0.value.node.line < $1.value.node.line || $0.key < $1.key }.map { column, test in
            referred.append((column, test.node))
            return Condition(column: column, test: test.value.test)
        }
    }

    /// Every column that is referred to is named, and every one named for its use is used.
    private mutating func checkReferences(_ form: MappingFile) {
        for (column, node) in referred {
            if MonthHeader(column) != nil { reportMonth(node) }
            guard named[column] == nil else { continue }
            let near = nearest(column, in: order)
            report(
                node, "mapping.unknown-column", "列「\(column)」は people にも columns にもありません。",
                near.map { "「\($0)」の書き誤りではありませんか。" } ?? "columns に usedFor で書き足してください。")
        }
        let used = Set(referred.map(\.column))
        for member in form.columns.members
        where member.node.members.contains(where: { $0.key == "usedFor" }) && !used.contains(member.key) {
            report(
                member.node, "mapping.unused", "列「\(member.key)」はどこからも使われていません。",
                "使わない列は drop と理由を書いて、受け取らないようにしてください。")
        }
    }

    private mutating func reportMonth(_ node: ConfigurationNode) {
        report(
            node, "mapping.month", "「{月}」の付いた列は、columns の事実か drop にだけ使えます。", "月ごとでない列の見出しを書いてください。")
    }

    private mutating func checkReason(_ reason: Placed<String>) {
        if Cell.trimmed(reason.value).isEmpty {
            report(reason.node, "mapping.reason", "理由が書かれていません。", "後で読む人のために理由を書いてください。")
        }
    }

    private mutating func name(_ header: String, _ node: ConfigurationNode) {
        named[header] = node
        order.append(header)
    }

    private mutating func decode<Form: Decodable>(_ node: ConfigurationNode, as type: Form.Type) -> Form? {
        do {
            return try node.decode(type)
        } catch {
            faults += error.all
            return nil
        }
    }

    private mutating func report(_ node: ConfigurationNode, _ code: String, _ message: String, _ fix: String)
    {
        faults.append(node.fault(code, message, fix: fix))
    }
}
