package import Domain

extension ExtractMapping {
    /// The mapping that `file` describes.
    ///
    /// - Parameter takesOpenQuestions: read on where the file still has questions to answer, as a preview does.
    /// - Throws: everything that is wrong with it, in the order of lines.
    package static func read(
        _ file: ConfigurationFile, catalogue: Catalogue, takesOpenQuestions: Bool = false
    ) throws(Faults) -> ExtractMapping {
        var check = MappingCheck(catalogue: catalogue, takesOpenQuestions: takesOpenQuestions)
        let mapping = check.check(file.root)
        let faults = check.faults.sorted { ($0.line ?? 0, $0.field ?? "") < ($1.line ?? 0, $1.field ?? "") }
        if let faults = Faults(faults) { throw faults }
        guard let mapping else { preconditionFailure("INVARIANT: no mapping only with a fault") }
        return mapping
    }
}

extension ConfigurationSchema {
    /// `Mappings/mapping.schema.json`, as this program was built with it.
    static let mapping: ConfigurationSchema = {
        do throws(Fault) {
            return try ConfigurationSchema(
                String(decoding: PackageResources.mapping_schema_json, as: UTF8.self),
                name: "mapping.schema.json")
        } catch {
            preconditionFailure("INVARIANT: the shipped schema is read by a test: \(error)")
        }
    }()
}

