internal import Domain

/// Checks one rule file against catalogue, purposes and wording, and compiles it.
struct RuleReader {
    let wording: FlaggingWording
    let catalogue: Catalogue
    let purposes: Set<PurposeID>?
    let permits: ((ItemCode, PurposeID) -> Bool)?
    /// Other rules that the rule names.
    private(set) var references: [Placed<RuleID>] = []
    private var faults: [Fault] = []

    init(
        wording: FlaggingWording, catalogue: Catalogue, purposes: Set<PurposeID>?,
        permits: ((ItemCode, PurposeID) -> Bool)?
    ) {
        self.wording = wording
        self.catalogue = catalogue
        self.purposes = purposes
        self.permits = permits
    }

    /// - Parameter stem: the file's name without extension; must be the rule's id.
    /// - Throws: `Faults`.
    mutating func read(_ file: ConfigurationFile, stem: String) throws -> FlagRule {
        let text: RuleText = try file.decode()
        if text.id.value.rawValue != stem {
            report(
                text.id.node, "rule.id", "規則のidとファイル名（\(stem).json5）が違います。", fix: "どちらかに合わせてください。")
        }
        if !text.id.value.isOfRule {
            report(
                text.id.node, "rule.id",
                "「\(RuleID.handPrefix)」「\(RuleID.erasedPrefix)」で始まるidは、規則でないものに使います。", fix: "別のidにしてください。")
        }
        checkPeople(text)
        checkPopulation(text, at: file.root)
        checkPurpose(text)
        checkNumbers(text)
        let population = population(
            ageMonths: text.population?.ageMonths, ageYears: text.population?.ageYears,
            grade: text.population?.grade, resident: text.population?.resident, at: file.root)
        for words in [text.title] + text.confirm { check(words: words.value, at: words.node) }
        if text.confirm.isEmpty {
            report(file.root, "rule.confirm", "職員が確かめることが書かれていません。", fix: "confirm に1つ以上書いてください。")
        }
        let search = search(of: text, in: file)
        let protective = protective(text)
        checkItems(text, search, protective)
        if let faults = Faults(faults.sorted { ($0.line ?? 0, $0.code) < ($1.line ?? 0, $1.code) }) {
            throw faults
        }
        guard let search else { preconditionFailure("INVARIANT: no search only with a fault") }
        return FlagRule(
            id: text.id.value, version: text.version.value, title: text.title.value,
            purpose: text.purpose.value, items: text.items.map(\.value).sorted(),
            difficulties: text.difficulties, urgency: text.urgency, confirm: text.confirm.map(\.value),
            rationale: text.rationale.why, source: text.rationale.source, author: text.author.value,
            approver: text.approver.value, effectiveFrom: text.effective.from,
            effectiveTo: text.effective.to?.value, expectedShare: text.expected.share.value,
            proceed: text.proceed.map {
                FlagRule.Proceed(share: $0.share.value, assessed: $0.assessed.value)
            },
            population: population, search: search,
            suppressions: SuppressionRule.allCases.filter(text.suppress.map(\.value).contains),
            protective: protective,
            itemTitles: text.items.reduce(into: [:]) { $0[$1.value] = catalogue[$1.value]?.title })
    }

    private mutating func search(of text: RuleText, in file: ConfigurationFile) -> FlagRule.Search? {
        switch (text.when, text.combine) {
        case (let when?, nil):
            var reader = conditionReader(text)
            let condition = reader.read(when)
            faults += reader.faults
            references = reader.references
            guard reader.faults.isEmpty, let condition else { return nil }
            guard condition.givesReason else {
                report(
                    when, "rule.no-reason", "理由の文章（say）が1つもないまま成り立つ場合があります。",
                    fix: "成り立つどの場合にも、少なくとも1つの条件に say を書いてください。")
                return nil
            }
            return .condition(condition)
        case (nil, let combine?):
            if combine.atLeast.value < 2 {
                report(
                    combine.atLeast.node, "rule.number", "重なりは2つ以上で数えます。", fix: "2以上の整数を書いてください。")
            }
            guard
                let say = sentence(
                    combine.say, places: [.titles, .count], needs: [.titles], mustSay: nil)
            else { return nil }
            references = combine.except ?? []
            return .combination(
                atLeast: combine.atLeast.value, except: Set(references.map(\.value)), say: say)
        default:
            report(
                file.root, "rule.search", "when と combine は、どちらか1つだけを書きます。",
                fix: "条件で探す規則は when、ほかの判定の重なりを見る規則は combine を書いてください。")
            return nil
        }
    }

    private func conditionReader(_ text: RuleText) -> ConditionReader {
        ConditionReader(
            wording: wording, catalogue: catalogue, isOffer: text.urgency == .offer,
            oldestMonths: text.population?.ageMonths?.to?.value ?? .max)
    }

