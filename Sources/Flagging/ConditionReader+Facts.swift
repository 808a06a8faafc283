internal import Domain

// Which facts a condition may look at, and how far back.
extension ConditionReader {
    /// History always ends somewhere: a look-back is required.
    mutating func history(
        _ text: SelectorText, at node: ConfigurationNode, _ place: Place
    ) -> FactSelector? {
        if text.within == nil { addLookBack(node) }
        return selector(text, at: node, place)
    }

    /// Numbers that are added or compared; `atLeast` is a limit for the result, not for a single number.
    mutating func amounts(
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

    mutating func selector(
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
        if let low = text.atLeast, let high = text.atMost, low.value > high.value {
            add(
                high.node.fault("rule.number", "atMost が atLeast より小さく、成り立つことがありません。", fix: "どちらかの数を直してください。")
            )
        }
        // Nothing that is counted or measured is below nought.
        if let low = text.atLeast, low.value < 0 || low.value == 0 && text.atMost == nil {
            add(
                low.node.fault(
                    "rule.number", "atLeast が\(low.value == 0 ? "0" : "0より小さい数")で、記録があればいつでも成り立ちます。",
                    fix: "0より大きい数を書いてください。記録があることを言うなら exists で atLeast を消してください。"))
        }
        let within = text.within.flatMap { lookBack($0) }
        if let within, let placed = text.within {
            checkRetention(within, of: kinds.map(\.0), at: placed.node)
        }
        for limit in [text.atLeast, text.atMost].compactMap(\.self)
        where kinds.contains(where: { $0.1.type != .number }) {
            add(limit.node.fault("rule.type", "数ではない項目は、大きさで比べられません。", fix: "is で値を書いてください。"))
        }
        return FactSelector(
            keys: kinds.map(\.0), codes: text.is?.map(\.value) ?? [], atLeast: text.atLeast?.value,
            atMost: text.atMost?.value, within: within)
    }

    /// Nobody keeps what is older: a longer look-back would find less from year to year without a word.
    private mutating func checkRetention(_ within: LookBack, of keys: [FactKey], at node: ConfigurationNode) {
        for item in Set(keys.map(\.item)).sorted() {
            guard let years = catalogue[item]?.retentionYears,
                within.months(oldest: oldestMonths) > years * 12
            else { continue }
            add(
                node.fault(
                    "rule.retention", "項目「\(item)」の保存年数（\(years)年）より前にさかのぼっています。",
                    fix: "さかのぼる期間を\(years * 12)か月までにしてください。"))
        }
    }

    mutating func demandNumbers(_ keys: [Placed<String>]) {
        for key in keys {
            let parts = key.value.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, let kind = catalogue[ItemCode(parts[0])]?.kind(parts[1]),
                kind.type != .number
            else { continue }
            add(key.node.fault("rule.type", "「\(key.value)」は数ではありません。", fix: "数の項目を書いてください。"))
        }
    }

    mutating func check(times text: TrendText) {
        if !(2...12).contains(text.times.value) {
            add(text.times.node.fault("rule.number", "続けて比べる回数は2から12までです。", fix: "2から12までの整数を書いてください。"))
        }
        if text.by.value <= 0 {
            add(text.by.node.fault("rule.number", "増え方・減り方（by）は0より大きい数です。", fix: "合わせていくつ変わったときかを書いてください。"))
        }
    }

    mutating func refuse(halfBefore: Placed<LookBackText>?) {
        guard let halfBefore else { return }
        add(halfBefore.node.fault("rule.condition", "halfBefore は count と sum だけに書けます。", fix: "消してください。"))
    }

    /// Until when facts count whole; must lie within what is looked at.
    mutating func fading(_ text: Placed<LookBackText>?, within: Placed<LookBackText>?) -> LookBack? {
        guard let text, let half = lookBack(text) else { return nil }
        if let within, let whole = lookBack(within),
            half == .sinceBirth || half == .schoolYear
                || half.months(oldest: oldestMonths) >= whole.months(oldest: oldestMonths)
        {
            add(
                text.node.fault(
                    "rule.look-back", "半分に数え始める時（halfBefore）が、さかのぼる期間（within）の外です。",
                    fix: "within より短い days か months を書いてください。"))
        }
        return half
    }

    mutating func key(_ text: Placed<String>, _ place: Place) -> (FactKey, ItemKind)? {
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
        if place.side == .raises, !isOffer,
            let help = wording.helpSeeking.first(where: {
                $0.item == code && $0.kind ?? kind.kind == kind.kind
            })
        {
            add(
                text.node.fault(
                    "rule.help-seeking", "「\(text.value)」があることを、こどもを見る理由にできません。\(help.why)",
                    fix: "この条件を外すか、支援の案内の規則（urgency: \"offer\"）にしてください。"))
        }
        return (FactKey(item: code, kind: kind.kind, title: kind.title, unit: kind.unit ?? ""), kind)
    }

    mutating func lookBack(_ text: Placed<LookBackText>) -> LookBack? {
        let longest = wording.longestLookBackMonths
        switch (text.value.days, text.value.months, text.value.sinceBirth, text.value.schoolYear) {
        case (let days?, nil, nil, nil) where days > 0 && days <= longest * 31: return .days(days)
        case (nil, let months?, nil, nil) where months > 0 && months <= longest: return .months(months)
        case (nil, nil, true, nil) where oldestMonths <= longest: return .sinceBirth
        case (nil, nil, nil, true): return .schoolYear
        default:
            add(
                text.node.fault(
                    "rule.look-back",
                    "さかのぼる期間は days、months、schoolYear: true、sinceBirth: true のどれか1つで、\(longest)か月までです。",
                    fix: "期間を短くしてください。出生までさかのぼれるのは、\(longest)か月までのこどもの規則だけです。"))
            return nil
        }
    }

    mutating func addLookBack(_ node: ConfigurationNode) {
        add(
            node.fault(
                "rule.look-back", "さかのぼる期間（within）がありません。「一度でもあれば」を理由にはできません。",
                fix: "within: { months: 12 } のように書いてください。"))
    }

    mutating func whole(_ number: Placed<Double>) -> Int {
        guard let whole = Int(exactly: number.value), whole > 0 else {
            add(number.node.fault("rule.number", "1以上の整数を書くところです。", fix: "整数に直してください。"))
            return 1
        }
        return whole
    }
}
