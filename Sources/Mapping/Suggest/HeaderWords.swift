package import Domain

/// What headers mean: the dictionary, the headers of the mappings there are, and the catalogue's own titles.
package struct HeaderWords: Sendable {
    /// What a header means if it means that word for word, and where that is known from.
    struct Reading: Sendable, Hashable {
        let meaning: ColumnMeaning
        let source: String
    }

    let catalogue: Catalogue
    private let text: HeaderText
    private var exact: [String: [Reading]] = [:]
    /// By skeleton.
    private var titles: [String: [Reading]] = [:]
    /// What a mapping does under this header and no other mapping may do unasked, such as leaving it out.
    private var remarks: [String: [String]] = [:]
    private let who: [(word: String, whose: Whose?)]
    private let nameBehindWho: Set<String>
    private let suffixes: [String]
    private let caution: [String]
    private let programmes: [String]
    /// Values that name one thing wherever they stand, folded.
    let telling: Set<String>

    package init(_ dictionary: HeaderDictionary, mappings: [ExtractMapping], catalogue: Catalogue) {
        self.catalogue = catalogue
        let text = HeaderText(notation: dictionary.notation)
        self.text = text
        let groups: [([String], Whose?)] = [
            (dictionary.who.row, .row), (dictionary.who.guardian, .guardian),
            (dictionary.who.applicant, .applicant),
            (dictionary.who.hidden, nil),
        ]
        who = groups.flatMap { words, whose in words.map { (text.normal($0), whose) } }
            .sorted { ($1.0.count, $0.0) < ($0.0.count, $1.0) }
        nameBehindWho = Set(dictionary.nameBehindWho.map(text.normal))
        suffixes = dictionary.suffixes.map(text.normal)
        caution = dictionary.caution.map(text.normal)
        programmes = dictionary.programmes.map(text.normal)
        telling = Set((dictionary.telling ?? []).map(Cell.folded))
        for (key, words) in dictionary.identity.sorted(by: { $0.key < $1.key }) {
            guard let column = IdentityColumn(rawValue: key) else { continue }
            for word in words.value { add(word, .identity(column, of: .row), "見出しの辞書") }
        }
        for (key, words) in dictionary.facts.sorted(by: { $0.key < $1.key }) {
            guard let fact = HeaderDictionary.fact(key, catalogue) else { continue }
            for word in words.value { add(word, fact, "見出しの辞書") }
        }
        for word in dictionary.period { add(word, .period, "見出しの辞書") }
        for left in dictionary.left {
            for word in left.words { add(word, .left(reason: left.reason), "見出しの辞書") }
        }
        for mapping in mappings { learn(mapping) }
        for item in catalogue.items.values.sorted(by: { $0.code < $1.code }) { learn(item) }
    }

    private mutating func add(_ word: String, _ meaning: ColumnMeaning, _ source: String) {
        let word = text.normal(word)
        if exact[word, default: []].allSatisfy({ $0.meaning != meaning }) {
            exact[word, default: []].append(Reading(meaning: meaning, source: source))
        }
    }

    private mutating func learn(_ mapping: ExtractMapping) {
        let source = "対応付け「\(mapping.title)」"
        for (header, column, subject) in mapping.identityHeaders {
            // A header that the dictionary knows stays what it is: 受給者氏名 is a guardian's wherever a mapping puts it.
            if readings(of: header).isEmpty {
                add(header, .identity(column, of: subject == .child ? .row : .guardian), source)
            }
        }
        for rule in mapping.facts {
            guard case .fixed(let kind) = rule.kind, rule.conditions.isEmpty, !rule.value.isConstant else {
                continue
            }
            add(MonthHeader.stem(of: rule.column), .fact(rule.item, kind: kind), source)
        }
        for header in mapping.headers where readings(of: header).isEmpty {
            let dropped = mapping.dropped.contains { $0.header == header }
            remarks[text.normal(header), default: []].append(source + (dropped ? "（受け取っていません）" : ""))
        }
    }

    private mutating func learn(_ item: Item) {
        var words = item.kinds.map { ($0.title, $0.kind) }
        if item.kinds.count == 1, let kind = item.kinds.first, kind.type == .code {
            words.append((item.title, kind.kind))
        }
        for (title, kind) in words {
            let skeleton = HeaderText.skeleton(text.normal(title))
            let reading = Reading(meaning: .fact(item.code, kind: kind), source: "項目一覧「\(title)」")
            if skeleton.count >= 2 { titles[skeleton, default: []].append(reading) }
        }
    }
}