/// Turns a mapping file as written into a mapping, and collects all that is wrong with it: first its shape, by the
/// schema, then whether its words mean something.
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
    private var dropped: [DroppedColumn] = []
    /// A part of which only the schema could say what is wrong: columns it may have named are not known.
    private var isPartial = false
    /// A fact that has no meaning: columns it may have used are not known.
    private var lacksFacts = false

    /// Whether a draft's open questions are let pass.
    private let takesOpenQuestions: Bool

    init(catalogue: Catalogue, takesOpenQuestions: Bool = false) {
        self.catalogue = catalogue
        self.takesOpenQuestions = takesOpenQuestions
    }

    /// `nil`, with the reasons in `faults`, where the file cannot be used.
    mutating func check(_ root: ConfigurationNode) -> ExtractMapping? {
        faults = ConfigurationSchema.mapping.faults(in: root)
        if !takesOpenQuestions { faults += OpenQuestion.faults(in: root) }
        guard let form = decode(root, as: MappingFile.self) else { return nil }
        for member in form.people.members { checkPerson(member) }
        for member in form.columns.members { checkColumn(member) }
        let outside = (form.outside ?? []).map { filter in
            RowFilter(conditions: conditions(filter.when), reason: filter.reason)
        }
        let checks = (form.checks ?? [:]).sorted {
            ($0.value.node.line, $0.key) < ($1.value.node.line, $1.key)
        }
        .flatMap { cellChecks($0.value.value, of: $0.key, $0.value.node) }
        let deletion = checkDelta(form)
        checkReferences(form)
        let synonyms = checkSynonyms(form)
        guard faults.isEmpty else { return nil }
        let writesFacts = Set(facts.map(\.subject))
        return ExtractMapping(
            path: root.file, source: form.source, title: form.title, department: form.department,
            purpose: form.purpose, filePrefix: form.file, isRequired: form.required,
            freshnessDays: form.freshnessDays, rowDropLimit: form.rowDropLimit,
            rowRiseLimit: form.rowRiseLimit, format: form.format, load: form.load?.value ?? .snapshot,
            isSpine: form.spine ?? false, isUnique: form.unique ?? false,
            sharedNumberSpace: form.numberSpace, dropped: dropped,
            people: people.sorted { $0.key < $1.key }.map {
                PersonColumns(subject: $0.key, columns: $0.value, hasFacts: writesFacts.contains($0.key))
            },
            facts: facts, outside: outside, checks: checks, key: (form.key?.all ?? []).map(\.value),
            deletion: deletion, serialDates: (form.serialDates?.all ?? []).map(\.value), headers: order,
            synonyms: synonyms)
    }

    private mutating func checkPerson(_ member: ConfigurationNode.Member) {
        guard let subject = Subject(rawValue: member.key),
            let columns = decode(member.node, as: IdentifierColumns.self)
        else { return }
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
        if let codes = columns.sex?.written { checkCodes(codes) }
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
            if let form = decode(node, as: MappingFile.Dropped.self) {
                dropped.append(DroppedColumn(header: header, reason: form.drop))
            }
        } else if keys.contains("usedFor") {
            _ = decode(node, as: MappingFile.Used.self)
        } else {
            // One fact, or a list of them.
            let forms = if case .array(let elements) = node.value { elements } else { [node] }
            for form in forms {
                guard let form = decode(form, as: FactForm.self) else { continue }
                if let fact = fact(form, header: header) { facts.append(fact) } else { lacksFacts = true }
            }
        }
    }

    /// Every column that is referred to is named, and every one named for its use is used.
    private mutating func checkReferences(_ form: MappingFile) {
        if isPartial { return }
        for (column, node) in referred {
            if MonthHeader(column) != nil { reportMonth(node) }
            requireNamed(column, node)
        }
        for (column, check) in form.checks ?? [:] { requireNamed(column, check.node) }
        for column in form.serialDates?.all ?? [] { requireNamed(column.value, column.node) }
        if lacksFacts { return }
        let used = Set(referred.map(\.column))
        for member in form.columns.members
        where member.node.members.contains(where: { $0.key == "usedFor" }) && !used.contains(member.key) {
            report(
                member.node, "mapping.unused", "列「\(member.key)」はどこからも使われていません。",
                "使わない列は drop と理由を書いて、受け取らないようにしてください。")
        }
    }

    private mutating func requireNamed(_ column: String, _ node: ConfigurationNode) {
        guard named[column] == nil else { return }
        let near = nearest(column, in: order)
        report(
            node, "mapping.unknown-column", "列「\(column)」は people にも columns にもありません。",
            near.map { "「\($0)」の書き誤りではありませんか。" } ?? "columns に usedFor で書き足してください。")
    }

    /// A header and its other spellings mean one column, and each spelling means one header.
    private mutating func checkSynonyms(_ form: MappingFile) -> [String: [String]] {
        var owners: [String: String] = [:]
        for (header, words) in (form.synonyms ?? [:]).sorted(by: {
            ($0.value.node.line, $0.key) < ($1.value.node.line, $1.key)
        }) {
            if !isPartial { requireNamed(header, words.node) }
            for word in words.value {
                if named[word.value] != nil || owners[word.value] != nil {
                    report(
                        word.node, "mapping.synonym",
                        "「\(word.value)」は、列「\(owners[word.value] ?? word.value)」の見出しとしても書かれています。",
                        "どの列のことかが1つに決まるように、どちらか一方を消してください。")
                } else if (MonthHeader(word.value) == nil) != (MonthHeader(header) == nil) {
                    report(
                        word.node, "mapping.month", "「{月}」の付いた列と付かない列は、同じ列になりません。",
                        "両方の見出しに「{月}」を書いてください。")
                }
                owners[word.value] = header
            }
        }
        return (form.synonyms ?? [:]).mapValues { $0.value.map(\.value) }
    }

    /// What marks a deletion. Changes can only be applied to records that have a name.
    private mutating func checkDelta(_ form: MappingFile) -> Condition? {
        for column in form.key?.all ?? [] { referred.append((column.value, column.node)) }
        let isDelta = form.load?.value == .delta
        if isDelta, form.key == nil, let load = form.load {
            report(
                load.node, "mapping.delta", "変わった行だけが届く抽出（load: \"delta\"）に、1件を見分ける列がありません。",
                "key に、1件を見分ける列の見出しを書いてください。")
        }
        if isDelta, form.spine == true, let key = form.key, let first = key.all.first, !isPartial {
            let numbers = people.values.compactMap(\.number).map { $0.all.map(\.value) }
            if numbers.count != 1 || Set(key.all.map(\.value)) != Set(numbers.joined()) {
                report(
                    first.node, "mapping.delta", "変わった行だけが届く住民の台帳（spine）の key が、人の番号の列と同じではありません。",
                    "key には people の number と同じ列だけを書いてください。違う列だと、ほかの方と同じ番号の行が、前からある正しい行を消してしまいます。")
            }
        }
        guard let deleted = form.deleted else { return nil }
        if !isDelta {
            report(
                deleted.node, "mapping.delta", "削除の印は、変わった行だけが届く抽出でだけ使えます。",
                "load: \"delta\" と書くか、deleted を消してください。")
        }
        let (column, codes) = (deleted.value.column, deleted.value.codes)
        referred.append((column.value, column.node))
        return Condition(column: column.value, test: .isOne(of: Set(codes.map(Cell.folded))))
    }

    private mutating func cellChecks(
        _ form: CheckForm, of column: String, _ node: ConfigurationNode
    ) -> [CellCheck] {
        // As the column's fact reads its numbers.
        let units: [String?] = facts.filter { $0.column == column }.compactMap {
            if case .number(let unit) = $0.value { .some(unit) } else { nil }
        }
        let isNumber = form.number != nil || !units.isEmpty
        var tests: [CellCheck.Test] = []
        if form.required == true { tests.append(.filled) }
        if let range = form.number {
            let (min, max) = (range.value.min, range.value.max)
            if let min, let max, min > max { reportRange(range.node) }
            tests.append(.number(min: min, max: max, unit: units.first ?? nil))
        }
        if let range = form.date {
            let (from, to) = (range.value.from, range.value.to)
            if case .day(let first)? = from, case .day(let last)? = to, first > last {
                reportRange(range.node)
            }
            tests.append(.date(from: from, to: to))
        }
        if let written = form.pattern {
            if let pattern = CharacterPattern(written.value, isWhole: true) {
                tests.append(.pattern(pattern))
            } else {
                report(
                    written.node, "mapping.pattern", "形の書き方を読めません。",
                    "[0-9A-Z] のような文字の範囲と、? * + {10} {1,15} の繰り返しだけで書いてください。( ) と | は使えません。")
            }
        }
        if let words = form.oneOf { tests.append(.isOne(of: Set(words.map(Cell.folded)))) }
        if let other = form.notBefore {
            referred.append((other.value, other.node))
            tests.append(.notBefore(other.value))
        }
        if let source = form.in { tests.append(.known(source.value)) }
        var checks = tests.map {
            CellCheck(column: column, test: $0, isNumber: isNumber, rejects: form.onError != .warn)
        }
        // Numbers from before the standard keep theirs without a check digit: never a reason to refuse one.
        if form.checkDigit == true {
            checks.append(
                CellCheck(column: column, test: .checkDigit, isNumber: isNumber, rejects: false))
        }
        return checks
    }

    /// Codes that are read as one have one meaning.
    mutating func checkCodes<Meaning: Equatable>(_ codes: [String: Placed<Meaning>]) {
        var known: [String: Placed<Meaning>] = [:]
        for (code, meaning) in codes.sorted(by: {
            ($0.value.node.line, $0.key) < ($1.value.node.line, $1.key)
        }) {
            guard let first = known.updateValue(meaning, forKey: Cell.folded(code)) else { continue }
            if first.value == meaning.value { continue }
            report(
                meaning.node, "mapping.codes",
                "記号「\(code)」は、\(first.node.line)行目の記号と全角・半角などの違いだけで、同じ記号として読むのに、意味が違います。",
                "どちらか一方を消すか、同じ意味にしてください。")
        }
    }

    private mutating func reportRange(_ node: ConfigurationNode) {
        report(node, "mapping.range", "範囲の始まりが終わりより後です。", "2つの値を入れ替えてください。")
    }

    private mutating func reportMonth(_ node: ConfigurationNode) {
        report(
            node, "mapping.month", "「{月}」の付いた列は、columns の事実か drop にだけ使えます。", "月ごとでない列の見出しを書いてください。")
    }

    private mutating func name(_ header: String, _ node: ConfigurationNode) {
        named[header] = node
        order.append(header)
    }

    /// `nil` where the schema has told what is wrong; what it does not look at, such as a day of the calendar, is told here.
    private mutating func decode<Form: Decodable>(_ node: ConfigurationNode, as type: Form.Type) -> Form? {
        do {
            return try node.decode(type)
        } catch {
            isPartial = true
            if !faults.contains(where: { ($0.field ?? "").hasPrefix(node.path) }) { faults += error.all }
            return nil
        }
    }

    mutating func report(_ node: ConfigurationNode, _ code: String, _ message: String, _ fix: String) {
        faults.append(node.fault(code, message, fix: fix))
    }
}
