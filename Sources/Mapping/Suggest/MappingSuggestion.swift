package import Domain

/// What each column of an unknown extract probably is, all columns taken together.
package struct MappingSuggestion: Sendable {
    package let profile: ExtractProfile
    package internal(set) var guesses: [ColumnGuess]
    /// Whom people without a named role in the headers are: the child (or the row's person), or the guardian.
    package internal(set) var main = Subject.child
    /// The mapping with the most headers in common, where it has more than half of them.
    package let nearest: (mapping: ExtractMapping, shared: Int)?

    /// Number spaces that other mappings share.
    let numberSpaces: [String]
    let words: HeaderWords
    package var catalogue: Catalogue { words.catalogue }

    package init(_ profile: ExtractProfile, words: HeaderWords, mappings: [ExtractMapping]) {
        self.profile = profile
        self.words = words
        numberSpaces = Set(mappings.compactMap(\.sharedNumberSpace)).sorted()
        let headers = Set(profile.columns.map(\.header))
        let shared = mappings.map { mapping in (mapping, mapping.headers.filter(headers.contains).count) }
        nearest = shared.filter { $0.1 * 2 > max(headers.count, $0.0.headers.count) }.max { $0.1 < $1.1 }
        guesses = Self.units(profile).map { units in
            Self.guess(columns: units.columns, header: units.header, profile, words)
        }
        settle()
    }

    /// Columns one by one, those for one month each together.
    private static func units(_ profile: ExtractProfile) -> [(columns: [Int], header: String)] {
        let patterns = profile.columns.map { MonthHeader.pattern(of: $0.header) }
        let monthly = Dictionary(grouping: patterns.indices.filter { patterns[$0] != nil }) {
            patterns[$0] ?? ""
        }
        .filter { $0.value.count > 1 }
        return profile.columns.indices.compactMap { index in
            guard let pattern = patterns[index], let columns = monthly[pattern] else {
                return ([index], profile.hasHeader ? profile.columns[index].header : placeholder(index))
            }
            return columns[0] == index ? (columns, pattern) : nil
        }
    }

    /// What a column of a file without headers is called.
    static func placeholder(_ index: Int) -> String { "列\(index + 1)" }

    // MARK: - One column by itself

    /// What header and values say, before the other columns are asked.
    private static func guess(
        columns: [Int], header: String, _ profile: ExtractProfile, _ words: HeaderWords
    ) -> ColumnGuess {
        let column =
            columns.map { profile.columns[$0] }.max { $0.filled < $1.filled } ?? profile.columns[columns[0]]
        func make(
            _ verdict: ColumnGuess.Verdict, _ confidence: Double, _ why: String, _ candidates: [ColumnMeaning]
        )
            -> ColumnGuess
        {
            ColumnGuess(
                columns: columns, header: header, verdict: verdict, confidence: confidence, why: why,
                candidates: candidates)
        }
        if column.share(.individualNumber) >= 0.5, column.filled >= 3 {
            return make(
                .leave(reason: "個人番号（マイナンバー）と思われます。受け取れません。抽出から除いてもらってください。"), Confidence.known,
                "12桁で、検査用の数字が合う", [])
        }
        if let doubt = columns.compactMap({ profile.doubt(of: $0) }).first {
            return make(.ask(question: doubt), Confidence.hint, "", [])
        }
        let readings = profile.hasHeader ? words.readings(of: MonthHeader.stem(of: header)) : []
        if readings.isEmpty { return byValues(column, header, profile, words, make) }
        let source = readings[0].source
        for reading in readings {
            if case .left(let reason) = reading.meaning {
                return readings.count == 1
                    ? make(.leave(reason: reason), Confidence.known, source, [])
                    : make(
                        .ask(question: "受け取らない列のようですが、ほかの意味もあります。"), Confidence.several, source,
                        readings.map(\.meaning))
            }
        }
        let fits = readings.map { column.fit($0.meaning, words.catalogue) }
        let possible = zip(readings, fits).filter { $0.1 != .contradicts }.map(\.0.meaning)
        guard let only = possible.first else {
            let codes = column.isCoded(readings.map(\.meaning), words.catalogue)
            return make(
                .ask(question: codes ? "記号の意味（codes）を書いてください。" : "見出しと値が合いません。"), Confidence.clash, source,
                readings.map(\.meaning))
        }
        if possible.count > 1 {
            return make(.ask(question: "見出しだけでは1つに決まりません。"), Confidence.several, source, possible)
        }
        if only.isDate(words.catalogue), column.share(.dayNumber) > 0, column.mayHaveLostZeros {
            return make(
                .ask(question: "5桁の数です。表計算の日付の通し番号（serialDates）か、先頭の0が落ちた年月日かを確かめてください。"),
                Confidence.several, source, [only])
        }
        if column.filled > 0 { return make(.write(only), Confidence.known, "\(source)＋値", []) }
        if only.isCode(words.catalogue) {
            return make(.ask(question: "値が1つもなく、記号が分かりません。"), Confidence.hint, source, [only])
        }
        return make(.write(only), Confidence.silent, "\(source)（値はまだありません）", [])
    }

    private static func byValues(
        _ column: ColumnProfile, _ header: String, _ profile: ExtractProfile, _ words: HeaderWords,
        _ make: (ColumnGuess.Verdict, Double, String, [ColumnMeaning]) -> ColumnGuess
    ) -> ColumnGuess {
        let hints = profile.hasHeader ? words.hints(of: header) : []
        // No mapping may receive sentences, whatever they are about.
        if column.share(.freeText) >= 0.5, column.distinct >= 5, column.share(.address) < 0.1 {
            return make(
                .leave(reason: "自由記述は、目的のない情報や本人以外の情報が混じるため受け取りません。"), Confidence.valuesAlone, "値が文章", [])
        }
        if column.share(.freeText) >= 0.3 {
            return make(
                .ask(question: "文章の列です。自由記述は受け取れません。そのほかの内容なら、意味を確かめてください。"), Confidence.hint, "", hints)
        }
        let facts = column.factsByValues(words.catalogue)
        if profile.hasHeader, words.isCautious(header) {
            return make(
                .ask(question: "見出しに、別の人や別の時のことらしい言葉があります。意味を確かめてください。"), Confidence.hint, "", hints + facts)
        }
        // A header that nobody knows may say that they are somebody else's (里親の認定). Without any, words that many
        // programmes have (受給中, 電話) say nothing.
        if !profile.hasHeader, facts.count == 1, column.holds(anyOf: words.telling) {
            return make(.write(facts[0]), Confidence.valuesAlone, "ほかの制度にない言葉の値", [])
        }
        let remarks = profile.hasHeader ? words.remarks(on: header) : []
        let (question, likely) = facts.isEmpty ? column.question : (column.factQuestion, [])
        let candidates = facts + hints + likely.filter { !hints.contains($0) }
        return make(
            .ask(question: question), candidates.isEmpty ? Confidence.nothing : Confidence.hint,
            remarks.isEmpty ? "" : "\(remarks.joined(separator: "、"))にも同じ見出しがあります", candidates)
    }
}

