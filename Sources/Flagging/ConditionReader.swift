internal import Domain

/// Compiles a rule's condition, and refuses what no rule may do: read without end, read what is nobody's business,
/// turn help-seeking into a concern, or speak without naming source and date.
struct ConditionReader: RuleChecking {
    let wording: FlaggingWording
    let catalogue: Catalogue
    /// Offers of support may look at what a family already receives.
    let isOffer: Bool
    /// The highest age in months the rule is about; looking back to birth is bounded only by it.
    let oldestMonths: Int
    private(set) var faults: [Fault] = []

    /// The rules that the condition names.
    private(set) var references: [Placed<RuleID>] = []

    private static let operators = [
        "age", "all", "any", "change", "consecutive", "count", "exists", "flagged", "household", "latest",
        "missing", "not", "open", "sum", "trend",
    ]
    /// Kinds that are a state in force, not history: the newest one needs no look-back.
    private static let states: Set<String> = ["status", "enrolment"]
    private static let noData = "データがありません"

    /// Whether a fact that is found speaks for or against looking at a child.
    enum Side {
        case raises, lowers
    }
    struct Place {
        var side = Side.raises
        var isInHousehold = false
        var isNegated = false
    }

    init(wording: FlaggingWording, catalogue: Catalogue, isOffer: Bool, oldestMonths: Int) {
        self.wording = wording
        self.catalogue = catalogue
        self.isOffer = isOffer
        self.oldestMonths = oldestMonths
    }

    mutating func add(_ fault: Fault) { faults.append(fault) }

    /// - Parameter side: what is found raises nothing where it speaks for the family.
    /// - Returns: `nil` only with a fault.
    mutating func read(_ node: ConfigurationNode, side: Side = .raises) -> Condition? {
        read(node, Place(side: side))
    }

    mutating func read(_ node: ConfigurationNode, _ place: Place) -> Condition? {
        let say = node.members.first { $0.key == "say" }?.node
        let others = node.members.filter { $0.key != "say" }
        guard let member = others.first, others.count == 1 else {
            add(
                node.fault(
                    "rule.condition", "条件は1つの { } に1種類だけ書きます。",
                    fix: "次のどれか1つを書いてください: \(Self.operators.joined(separator: "、"))"))
            return nil
        }
        if let say, ["age", "all", "any", "household"].contains(member.key) {
            add(say.fault("rule.sentence", "「\(member.key)」には文章を書けません。", fix: "中の条件それぞれに書いてください。"))
        }
        do {
            switch member.key {
            case "all": return try parts(member.node, place).map(Condition.all)
            case "any": return try parts(member.node, place).map(Condition.any)
            case "not": return try not(member.node, say, place)
            case "household": return try household(member.node, place)
            case "age": return try age(member.node)
            case "flagged": return try flagged(member.node, say, place)
            default: return try indicator(member, say, place).map(Condition.indicator)
            }
        } catch let found as Faults {
            faults += found.all
        } catch {
            add(node.fault("rule.condition", "条件を読み取れません。", fix: "書き方の説明と見比べてください。"))
        }
        return nil
    }

    mutating func parts(_ node: ConfigurationNode, _ place: Place) throws -> [Condition]? {
        let nodes = try node.decode([ConfigurationNode].self)
        guard !nodes.isEmpty else {
            add(node.fault("rule.condition", "条件が1つもありません。", fix: "条件を書いてください。"))
            return nil
        }
        let parts = nodes.map { read($0, place) }
        return parts.contains { $0 == nil } ? nil : parts.compactMap(\.self)
    }

    mutating func not(
        _ node: ConfigurationNode, _ say: ConfigurationNode?, _ place: Place
    ) throws -> Condition? {
        var inside = place
        inside.side = place.side == .raises ? .lowers : .raises
        inside.isNegated = true
        guard let inner = read(node, inside) else { return nil }
        guard let say else { return .not(inner, say: nil) }
        let text = try say.decode(Placed<String>.self)
        let sentence = sentence(
            text, places: [.source, .asOf], needs: [.source, .asOf], mustSay: Self.noData)
        return sentence.map { .not(inner, say: $0) }
    }

    mutating func household(_ node: ConfigurationNode, _ place: Place) throws -> Condition? {
        let text = try node.decode(HouseholdText.self)
        var inside = place
        inside.isInHousehold = true
        if let least = text.atLeast { check(least, in: 1...20, "世帯の人数") }
        return read(text.where, inside).map {
            .household(text.members, atLeast: text.atLeast?.value ?? 1, $0)
        }
    }