extension HeaderWords {
    /// Everything the header can mean word for word, without and with its 氏名-like who in front; empty where some of it
    /// stays unexplained.
    func readings(of header: String) -> [Reading] {
        let word = text.normal(header)
        guard !word.isEmpty else { return [] }
        for candidate in [word] + withoutSuffix(word) + withoutHonorific(word) {
            var found = exact[candidate] ?? []
            for reading in titles[HeaderText.skeleton(candidate)] ?? []
            where found.allSatisfy({ $0.meaning != reading.meaning }) { found.append(reading) }
            if !found.isEmpty { return found }
            if let found = behindWho(candidate) { return found }
        }
        return phoneOrAddress(word).map { [$0] } ?? []
    }

    /// お誕生日, ご住所.
    private func withoutHonorific(_ word: String) -> [String] {
        (word.hasPrefix("お") || word.hasPrefix("ご")) && word.count > 2 ? [String(word.dropFirst())] : []
    }

    /// What several columns or several words may be of: 電話番号2, and 町名番地 in one column.
    private func phoneOrAddress(_ word: String) -> Reading? {
        if let last = word.last, "123".contains(last) {
            // 連絡先1 is as much a telephone as 連絡先; any other word may mean something else the second time.
            let found = readings(of: String(word.dropLast()))
            if case .identity(.phone, _)? = found.first?.meaning, found.count == 1 { return found.first }
        }
        for place in word.indices.dropFirst() where isWord(word[..<place], .town) {
            let rest = word[place...]
            let isBlock = rest.indices.dropFirst().contains {
                isWord(rest[..<$0], .block) && isWord(rest[$0...], .building)
            }
            if isWord(rest, .block) || isBlock {
                return Reading(meaning: .identity(.address, of: .row), source: "見出しの辞書")
            }
        }
        return nil
    }

    private func isWord(_ word: Substring, _ column: IdentityColumn) -> Bool {
        exact[String(word)]?.contains { $0.meaning == .identity(column, of: .row) } ?? false
    }

