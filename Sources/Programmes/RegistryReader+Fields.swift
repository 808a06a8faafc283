internal import Domain

/// One field after the other, each in every notation that occurs.
extension RegistryReader {
    // MARK: shapes

    /// A part that is a record itself; `nil` where it is not there.
    mutating func part(_ node: ConfigurationNode?, _ key: String) -> ConfigurationNode? {
        guard let member = member(node, key) else { return nil }
        if case .object = member.value { return member }
        mistyped(member, "{ } の組")
        return nil
    }

    /// What stands under a key; `nil` also for `null`.
    func member(_ node: ConfigurationNode?, _ key: String) -> ConfigurationNode? {
        guard let found = node?.members.first(where: { $0.key == key })?.node else { return nil }
        if case .null = found.value { return nil }
        return found
    }

    private mutating func mistyped(_ node: ConfigurationNode, _ expected: String) {
        let field = field(node)
        let limits = ["target", "tag", "tag.targetCode", "procedurePeriod", "implementationPeriod"]
        let isLimit =
            limits.contains(field) || field.hasPrefix("target.") || field.hasPrefix("tag.targetCode[")
            || field.hasPrefix("procedurePeriod.") || field.hasPrefix("implementationPeriod.")
        if isLimit { leaveOpen(field) }
        guard isNews(node) else { return }
        add(
            .open, "field.type", node.line, field, "\(expected)を書くところに、ほかの形の値があります。読みませんでした。",
            (isLimit ? "案内は「人の確認が必要」になります。" : "") + "レジストリの管理者に知らせてください。")
    }

    /// The field's path inside its record.
    private func field(_ node: ConfigurationNode) -> String {
        node.path.split(separator: ".", maxSplits: 1).count == 2 && node.path.hasPrefix("[")
            ? String(node.path.drop { $0 != "." }.dropFirst()) : node.path
    }

    /// A text, or a number written as one.
    mutating func string(_ node: ConfigurationNode?, _ key: String) -> (text: String, line: Int)? {
        guard let member = member(node, key) else { return nil }
        switch member.value {
        case .string(let text): return (RegistryText.cleaned(text), member.line)
        case .number(let number) where Int(exactly: number) != nil:
            return ("\(Int(number))", member.line)
        default:
            mistyped(member, "文字")
            return nil
        }
    }

    /// A text without the addresses in it, which become links.
    mutating func text(
        _ node: ConfigurationNode?, _ key: String
    ) -> (text: String, links: [Programme.Link]) {
        let (texts, links) = texts(node, key)
        return (texts.joined(separator: "\n"), links)
    }

    /// A text or a list of texts, without the addresses in them.
    mutating func texts(
        _ node: ConfigurationNode?, _ key: String
    ) -> (texts: [String], links: [Programme.Link]) {
        guard let member = member(node, key) else { return ([], []) }
        var (texts, links) = ([String](), [Programme.Link]())
        let elements: [ConfigurationNode]
        if case .array(let all) = member.value { elements = all } else { elements = [member] }
        for element in elements {
            let raw: String
            switch element.value {
            case .string(let text): raw = text
            case .number(let number): raw = Int(exactly: number).map { "\($0)" } ?? "\(number)"
            case .bool(let flag): raw = flag ? "はい" : "いいえ"
            case .null: continue
            case .array, .object:
                mistyped(element, "文字")
                continue
            }
            let (text, found) = RegistryText.links(in: RegistryText.cleaned(raw))
            if !found.isEmpty {
                add(
                    .understood, "text.link", element.line, field(element), "文の中にアドレスがあります。リンクとして取り出しました。",
                    "直さなくても使えます。")
            }
            links += found.filter { RegistryText.isAddress($0.address) }
            if !text.isEmpty { texts.append(text) }
        }
        return (texts, links)
    }

    // MARK: codes

