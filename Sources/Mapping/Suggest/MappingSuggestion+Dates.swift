internal import Domain

/// Which date belongs to which fact, and whose age is meant when.
extension MappingSuggestion {
    /// 認定年月日 is the date of 認定状況: the same words, with 日 behind. Nothing less is enough, since 認定取消年月日 is not.
    mutating func findDates() {
        var dates: [(place: Int, facts: [Int])] = []
        for place in guesses.indices where isOpenDate(place) {
            let stem = dateStem(guesses[place].header)
            guard stem.count >= 2 else { continue }
            let facts = written.filter { needsDate($0.meaning) && isAbout(stem, $0.place, $0.meaning) }.map(
                \.place)
            if !facts.isEmpty { dates.append((place, facts)) }
        }
        for (place, facts) in dates {
            guard dates.allSatisfy({ $0.place == place || Set($0.facts).isDisjoint(with: facts) }) else {
                continue
            }
            set(place, dateOf: facts, "「\(guesses[facts[0]].header)」と同じ言葉で始まる日付")
        }
        settlePeriods()
    }

    /// A month for counts: 対象月 means something only beside counts.
    private mutating func settlePeriods() {
        let periods = written.filter { $0.meaning == .period }.map(\.place)
        let counts = written.filter {
            $0.meaning.type(catalogue) == .number && guesses[$0.place].columns.count == 1
        }
        let undated = written.filter { needsDate($0.meaning) && date(of: $0.place) == nil }.map(\.place)
        guard periods.count == 1, !counts.isEmpty, !undated.isEmpty else {
            for place in periods {
                guesses[place].verdict = .ask(question: "何の月かを確かめてください。")
                guesses[place].confidence = Confidence.several
                guesses[place].candidates = [.period]
            }
            return
        }
        set(periods[0], dateOf: undated, "日数などの対象の月")
    }

    private mutating func set(_ place: Int, dateOf facts: [Int], _ why: String) {
        guesses[place].verdict = .dateOf(facts.flatMap { guesses[$0].columns })
        guesses[place].confidence = Confidence.decided
        guesses[place].why = why
        guesses[place].candidates = []
    }

    /// The place of the column that dates the fact at `place`.
    package func date(of place: Int) -> Int? {
        guesses.indices.first { other in
            if case .dateOf(let columns) = guesses[other].verdict {
                columns.contains(guesses[place].columns[0])
            } else {
                false
            }
        }
    }

    private func needsDate(_ meaning: ColumnMeaning) -> Bool {
        let type = meaning.type(catalogue)
        return type == .code || type == .number
    }

    private func isOpenDate(_ place: Int) -> Bool {
        guard case .ask = guesses[place].verdict, profile.hasHeader, guesses[place].columns.count == 1 else {
            return false
        }
        let column = profile.columns[guesses[place].columns[0]]
        return column.filled > 0
            && column.share(.date) + (column.mayBeDayNumbers ? column.share(.dayNumber) : 0) >= 0.95
            && !(column.share(.dayNumber) > 0 && column.mayHaveLostZeros)
    }

    /// The headers of columns in which a spreadsheet's day numbers are dates: those that are used as dates, and those that
    /// may be.
    var dayNumbered: (sure: [String], possible: [String]) {
        guesses.reduce(into: ([], [])) { result, guess in
            guard guess.columns.contains(where: { profile.columns[$0].share(.dayNumber) > 0 }) else { return }
            switch guess.verdict {
            case .write(let meaning) where meaning.isDate(catalogue) || meaning == .period:
                result.0.append(guess.header)
            case .dateOf: result.0.append(guess.header)
            case .ask where guess.columns.contains(where: { profile.columns[$0].mayBeDayNumbers }):
                result.1.append(guess.header)
            default: break
            }
        }
    }

    private func dateStem(_ header: String) -> String {
        let words = words.skeleton(header)
        for ending in ["年月", "日", "月"] where words.hasSuffix(ending) {
            return String(words.dropLast(ending.count))
        }
        return ""
    }

    /// Whether the fact's header, or what the catalogue calls it, begins with `stem`.
    private func isAbout(_ stem: String, _ place: Int, _ meaning: ColumnMeaning) -> Bool {
        guard case .fact(let item, let kind) = meaning else { return false }
        let titles = [
            guesses[place].header, catalogue[item]?.kind(kind)?.title ?? "", catalogue[item]?.title ?? "",
        ]
        return titles.contains { words.skeleton($0).hasPrefix(stem) }
    }

    /// An age is as good as a birth date only where its day is certain: that of the extract, if the row has no other.
    mutating func askAboutAges() {
        let ages = written.filter { $0.meaning == .identity(.age, of: .row) }
        let births = Set(written.filter { $0.meaning == .identity(.birth, of: .row) }.map(\.place))
        let others = guesses.indices.filter { place in
            !births.contains(place)
                && guesses[place].columns.contains {
                    let column = profile.columns[$0]
                    return column.filled > 0 && (column.share(.date) >= 0.95 || column.mayBeDayNumbers)
                }
        }
        for (place, _) in ages where !others.isEmpty {
            let days = others.map { "「\(guesses[$0].header)」" }.joined(separator: "、")
            guesses[place].verdict = .ask(question: "いつの年齢かを確かめてください（ageOn。日付の列: \(days)）。")
            guesses[place].confidence = Confidence.several
            guesses[place].candidates = [.identity(.age, of: .row)]
        }
    }
}