    /// What known words stand somewhere in the header: a reason to ask, never to write.
    func hints(of header: String) -> [ColumnMeaning] {
        let word = text.normal(header)
        let found = exact.filter { $0.key.count >= 2 && word.contains($0.key) }
            .sorted { ($1.key.count, $0.key) < ($0.key.count, $1.key) }.prefix(3)
        return found.flatMap(\.value).map(\.meaning).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    func remarks(on header: String) -> [String] { remarks[text.normal(header)] ?? [] }

    /// Whether something in the header says that its values are not what they look like (前の学校, 転出の予定日).
    func isCautious(_ header: String) -> Bool {
        let word = text.normal(header)
        return caution.contains(where: word.contains)
            || who.contains { $0.whose != .row && word.hasPrefix($0.word) }
    }

    /// A programme that stands in one of `lines` and that `item` is not about.
    func programme(in lines: [String], besides item: Item) -> String? {
        let lines = lines.map(text.normal)
        let title = text.normal(item.title)
        return programmes.first { word in !title.contains(word) && lines.contains { $0.contains(word) } }
    }

    /// The header's words that carry its meaning, for comparing one header with another.
    func skeleton(_ header: String) -> String { HeaderText.skeleton(text.normal(header)) }

    private func withoutSuffix(_ word: String) -> [String] {
        suffixes.compactMap {
            word.hasSuffix($0) && word.count > $0.count ? String(word.dropLast($0.count)) : nil
        }
    }

    private func behindWho(_ word: String) -> [Reading]? {
        var rest = word[...]
        var whose: Whose? = .row
        var isSomeone = false
        func note(_ found: Whose?) {
            // 申請者（保護者）: the more telling word decides; a hidden person hides all.
            if !isSomeone || whose == .row || found == .guardian && whose == .applicant { whose = found }
            isSomeone = true
        }
        while let (word, found) = who.first(where: { rest.hasPrefix($0.word) && rest.count > $0.word.count })
        {
            rest = rest.dropFirst(word.count)
            note(found)
            if found == nil { break }
        }
        if let (word, found) = who.first(where: { rest.hasSuffix($0.word) && rest.count > $0.word.count }) {
            rest = rest.dropLast(word.count)
            note(found)
        }
        guard isSomeone else { return nil }
        guard let whose else {
            return [
                Reading(meaning: .left(reason: "相手方の情報は、安全のため受け取りません。"), source: "見出しの辞書")
            ]
        }
        for candidate in [String(rest)] + withoutSuffix(String(rest)) {
            // 母性 is no mother's sex: behind another word, one letter makes a new one.
            let isPart =
                exact[candidate]?.contains { $0.meaning == .identity(.family, of: .row) } ?? false
            if candidate.count == 1, candidate.allSatisfy(\.isLetter), !nameBehindWho.contains(candidate),
                !isPart
            {
                continue
            }
            if nameBehindWho.contains(candidate) {
                return [Reading(meaning: .identity(.name, of: whose), source: "見出しの辞書")]
            }
            let found = (exact[candidate] ?? []).compactMap { reading -> Reading? in
                switch reading.meaning {
                case .identity(let column, .row):
                    Reading(meaning: .identity(column, of: whose), source: reading.source)
                // A guardian's fact is another fact.
                case .fact where whose == .row: reading
                case .left: reading
                default: nil
                }
            }
            if !found.isEmpty { return found }
        }
        return nil
    }
}

extension ExtractMapping {
    /// The headers that `people` names, with what each is; headers that two people share come twice.
    var identityHeaders: [(header: String, column: IdentityColumn, subject: Subject)] {
        people.flatMap { person in
            let columns = person.columns
            var found: [(String, IdentityColumn, Subject)] = []
            func add(_ header: Header?, _ column: IdentityColumn, _ subject: Subject = person.subject) {
                if let header { found.append((header.value, column, subject)) }
            }
            // A number in parts is no number to others.
            if let number = columns.number, number.all.count == 1 { add(number.all.first, .number) }
            func add(
                _ cells: NameCells?, _ whole: IdentityColumn,
                _ parts: (family: IdentityColumn, given: IdentityColumn)? = nil,
                _ subject: Subject = person.subject
            ) {
                switch cells {
                case .whole(let header): add(header, whole, subject)
                // Of an alias or a former name no part stands alone.
                case .parts(let family, let given):
                    add(family, parts?.family ?? whole, subject)
                    add(given, parts?.given ?? whole, subject)
                case nil: break
                }
            }
            for name in columns.names ?? [] {
                switch name.kind ?? .legal {
                case .legal:
                    add(name.written, .name, (.family, .given))
                    add(name.kana, .kana, (.familyKana, .givenKana))
                case .latin: add(name.written, .latin)
                case .alias:
                    add(name.written, .alias)
                    add(name.kana, .aliasKana)
                case .former:
                    add(name.written, .former)
                    add(name.kana, .formerKana)
                }
            }
            for name in columns.guardians ?? [] {
                add(name.written, .name, (.family, .given), .guardian)
                add(name.kana, .kana, (.familyKana, .givenKana), .guardian)
            }
            add(columns.birth?.column, .birth)
            add(columns.birth?.age, .age)
            add(columns.sex?.column, .sex)
            if let written = columns.address?.written.all {
                if written.count == 1 {
                    add(written.first, .address)
                } else {
                    add(written.first, .town)
                    for block in written.dropFirst() { add(block, .block) }
                }
            }
            add(columns.address?.postcode, .postcode)
            add(columns.address?.building, .building)
            for phone in columns.phones?.all ?? [] { add(phone, .phone) }
            add(columns.school, .school)
            add(columns.household, .household)
            add(columns.relation, .relation)
            return found
        }
    }
}

extension FactRule.Value {
    /// A fact that says the same whatever its column holds.
    var isConstant: Bool { if case .constant = self { true } else { false } }
}

extension MonthHeader {
    /// `欠席` of `{月}月欠席`, whose month is no part of the meaning; an ordinary header as it is.
    static func stem(of header: String) -> String {
        header.replacing("{月}月", with: "").replacing("{月}", with: "")
    }

    /// `4月欠席` as `{月}月欠席`; `nil` where no month 1...12 stands in `header`.
    static func pattern(of header: String) -> String? {
        guard let month = header.firstIndex(of: "月") else { return nil }
        let digits = header[..<month].reversed().prefix { $0.isWholeNumber }
        guard (1...2).contains(digits.count), let number = Int(Cell.folded(String(digits.reversed()))),
            (1...12).contains(number)
        else { return nil }
        let start = header.index(month, offsetBy: -digits.count)
        return header[..<start] + "{月}" + header[month...]
    }
}
