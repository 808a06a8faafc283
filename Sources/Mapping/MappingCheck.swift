internal import Domain

/// Turns a mapping file as written into a mapping, and collects all that is wrong with it.
struct MappingCheck {
    let catalogue: Catalogue
    private(set) var faults: [Fault] = []

    private(set) var people: [Subject: IdentifierColumns] = [:]
    /// Headers that `people` and `columns` name, and where.
    private var named: [String: ConfigurationNode] = [:]
    private var order: [String] = []
    /// Columns that others take their date, kind or condition from.
    var referred: [(column: String, node: ConfigurationNode)] = []
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

    mutating func report(_ node: ConfigurationNode, _ code: String, _ message: String, _ fix: String) {
        faults.append(node.fault(code, message, fix: fix))
    }
}