    mutating func age(_ node: ConfigurationNode) throws -> Condition? {
        let text = try node.decode(AgeText.self)
        let ages = population(
            ageMonths: text.months, ageYears: text.years, grade: text.grade, resident: nil, at: node)
        if !ages.hasAges {
            add(node.fault("rule.condition", "年齢が書かれていません。", fix: "months、years、grade のどれかを書いてください。"))
        }
        return .age(ages)
    }

    mutating func flagged(
        _ node: ConfigurationNode, _ say: ConfigurationNode?, _ place: Place
    ) throws -> Condition? {
        let text = try node.decode(FlaggedText.self)
        if place.isInHousehold || place.isNegated {
            add(node.fault("rule.condition", "flagged は not や household の中には書けません。", fix: "外側に書き直してください。"))
        }
        let least = text.atLeast?.value ?? 1
        let rules = text.rules.map(\.value)
        if !(1...max(1, Set(rules).count)).contains(least) || Set(rules).count < max(1, rules.count) {
            add(
                (text.atLeast?.node ?? node).fault(
                    "rule.number", "rules に規則がないか、同じ規則が2度あるか、atLeast がその数より大きくなっています。",
                    fix: "rules に規則のidを、atLeast にその数以下の整数を書いてください。"))
        }
        references += text.rules
        guard let say else {
            add(node.fault("rule.no-reason", "flagged に文章（say）がありません。", fix: "{titles} を入れた文章を書いてください。"))
            return nil
        }
        let sentence = sentence(
            try say.decode(Placed<String>.self), places: [.titles, .count], needs: [.titles], mustSay: nil)
        return sentence.map { .flagged(rules, atLeast: least, say: $0) }
    }

    // MARK: indicators