    /// - Parameter range: the numbers that codes of the kind have.
    mutating func codes(
        _ node: ConfigurationNode?, _ key: String, known: Set<String>, _ range: ClosedRange<Int>
    ) -> [String] {
        guard let member = member(node, key) else { return [] }
        let elements: [ConfigurationNode]
        if case .array(let all) = member.value { elements = all } else { elements = [member] }
        var codes: [String] = []
        for element in elements {
            let written: String
            switch element.value {
            case .string(let text): written = text
            case .number(let number) where Int(exactly: number) != nil: written = "\(Int(number))"
            case .null: continue
            default:
                mistyped(element, "番号")
                continue
            }
            let found = RegistryText.codes(written)
            if found != [written], !found.isEmpty {
                add(
                    .understood, "code.notation", element.line, field(element),
                    "番号が「\(shortened(written))」と書かれています。「\(found.joined(separator: "」「"))」と読みました。",
                    "直さなくても使えます。")
            }
            for code in found where !codes.contains(code) {
                if !RegistryText.isCode(code)
                    || !known.contains(code) && !(Int(code).map(range.contains) ?? false)
                {
                    add(
                        .open, "code.unknown", element.line, field(element),
                        "「\(shortened(code))」は、この項目の番号ではありません。意味の分からない番号として残します。",
                        "レジストリの説明書で番号を確かめてください。")
                }
                codes.append(code)
            }
        }
        return codes
    }

    private func shortened(_ text: String) -> String {
        let plain = RegistryText.cleaned(text.replacing("\t", with: "→"))
        return plain.count > 40 ? plain.prefix(40) + "…" : plain
    }

    // MARK: area

    mutating func area(_ record: ConfigurationNode) -> Programme.CodedName? {
        let area = part(record, "area")
        guard let written = raw(area, "areaCode"), !RegistryText.trimmed(written.text).isEmpty else {
            add(
                .open, "area.missing", record.line, "area.areaCode", "どの市町村の制度かが書かれていません。",
                "案内は「人の確認が必要」になります。")
            return nil
        }
        let narrow = RegistryText.cleaned(written.text).replacing("；", with: ";")
        let parts = narrow.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        let code = String(parts[0]).inHalfWidth
        let name = parts.count == 2 ? RegistryText.trimmed(parts[1]) : ""
        if RegistryText.trimmed(written.text) != written.text || written.text.contains("\t")
            || written.text.contains("；")
        {
            add(
                .understood, "area.notation", written.line, "area.areaCode", "余分な空白や全角の記号があります。取り除いて読みました。",
                "直さなくても使えます。")
        }
        guard (5...6).contains(code.count), code.allSatisfy(\.isASCIIDigit) else {
            add(
                .open, "area.code", written.line, "area.areaCode", "団体コード（5桁か6桁の数字）が読めません。",
                "案内は「人の確認が必要」になります。レジストリの管理者に知らせてください。")
            return nil
        }
        return Programme.CodedName(code: code, name: name)
    }

    /// As written.
    private mutating func raw(
        _ node: ConfigurationNode?, _ key: String
    ) -> (text: String, line: Int)? {
        guard let member = member(node, key) else { return nil }
        if case .string(let text) = member.value { return (text, member.line) }
        return string(node, key)
    }

    // MARK: age