    /// What is shown beside a finding: statements of what is there, each with its sentence.
    private mutating func protective(_ text: RuleText) -> [Condition] {
        (text.protective ?? []).compactMap { node -> Condition? in
            var reader = conditionReader(text)
            let condition = reader.read(node, side: .lowers)
            faults += reader.faults
            guard let condition else { return nil }
            let isStatement = condition.indicators.allSatisfy { indicator in
                if case .missing = indicator.test { false } else { true }
            }
            if !condition.givesReason || !isStatement || !condition.rules.isEmpty {
                report(
                    node, "rule.protective", "支えになる記録（protective）には、あることを文章で言う条件を書きます。",
                    fix: "exists や latest に say を付けてください。")
            }
            return condition
        }
    }

    /// A population with nothing in it reads as if somebody had thought of whom the rule is about.
    private mutating func checkPopulation(_ text: RuleText, at node: ConfigurationNode) {
        guard let population = text.population else { return }
        let bounds = [population.ageMonths, population.ageYears, population.grade].compactMap(\.self)
        let isOpen = bounds.contains { $0.from == nil && $0.to == nil }
        guard isOpen || bounds.isEmpty && population.resident != true else { return }
        report(
            node, "rule.population",
            isOpen ? "月齢・年齢・学年の範囲に from も to もなく、だれにでも当てはまります。" : "population に何も書かれておらず、だれにでも当てはまります。",
            fix: "だれについての規則かを、ageMonths、ageYears、grade、resident: true で書いてください。")
    }

    private mutating func checkPeople(_ text: RuleText) {
        for person in [text.author, text.approver] where person.value.allSatisfy(\.isWhitespace) {
            report(person.node, "rule.people", "名前が空です。", fix: "役職と担当を書いてください。")
        }
        // One person written in two ways is one.
        if text.author.value.folded == text.approver.value.folded {
            report(
                text.approver.node, "rule.people", "作成者と承認者が同じです。", fix: "作成者とは別の人が承認してください。")
        }
    }

    private mutating func checkPurpose(_ text: RuleText) {
        if let purposes, !purposes.contains(text.purpose.value) {
            let near = nearest(text.purpose.value.rawValue, in: purposes.map(\.rawValue).sorted())
            report(
                text.purpose.node, "rule.purpose", "利用目的「\(text.purpose.value)」はありません。",
                fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "Guidelines/purposes にあるidを書いてください。")
        }
        guard let permits else { return }
        for item in text.items where catalogue[item.value] != nil && !permits(item.value, text.purpose.value)
        {
            report(
                item.node, "rule.item-purpose", "項目「\(item.value)」は、利用目的「\(text.purpose.value)」では使えません。",
                fix: "項目を使わないか、利用目的の定めを先に改めてください。")
        }
    }

    private mutating func checkNumbers(_ text: RuleText) {
        if text.version.value < 1 {
            report(text.version.node, "rule.number", "版は1から数えます。", fix: "1以上の整数を書いてください。")
        }
        if !(0...1).contains(text.expected.share.value) {
            report(
                text.expected.share.node, "rule.number", "見込みの割合は0から1までです。", fix: "100人に2人なら0.02と書いてください。")
        }
        if let proceed = text.proceed {
            if !(0...1).contains(proceed.share.value) {
                report(
                    proceed.share.node, "rule.number", "続ける目安の割合は0から1までです。", fix: "10件に1件なら0.1と書いてください。")
            }
            if proceed.assessed.value < 10 {
                report(
                    proceed.assessed.node, "rule.number", "目安を見る件数は10件以上です。",
                    fix: "何件の結果が出たら見直すかを、10以上の整数で書いてください。")
            }
        }
        if let to = text.effective.to, to.value < text.effective.from {
            report(to.node, "rule.effective", "終わりの日が始まりの日より前です。", fix: "日付を確かめてください。")
        }
    }

    /// Declared and read must be the same: the purpose is checked, and reasons are guarded, by what is declared.
    private mutating func checkItems(
        _ text: RuleText, _ search: FlagRule.Search?, _ protective: [Condition]
    ) {
        for item in text.items {
            if let why = wording.whyNeverRead(
                item.value, titles: [catalogue[item.value]?.title].compactMap(\.self))
            {
                report(item.node, "rule.never-read", "項目「\(item.value)」は読めません。\(why)", fix: "この項目を外してください。")
            } else if catalogue[item.value] == nil {
                let near = nearest(item.value.rawValue, in: catalogue.items.keys.sorted().map(\.rawValue))
                report(
                    item.node, "rule.unknown-item", "項目「\(item.value)」は項目の一覧にありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "Guidelines/items を確かめてください。")
            }
        }
        guard let search else { return }
        var read = Set(text.suppress.compactMap(\.value.item))
        if case .condition(let condition) = search { read.formUnion(condition.indicators.flatMap(\.items)) }
        read.formUnion(protective.flatMap(\.indicators).flatMap(\.items))
        let declared = Set(text.items.map(\.value))
        for item in read.subtracting(declared).sorted() {
            report(
                text.items.first?.node ?? text.id.node, "rule.items", "読んでいる項目「\(item)」が items にありません。",
                fix: "items に「\(item)」を書き足してください。")
        }
        for item in text.items where !read.contains(item.value) {
            report(item.node, "rule.items", "項目「\(item.value)」は、条件で使われていません。", fix: "items から消してください。")
        }
    }

    private mutating func report(_ node: ConfigurationNode, _ code: String, _ message: String, fix: String) {
        faults.append(node.fault(code, message, fix: fix))
    }
}

extension RuleReader: RuleChecking {
    mutating func add(_ fault: Fault) { faults.append(fault) }
}

/// What both readers of a rule check: words a person may read about a child, and numbers.
protocol RuleChecking {
    var wording: FlaggingWording { get }
    mutating func add(_ fault: Fault)
}

extension RuleChecking {
    mutating func check(_ number: Placed<Int>, in range: ClosedRange<Int>, _ what: String) {
        guard !range.contains(number.value) else { return }
        add(
            number.node.fault(
                "rule.number", "\(what)が使える範囲の外です。",
                fix: "\(range.lowerBound)から\(range.upperBound)までの整数を書いてください。"))
    }