extension ColumnProfile {
    /// What to ask where the values are words of the catalogue and the header is not.
    fileprivate var factQuestion: String { "値は項目一覧にある言葉です。だれの、何のことかを確かめてください。" }

    /// What to ask about a column of which only the values speak, and what they may be.
    fileprivate var question: (text: String, candidates: [ColumnMeaning]) {
        func identity(_ columns: IdentityColumn...) -> [ColumnMeaning] {
            columns.map { .identity($0, of: .row) }
        }
        if filled == 0 { return ("値が1つもありません。何の列かを確かめてください。", []) }
        // A birth's own header is known; another's column of days is another day.
        let births = header.isEmpty && dates.minors > 0 ? identity(.birth) : []
        if share(.date) >= 0.9 {
            let text = births.isEmpty ? "何の日付かを" : "生年月日か、転入日や住民となった日など別の日付かを"
            return ("日付の列です。\(text)確かめてください。", births)
        }
        if mayBeDayNumbers {
            return (
                "5桁の数です。表計算の日付の通し番号なら、serialDates に書き、何の日付かを確かめてください。", births
            )
        }
        if share(.phone) >= 0.8 { return ("電話番号の列です。だれの電話かを確かめてください。", identity(.phone)) }
        if share(.address) >= 0.6 {
            return ("住所の列です。今の住所か、前の住所や転出先かを確かめてください。", identity(.address))
        }
        if share(.kana) >= 0.9 && share(.words) >= 0.4 {
            return ("かなの氏名の列です。だれの氏名かを確かめてください。", identity(.kana))
        }
        if share(.words) >= 0.5 {
            return ("氏名の列のようです。本人、保護者、相手方、職員のだれの氏名かを確かめてください。", identity(.name))
        }
        if share(.school) >= 0.6 { return ("学校や園の列のようです。今の所属かを確かめてください。", identity(.school)) }
        if share(.relation) >= 0.7 { return ("続柄の列です。だれとの続柄かを確かめてください。", identity(.relation)) }
        if share(.identifier) >= 0.9, distinct >= 20, distinct * 5 >= filled {
            return ("番号の列です。人の番号か、手続ごとの番号かを確かめてください。", identity(.number))
        }
        if isSexByValues { return ("性別の列です。だれの性別かを確かめてください。", identity(.sex)) }
        if share(.sex) >= 0.98, distinct == 2, header.isEmpty {
            return ("2種類の記号の列です。性別かどうかを確かめてください。", identity(.sex))
        }
        if share(.number) >= 0.9 { return ("数の列です。何の数か、記号なら何の区分かを確かめてください。", []) }
        if distinct <= 30 { return ("\(distinct)種類の言葉の列です。何の区分かを確かめてください。", []) }
        return ("何の列かを確かめてください。", [])
    }
}

extension ColumnMeaning {
    func isCode(_ catalogue: Catalogue) -> Bool { type(catalogue) == .code }

    /// The type of a fact's values; `nil` for anything else.
    func type(_ catalogue: Catalogue) -> FactType? {
        if case .fact(let item, let kind) = self { catalogue[item]?.kind(kind)?.type } else { nil }
    }

    /// Whether its values are days: a birth, or the day of a fact.
    func isDate(_ catalogue: Catalogue) -> Bool {
        if case .identity(.birth, _) = self { true } else { type(catalogue) == .day }
    }

    var item: ItemCode? { if case .fact(let item, _) = self { item } else { nil } }
}

extension ColumnProfile {
    /// Few short values under a header that means a code: what each stands for is all that is missing.
    fileprivate func isCoded(_ meanings: [ColumnMeaning], _ catalogue: Catalogue) -> Bool {
        distinct <= 30 && meanings.contains { $0.isCode(catalogue) }
    }
}