    /// - Parameters:
    ///   - text: where the registry gives no number, words of it may say an age.
    ///   - line: of the record.
    mutating func age(
        _ target: ConfigurationNode?, besides text: String, line: Int
    ) -> AgeBounds {
        var (from, below): (Int?, Int?) = (nil, nil)
        var isBroken = false
        /// - Parameters:
        ///   - isStep: whether the bound lies behind the age named: 6歳以下 is before the seventh birthday.
        func bound(_ key: String, isStep: Bool) -> Int? {
            guard let member = member(target, key) else { return nil }
            guard case .object = member.value else {
                mistyped(member, "{ } の組")
                isBroken = true
                return nil
            }
            var numbers: [String: Int] = [:]
            let names = ["targetAge", "targetAgeOfMonths"]
            for other in member.members where !names.contains(other.key) && !other.node.isBlank {
                add(
                    .open, "age.key", other.node.line, "\(field(member)).\(other.key)",
                    "知らない年齢の書き方です。読みませんでした。",
                    "年齢の条件は「分かりません」になります。")
                isBroken = true
            }
            for name in names {
                guard let value = self.member(member, name) else { continue }
                guard let number = number(value, in: 0...150 * (name == "targetAge" ? 1 : 12)) else {
                    if case .string(let text) = value.value, RegistryText.trimmed(text).isEmpty { continue }
                    add(
                        .open, "age.unreadable", value.line, field(value),
                        "年齢が、0歳から150歳まで（月では1800か月まで）の整数ではありません。読みませんでした。",
                        "年齢の条件は「分かりません」になります。")
                    isBroken = true
                    continue
                }
                numbers[name] = number
            }
            switch (numbers["targetAge"], numbers["targetAgeOfMonths"]) {
            case (let years?, let months?):
                if months == 0 || months == years * 12 { return years * 12 + (isStep ? 12 : 0) }
                if months < 12 { return years * 12 + months + (isStep ? 1 : 0) }
                add(
                    .open, "age.contradiction", member.line, field(member), "年齢の年と月が食い違っています。",
                    "年齢の条件は「分かりません」になります。")
                isBroken = true
                return nil
            case (let years?, nil): return years * 12 + (isStep ? 12 : 0)
            case (nil, let months?): return months + (isStep ? 1 : 0)
            case (nil, nil): return nil
            }
        }
        let least = [bound("greaterThanOrEqualTo", isStep: false), bound("greaterThan", isStep: true)]
            .compactMap(\.self)
        let most = [bound("lessThan", isStep: false), bound("lessThanOrEqualTo", isStep: true)].compactMap(
            \.self)
        // Of two that both hold, the narrower.
        (from, below) = (least.max(), most.min())
        if let from, let below, from >= below, !(below == 0 && from == 0) {
            add(
                .open, "age.contradiction", target?.line ?? line, "target", "年齢の下限が上限より上です。",
                "年齢の条件は「分かりません」になります。")
            isBroken = true
        }
        guard !isBroken else { return .unknown }
        if from != nil || below != nil {
            if below == 0 {
                add(
                    .understood, "age.before-birth", target?.line ?? line, "target",
                    "上限が0か月未満です。生まれる前の制度と読みました。",
                    "直さなくても使えます。")
            }
            return AgeBounds(basis: .explicit, from: from, below: below)
        }
        guard let inferred = table.age(in: text) else { return .unknown }
        add(
            .understood, "age.inferred", target?.line ?? line, "target", "年齢の数がないため、文の言葉から推定しました。",
            "画面には「推定」と示します。")
        return inferred
    }

    private func number(_ node: ConfigurationNode, in range: ClosedRange<Int>) -> Int? {
        let number: Int?
        switch node.value {
        case .number(let value): number = Int(exactly: value)
        case .string(let text):
            let narrow = text.inHalfWidth.replacing("歳", with: "").replacing("か月", with: "").replacing(
                "ヶ月", with: "")
            number = narrow.allSatisfy(\.isASCIIDigit) ? Int(narrow) : nil
        default: number = nil
        }
        return number.flatMap { range.contains($0) ? $0 : nil }
    }

    // MARK: days

    mutating func day(_ node: ConfigurationNode?, _ key: String, part: String) -> Day? {
        guard let written = string(node, key), !written.text.isEmpty, !RegistryText.isAnytime(written.text)
        else { return nil }
        if let day = RegistryText.day(written.text) { return day }
        add(
            .open, "date.unreadable", written.line, part, "日付（2024-04-01 や 2024/4/1）でも「随時」でもありません。言葉のまま残します。",
            "日付は「分かりません」になります。申込みの期間のものなら、案内は「人の確認が必要」になります。")
        return nil
    }