    mutating func population(
        ageMonths: RuleText.BoundsText?, ageYears: RuleText.BoundsText?, grade: RuleText.BoundsText?,
        resident: Bool?, at node: ConfigurationNode
    ) -> Population {
        let population = Population(
            ageMonths: bounds(ageMonths, in: Population.monthsOfChildhood, "月齢"),
            ageYears: bounds(ageYears, in: Population.years, "年齢"),
            grade: bounds(grade, in: Population.grades, "学年"), resident: resident)
        if [ageMonths != nil, ageYears != nil, grade != nil].count(where: \.self) > 1, population.isEmpty {
            add(node.fault("rule.population", "月齢・年齢・学年の範囲が重ならず、当てはまる人がいません。", fix: "範囲を直してください。"))
        }
        return population
    }

    private mutating func bounds(
        _ text: RuleText.BoundsText?, in range: ClosedRange<Int>, _ what: String
    ) -> Population.Bounds? {
        guard let text else { return nil }
        for bound in [text.from, text.to].compactMap(\.self) { check(bound, in: range, what) }
        if let from = text.from, let to = text.to, from.value > to.value {
            add(to.node.fault("rule.number", "\(what)の to が from より小さくなっています。", fix: "from 以上の数を書いてください。"))
        }
        return Population.Bounds(from: text.from?.value, to: text.to?.value)
    }

    mutating func check(words: String, at node: ConfigurationNode) {
        if let found = wording.forbidden(in: words) {
            add(
                node.fault(
                    "rule.wording", "「\(found.word)」は使えない言葉です。\(found.why)",
                    fix: "「\(found.instead)」のような言い方にしてください。"))
        }
    }

    /// - Parameters:
    ///   - places: what the evaluation can fill in.
    ///   - needs: the sentence names at least these.
    ///   - mustSay: words that must stand in it.
    mutating func sentence(
        _ text: Placed<String>, places: Set<Sentence.Place>, needs: Set<Sentence.Place>, mustSay: String?
    ) -> Sentence? {
        check(words: text.value, at: text.node)
        func list(_ places: Set<Sentence.Place>) -> String {
            places.map { "{\($0.rawValue)}" }.sorted().joined(separator: "、")
        }
        let sentence: Sentence
        do {
            sentence = try Sentence(text.value)
        } catch {
            switch error {
            case .unclosed:
                add(text.node.fault("rule.sentence", "「{」と「}」が対になっていません。", fix: "{date} のように閉じてください。"))
            case .unknownPlace(let name):
                let near = nearest(name, in: places.map(\.rawValue).sorted())
                add(
                    text.node.fault(
                        "rule.sentence", "「{\(name)}」という差し込みはありません。",
                        fix: near.map { "「{\($0)}」の書き誤りではありませんか。" } ?? "使えるもの: \(list(places))"))
            }
            return nil
        }
        let unusable = sentence.places.subtracting(places)
        if !unusable.isEmpty {
            add(
                text.node.fault(
                    "rule.sentence", "この条件では\(list(unusable))を差し込めません。", fix: "使えるもの: \(list(places))"))
        }
        let lacking = needs.subtracting(sentence.places)
        if !lacking.isEmpty {
            add(
                text.node.fault(
                    "rule.sentence", "文章に\(list(lacking))がありません。", fix: "どの記録の、いつのことかを必ず書いてください。"))
        }
        if let mustSay, !text.value.contains(mustSay) {
            add(
                text.node.fault(
                    "rule.sentence", "記録がないことを言う文章に「\(mustSay)」がありません。",
                    fix: "記録がないだけで、事実がないとは限らないことが伝わるように書いてください。"))
        }
        if !text.value.hasSuffix("。") {
            add(text.node.fault("rule.sentence", "文章が「。」で終わっていません。", fix: "「。」で終えてください。"))
        }
        return sentence
    }
}

extension String {
    /// Without blanks, in half width and small letters: as two ways of writing one name compare.
    fileprivate var folded: String {
        inHalfWidth.filter { !$0.isWhitespace }.lowercased()
    }
}