    mutating func indicator(
        _ member: ConfigurationNode.Member, _ say: ConfigurationNode?, _ place: Place
    ) throws -> Indicator? {
        let node = member.node
        var places: Set<Sentence.Place> = [.source, .asOf, .date, .from, .value, .kind]
        let test: Indicator.Test
        let facts: FactSelector?
        switch member.key {
        case "latest":
            let text = try node.decode(SelectorText.self)
            test = .latest
            facts = selector(text, at: node, place)
            if let facts, facts.within == nil, !facts.keys.allSatisfy({ Self.states.contains($0.kind) }) {
                addLookBack(node)
            }
        case "exists":
            test = .exists
            facts = history(try node.decode(SelectorText.self), at: node, place)
        case "count":
            let text = try node.decode(CountedText<Times>.self)
            test = .count(whole(text.number), halfBefore: fading(text.halfBefore, within: text.facts.within))
            facts = history(text.facts, at: node, place)
        case "consecutive":
            let text = try node.decode(CountedText<Months>.self)
            test = .consecutive(whole(text.number))
            refuse(halfBefore: text.halfBefore)
            facts = history(text.facts, at: node, place)
            demandNumbers(text.facts.of)
            if let facts, let within = facts.within,
                text.number.value > Double(within.months(oldest: oldestMonths))
            {
                add(
                    text.number.node.fault(
                        "rule.number", "さかのぼる期間より長く続くことはありません。", fix: "within を長くするか、months を小さくしてください。"))
            }
        case "sum":
            let text = try node.decode(FadingText.self)
            test = .sum(
                text.facts.atLeast?.value ?? 0,
                halfBefore: fading(text.halfBefore, within: text.facts.within))
            facts = amounts(text.facts, at: node, place)
        case "change":
            let text = try node.decode(CountedText<Times>.self)
            test = .change(atLeast: text.facts.atLeast?.value ?? 0, times: text.number.value)
            refuse(halfBefore: text.halfBefore)
            facts = amounts(text.facts, at: node, place)
            places.insert(.baseline)
        case "trend":
            let text = try node.decode(TrendText.self)
            check(times: text)
            test = .trend(
                whole(text.times), isRising: text.direction == .rising, by: text.by.value)
            let looked = SelectorText(of: text.of, is: nil, atLeast: nil, atMost: nil, within: text.within)
            facts = history(looked, at: node, place)
            demandNumbers(text.of)
            places.insert(.baseline)
        case "open":
            let text = try node.decode(OpenText.self)
            let begun = SelectorText(of: text.of, is: text.is, atLeast: nil, atMost: nil, within: nil)
            let ended = SelectorText(of: text.closed, is: nil, atLeast: nil, atMost: nil, within: nil)
            facts = selector(begun, at: node, place)
            guard let closed = selector(ended, at: node, Place(side: .lowers)) else { return nil }
            test = .open(closed: closed)
        case "missing":
            if place.isNegated || place.isInHousehold {
                add(
                    node.fault(
                        "rule.condition", "missing は not や household の中には書けません。", fix: "外側に書き直してください。"))
                return nil
            }
            return try missing(node, say, place)
        default:
            let near = nearest(member.key, in: Self.operators)
            add(
                node.fault(
                    "rule.condition", "「\(member.key)」という条件はありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" }
                        ?? "次のどれかにしてください: \(Self.operators.joined(separator: "、"))"))
            return nil
        }
        guard let facts else { return nil }
        return try indicator(test, facts, say, places: places, needs: [.source], oneOf: [.date, .asOf])
    }

    mutating func indicator(
        _ test: Indicator.Test, _ facts: FactSelector, _ say: ConfigurationNode?, places: Set<Sentence.Place>,
        needs: Set<Sentence.Place>, oneOf: Set<Sentence.Place> = [], mustSay: String? = nil
    ) throws -> Indicator? {
        guard let say else { return Indicator(test: test, facts: facts, say: nil) }
        let text = try say.decode(Placed<String>.self)
        guard let sentence = sentence(text, places: places, needs: needs, mustSay: mustSay) else {
            return nil
        }
        if !oneOf.isEmpty, sentence.places.isDisjoint(with: oneOf) {
            add(text.node.fault("rule.sentence", "文章に日付がありません。", fix: "{date} か {asOf} を入れてください。"))
        }
        return Indicator(test: test, facts: facts, say: sentence)
    }

    mutating func missing(
        _ node: ConfigurationNode, _ say: ConfigurationNode?, _ place: Place
    ) throws -> Indicator? {
        let text = try node.decode(MissingText.self)
        var inside = place
        inside.side = .lowers
        let looked = SelectorText(of: text.of, is: text.is, atLeast: nil, atMost: nil, within: text.within)
        let facts = selector(looked, at: node, inside)
        var anchors: [Due.Anchor?] = []
        for anchor in text.due { anchors.append(try self.anchor(anchor, inside)) }
        if anchors.isEmpty {
            add(node.fault("rule.due", "いつから「ない」と言えるかが書かれていません。", fix: "due に起点を1つ以上書いてください。"))
        }
        guard let facts, !anchors.isEmpty, !anchors.contains(where: { $0 == nil }) else { return nil }
        let due = Due(
            anchors: anchors.compactMap(\.self), grace: grace(text.grace),
            isSinceDue: text.sinceDue ?? false)
        return try indicator(
            .missing(due), facts, say, places: [.source, .asOf, .due], needs: [.source, .asOf],
            mustSay: Self.noData)
    }

    /// No longer than the longest look-back: whatever is missing, somebody should ask before that.
    mutating func grace(_ text: Placed<MissingText.GraceText>?) -> Due.Grace {
        guard let text else { return .init(days: 0, months: 0) }
        let longest = wording.longestLookBackMonths
        if text.value.days == nil, text.value.months == nil {
            add(text.node.fault("rule.grace", "猶予の長さが書かれていません。", fix: "days か months を書いてください。"))
        }
        if let days = text.value.days { check(days, in: 0...longest * 31, "猶予の日数") }
        if let months = text.value.months { check(months, in: 0...longest, "猶予の月数") }
        return .init(days: text.value.days?.value ?? 0, months: text.value.months?.value ?? 0)
    }

    mutating func anchor(_ node: ConfigurationNode, _ place: Place) throws -> Due.Anchor? {
        let text = try node.decode(AnchorText.self)
        switch (text.after, text.ageMonths, text.schoolEntry) {
        case (let after?, nil, nil): return selector(after, at: node, place).map(Due.Anchor.after)
        case (nil, let months?, nil):
            check(months, in: Population.monthsOfChildhood, "起点の月齢")
            return .ageMonths(months.value)
        case (nil, nil, true): return .schoolEntry
        default:
            add(
                node.fault(
                    "rule.due", "起点は after、ageMonths、schoolEntry: true のどれか1つです。", fix: "1つだけ書いてください。"))
            return nil
        }
    }
}
