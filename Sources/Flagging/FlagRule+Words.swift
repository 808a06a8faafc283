/// What a rule says, for people who do not read its file; nothing is left out of the file that stands beside it.
extension FlagRule {
    /// The sentences it tells of whom it finds, as written: places in braces are filled from the records.
    package var sentences: [String] {
        var written: [String] =
            switch search {
            case .condition(let condition): condition.sentences
            case .combination(_, _, let say): [say.written]
            }
        written += protective.flatMap(\.sentences)
        var seen: Set<String> = []
        return written.filter { seen.insert($0).inserted }
    }

    /// Which parts of items it looks at, and how far back; a state of now has no past.
    package var looks: [String] {
        guard case .condition(let condition) = search else { return [] }
        var seen: Set<String> = []
        return condition.indicators.map { indicator in
            let parts = indicator.facts.keys.map { "\($0.item) \($0.title)" }.joined(separator: "、")
            return "\(parts): \(indicator.facts.within?.words ?? "今の状態")"
        }.filter { seen.insert($0).inserted }
    }

    /// Whom it is about.
    package var populationWords: String { population.words }

    /// When somebody whom it finds is no candidate.
    package var suppressionWords: [String] { suppressions.map(\.words) }

    /// The titles of its items, in code order.
    package var titledItems: [String] { items.map { "\($0) \(itemTitles[$0] ?? "")" } }
}

extension Condition {
    fileprivate var sentences: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.sentences)
        case .not(let inner, let say): [say?.written].compactMap(\.self) + inner.sentences
        case .household(_, _, let inner): inner.sentences
        case .age: []
        case .flagged(_, _, let say): [say.written]
        case .indicator(let indicator): [indicator.say?.written].compactMap(\.self)
        }
    }
}

extension LookBack {
    fileprivate var words: String {
        switch self {
        case .days(let days): "直近\(days)日"
        case .months(let months): "直近\(months)か月"
        case .schoolYear: "今年度（4月1日から）"
        case .sinceBirth: "生まれてから"
        }
    }
}

extension Population {
    fileprivate var words: String {
        func span(_ bounds: Bounds?, _ word: (Int) -> String) -> String? {
            guard let bounds else { return nil }
            return switch (bounds.from, bounds.to) {
            case (let from?, let to?): "\(word(from))から\(word(to))まで"
            case (let from?, nil): "\(word(from))以上"
            case (nil, let to?): "\(word(to))まで"
            case (nil, nil): nil
            }
        }
        let parts = [
            span(ageMonths) { "生後\($0)か月" }, span(ageYears) { "\($0)歳" }, span(grade, Self.gradeWords),
            resident == true ? "住民基本台帳にいる人" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "すべての人" : parts.joined(separator: "、")
    }

    private static func gradeWords(_ grade: Int) -> String {
        switch grade {
        case 7...: "中学\(grade - 6)年"
        case 1...6: "小学\(grade)年"
        default: "就学の\(1 - grade)年前"
        }
    }
}

extension SuppressionRule {
    fileprivate var words: String {
        switch self {
        case .alreadySupported: "要対協に登録中（既に支援中）"
        case .movedOutOrDeceased: "転出・死亡"
        case .staleSource: "抽出が古い（判定できないとする）"
        }
    }
}