    /// When it can be applied for; where the registry says nothing of that, until when it runs.
    mutating func period(of record: ConfigurationNode) -> Programme.Period {
        let parts = ["fromYMD", "toYMD", "conditions"]
        if let applying = part(record, "procedurePeriod"),
            parts.contains(where: { member(applying, $0)?.isBlank == false })
        {
            return period(applying, "procedurePeriod")
        }
        guard let running = part(record, "implementationPeriod"),
            parts.contains(where: { member(running, $0)?.isBlank == false })
        else { return Programme.Period() }
        let period = period(running, "implementationPeriod")
        // One may well apply before it begins.
        let from = period.from.map { "\($0.wareki)から" }
        return Programme.Period(
            to: period.to, isAnytime: period.isAnytime,
            words: ([from].compactMap(\.self) + [period.words]).filter { !$0.isEmpty }.joined(separator: "、"),
            isOfRunning: true)
    }

    private mutating func period(_ node: ConfigurationNode, _ name: String) -> Programme.Period {
        let (from, to) = (string(node, "fromYMD")?.text ?? "", string(node, "toYMD")?.text ?? "")
        let (first, last) = (
            day(node, "fromYMD", part: name + ".fromYMD"), day(node, "toYMD", part: name + ".toYMD")
        )
        let noDays = [(from, first), (to, last)].filter {
            !$0.0.isEmpty && $0.1 == nil && !RegistryText.isAnytime($0.0)
        }.map(\.0)
        let words = (noDays + texts(node, "conditions").texts).filter { !RegistryText.isAnytime($0) }
        if !noDays.isEmpty { leaveOpen(name) }
        if let first, let last, first > last {
            leaveOpen(name)
            add(
                .open, "period.contradiction", node.line, name, "始まりの日が終わりの日より後です。",
                "期限は「分かりません」になります。")
            return Programme.Period(words: ([from, to] + words).joined(separator: "、"))
        }
        return Programme.Period(
            from: first, to: last, isAnytime: [from, to].contains(where: RegistryText.isAnytime),
            words: words.joined(separator: "、"))
    }

    // MARK: links

    /// The links that stand as such.
    mutating func links(_ record: ConfigurationNode) -> [Programme.Link] {
        var links: [Programme.Link] = []
        func add(_ title: String, _ address: String, _ node: ConfigurationNode) {
            let address = RegistryText.trimmed(address)
            guard !address.isEmpty else { return }
            if RegistryText.isAddress(address) {
                links.append(.init(title: title, address: address))
            } else if let found = RegistryText.links(in: address).links.first,
                RegistryText.isAddress(found.address)
            {
                self.add(
                    .understood, "link.titled", node.line, field(node), "アドレスの前に題名があります。分けて読みました。",
                    "直さなくても使えます。")
                links.append(.init(title: title.isEmpty ? found.title : title, address: found.address))
            } else {
                self.add(
                    .open, "link.unreadable", node.line, field(node), "ウェブのアドレス（https://…）ではありません。案内に載せません。",
                    "レジストリの管理者に知らせてください。")
            }
        }
        for key in ["localGovernmentLink", "formLink", "relatedLink"] {
            guard let member = member(record, key) else { continue }
            let elements: [ConfigurationNode]
            if case .array(let all) = member.value { elements = all } else { elements = [member] }
            for element in elements {
                switch element.value {
                case .string(let text): add("", text, element)
                case .object:
                    add(string(element, "title")?.text ?? "", string(element, "uri")?.text ?? "", element)
                case .null: continue
                default: mistyped(element, "リンク")
                }
            }
        }
        if let contact = part(record, "contact"), let written = string(contact, "contactUrl") {
            add("", written.text, contact)
        }
        return links
    }
}

extension ConfigurationNode {
    /// Whether nothing is said: `null`, an empty text, a list or an object of such.
    var isBlank: Bool {
        switch value {
        case .null: true
        case .string(let text): RegistryText.trimmed(text).isEmpty
        case .array(let elements): elements.allSatisfy(\.isBlank)
        case .object(let members): members.allSatisfy(\.node.isBlank)
        case .bool, .number: false
        }
    }
}
