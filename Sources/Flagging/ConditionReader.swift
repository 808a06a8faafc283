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

    private static let operators = [
        "all", "any", "change", "consecutive", "count", "exists", "household", "latest", "missing", "not",
        "sum",
    ]
    /// Kinds that are a state in force, not history: the newest one needs no look-back.
    private static let states: Set<String> = ["status", "enrolment"]
    private static let noData = "データがありません"

    /// Whether a fact that is found speaks for or against looking at a child.
    private enum Side {
        case raises, lowers
    }
    private struct Place {
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

    /// - Returns: `nil` only with a fault.
    mutating func read(_ node: ConfigurationNode) -> Condition? { read(node, Place()) }

    private mutating func read(_ node: ConfigurationNode, _ place: Place) -> Condition? {
        let say = node.members.first { $0.key == "say" }?.node
        let others = node.members.filter { $0.key != "say" }
        guard let member = others.first, others.count == 1 else {
            add(
                node.fault(
                    "rule.condition", "条件は1つの { } に1種類だけ書きます。",
                    fix: "次のどれか1つを書いてください: \(Self.operators.joined(separator: "、"))"))
            return nil
        }
        if let say, ["all", "any", "household"].contains(member.key) {
            add(say.fault("rule.sentence", "「\(member.key)」には文章を書けません。", fix: "中の条件それぞれに書いてください。"))
        }
        do {
            switch member.key {
            case "all": return try parts(member.node, place).map(Condition.all)
            case "any": return try parts(member.node, place).map(Condition.any)
            case "not": return try not(member.node, say, place)
            case "household": return try household(member.node, place)
            default: return try indicator(member, say, place).map(Condition.indicator)
            }
        } catch let found as Faults {
            faults += found.all
        } catch {
            add(node.fault("rule.condition", "条件を読み取れません。", fix: "書き方の説明と見比べてください。"))
        }
        return nil
    }

    private mutating func parts(_ node: ConfigurationNode, _ place: Place) throws -> [Condition]? {
        let nodes = try node.decode([ConfigurationNode].self)
        guard !nodes.isEmpty else {
            add(node.fault("rule.condition", "条件が1つもありません。", fix: "条件を書いてください。"))
            return nil
        }
        let parts = nodes.map { read($0, place) }
        return parts.contains { $0 == nil } ? nil : parts.compactMap(\.self)
    }

    private mutating func not(
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

    private mutating func household(_ node: ConfigurationNode, _ place: Place) throws -> Condition? {
        let text = try node.decode(HouseholdText.self)
        var inside = place
        inside.isInHousehold = true
        return read(text.where, inside).map { .household(text.members, $0) }
    }

    // MARK: indicators

    private mutating func indicator(
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
            test = .count(whole(text.number))
            facts = history(text.facts, at: node, place)
        case "consecutive":
            let text = try node.decode(CountedText<Months>.self)
            test = .consecutive(whole(text.number))
            facts = history(text.facts, at: node, place)
        case "sum":
            let text = try node.decode(SelectorText.self)
            test = .sum(text.atLeast?.value ?? 0)
            facts = amounts(text, at: node, place)
        case "change":
            let text = try node.decode(CountedText<Times>.self)
            test = .change(atLeast: text.facts.atLeast?.value ?? 0, times: text.number.value)
            facts = amounts(text.facts, at: node, place)
            places.insert(.baseline)
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

    private mutating func indicator(
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

    private mutating func missing(
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
    private mutating func grace(_ text: Placed<MissingText.GraceText>?) -> Due.Grace {
        guard let text else { return .init(days: 0, months: 0) }
        let longest = wording.longestLookBackMonths
        if text.value.days == nil, text.value.months == nil {
            add(text.node.fault("rule.grace", "猶予の長さが書かれていません。", fix: "days か months を書いてください。"))
        }
        if let days = text.value.days { check(days, in: 0...longest * 31, "猶予の日数") }
        if let months = text.value.months { check(months, in: 0...longest, "猶予の月数") }
        return .init(days: text.value.days?.value ?? 0, months: text.value.months?.value ?? 0)
    }

    private mutating func anchor(_ node: ConfigurationNode, _ place: Place) throws -> Due.Anchor? {
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

    // MARK: facts

    /// History always ends somewhere: a look-back is required.
    private mutating func history(
        _ text: SelectorText, at node: ConfigurationNode, _ place: Place
    ) -> FactSelector? {
        if text.within == nil { addLookBack(node) }
        return selector(text, at: node, place)
    }

    /// Numbers that are added or compared; `atLeast` is a limit for the result, not for a single number.
    private mutating func amounts(
        _ text: SelectorText, at node: ConfigurationNode, _ place: Place
    ) -> FactSelector? {
        if text.atLeast == nil || text.is != nil || text.atMost != nil {
            add(
                node.fault(
                    "rule.condition", "合計や増え方は atLeast だけで比べます。", fix: "atLeast を書き、is と atMost を消してください。"))
        }
        guard var facts = history(text, at: node, place) else { return nil }
        facts.atLeast = nil
        return facts
    }

    private mutating func selector(
        _ text: SelectorText, at node: ConfigurationNode, _ place: Place
    ) -> FactSelector? {
        let found = text.of.map { key($0, place) }
        guard !found.isEmpty, !found.contains(where: { $0 == nil }) else {
            if found.isEmpty {
                add(node.fault("rule.condition", "of に項目がありません。", fix: "「B06.18m」のように書いてください。"))
            }
            return nil
        }
        let kinds = found.compactMap(\.self)
        for code in text.is ?? [] where !kinds.contains(where: { $0.1.codes?.contains(code.value) ?? false })
        {
            let near = nearest(code.value, in: kinds.flatMap { $0.1.codes ?? [] })
            add(
                code.node.fault(
                    "rule.unknown-code", "「\(code.value)」という値は、この項目にありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "Guidelines/items を確かめてください。"))
        }
        for limit in [text.atLeast, text.atMost].compactMap(\.self)
        where kinds.contains(where: { $0.1.type != .number }) {
            add(limit.node.fault("rule.type", "数ではない項目は、大きさで比べられません。", fix: "is で値を書いてください。"))
        }
        return FactSelector(
            keys: kinds.map(\.0), codes: text.is?.map(\.value) ?? [], atLeast: text.atLeast?.value,
            atMost: text.atMost?.value, within: text.within.flatMap { lookBack($0) })
    }

    private mutating func key(_ text: Placed<String>, _ place: Place) -> (FactKey, ItemKind)? {
        let parts = text.value.split(separator: ".", maxSplits: 1).map(String.init)
        let code = ItemCode(parts.first ?? "")
        let item = catalogue[code]
        let kind = parts.count == 2 ? item?.kind(parts[1]) : nil
        if let why = wording.whyNeverRead(code, titles: [item?.title, kind?.title].compactMap(\.self)) {
            add(text.node.fault("rule.never-read", "「\(text.value)」は読めません。\(why)", fix: "この条件を外してください。"))
            return nil
        }
        guard let kind else {
            let known = catalogue.items.values.flatMap { item in item.kinds.map { "\(item.code).\($0.kind)" }
            }
            let near = nearest(text.value, in: known.sorted())
            add(
                text.node.fault(
                    item == nil ? "rule.unknown-item" : "rule.unknown-kind", "「\(text.value)」は項目の一覧にありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "Guidelines/items を確かめてください。"))
            return nil
        }
        if place.side == .raises, !isOffer, let help = wording.helpSeeking.first(where: { $0.item == code }) {
            add(
                text.node.fault(
                    "rule.help-seeking", "「\(text.value)」があることを、こどもを見る理由にできません。\(help.why)",
                    fix: "この条件を外すか、支援の案内の規則（urgency: \"offer\"）にしてください。"))
        }
        return (FactKey(item: code, kind: kind.kind, title: kind.title, unit: kind.unit ?? ""), kind)
    }

    private mutating func lookBack(_ text: Placed<LookBackText>) -> LookBack? {
        let longest = wording.longestLookBackMonths
        switch (text.value.days, text.value.months, text.value.sinceBirth) {
        case (let days?, nil, nil) where days > 0 && days <= longest * 31: return .days(days)
        case (nil, let months?, nil) where months > 0 && months <= longest: return .months(months)
        case (nil, nil, true) where oldestMonths <= longest: return .sinceBirth
        default:
            add(
                text.node.fault(
                    "rule.look-back", "さかのぼる期間は days、months、sinceBirth: true のどれか1つで、\(longest)か月までです。",
                    fix: "期間を短くしてください。出生までさかのぼれるのは、\(longest)か月までのこどもの規則だけです。"))
            return nil
        }
    }

    private mutating func addLookBack(_ node: ConfigurationNode) {
        add(
            node.fault(
                "rule.look-back", "さかのぼる期間（within）がありません。「一度でもあれば」を理由にはできません。",
                fix: "within: { months: 12 } のように書いてください。"))
    }

    private mutating func whole(_ number: Placed<Double>) -> Int {
        guard let whole = Int(exactly: number.value), whole > 0 else {
            add(number.node.fault("rule.number", "1以上の整数を書くところです。", fix: "整数に直してください。"))
            return 1
        }
        return whole
    }
}
