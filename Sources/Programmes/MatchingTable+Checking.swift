package import Domain

extension MatchingTable {
    /// - Parameters:
    ///   - permits: whether the purpose has an item.
    /// - Throws: everything that is wrong with it, at its line: items that are none or not of the purpose, words that no record has,
    ///   entries that would fit every programme or none.
    package static func load(
        _ path: String, name: String, catalogue: Catalogue, permits: (ItemCode) -> Bool
    ) throws(Faults) -> MatchingTable {
        let file: ConfigurationFile
        do { file = try ConfigurationFile.load(path, name: name) } catch { throw Faults(error) }
        let table = try file.decode(MatchingTable.self)
        if let faults = Faults(table.faults(file.root, catalogue, permits)) { throw faults }
        return table
    }

    /// - Parameter root: the file that the table was decoded from, for the places.
    private func faults(
        _ root: ConfigurationNode, _ catalogue: Catalogue, _ permits: (ItemCode) -> Bool
    ) -> [Fault] {
        var faults: [Fault] = []
        func add(_ node: ConfigurationNode, _ code: String, _ message: String, _ fix: String) {
            faults.append(node.fault(code, message, fix: fix))
        }
        /// Of nothing, or with an empty text among them.
        func isHollow(_ words: [String]) -> Bool {
            words.isEmpty || words.contains { RegistryText.trimmed($0).isEmpty }
        }
        func check(
            _ item: ItemCode, _ kind: String, _ values: [String], _ node: ConfigurationNode, _ key: String
        ) {
            guard permits(item) else {
                return add(
                    node["item"], "matching.item", "項目「\(item)」は、支援制度の案内の利用目的にありません。",
                    "Guidelines/purposes の「programmes」に入っている項目にしてください。")
            }
            guard let part = catalogue[item]?.kind(kind), let codes = part.codes else {
                return add(
                    node["kind"], "matching.kind", "項目「\(item)」に、言葉で書かれる種類「\(kind)」はありません。",
                    "Guidelines/items の種類の名前にしてください。")
            }
            if values.isEmpty {
                add(
                    node[key], "matching.value", "言葉が一つも書かれていません。",
                    "次のどれかにしてください: \(codes.joined(separator: "、"))")
            }
            for (place, value) in values.enumerated() where !codes.contains(value) {
                add(
                    node[key][place], "matching.value", "「\(value)」は、項目「\(item)」の「\(kind)」の言葉ではありません。",
                    "次のどれかにしてください: \(codes.joined(separator: "、"))")
            }
        }

        if areas.isEmpty {
            add(root["areas"], "matching.areas", "どの市町村の制度かが書かれていません。", "市と都道府県の団体コードと名前を書いてください。")
        }
        for (place, area) in areas.enumerated()
        where !(5...6).contains(area.code.count) || !area.code.allSatisfy(\.isASCIIDigit) {
            add(
                root["areas"][place]["code"], "matching.area-code", "団体コードが5桁か6桁の数字ではありません。",
                "総務省の団体コード（6桁、終わりは検査数字）を書いてください。")
        }
        var codes: Set<String> = []
        for (place, target) in targets.enumerated() {
            let node = root["targets"][place]
            if !RegistryText.isCode(target.code) {
                add(node["code"], "matching.code", "対象の番号が3桁の数字ではありません。", "「088」のように書いてください。")
            }
            if !codes.insert(target.code).inserted {
                add(node["code"], "matching.code-twice", "対象の番号「\(target.code)」が二度書かれています。", "どちらかを消してください。")
            }
            if let months = target.childBelowMonths, !(1...216).contains(months) {
                add(node["childBelowMonths"], "matching.months", "月齢が1から216までの数ではありません。", "「12」のように書いてください。")
            }
            for (index, record) in (target.records ?? []).enumerated() {
                check(record.item, record.kind, record.values, node["records"][index], "is")
            }
        }
        for (place, word) in ages.enumerated() {
            let node = root["ages"][place]
            if RegistryText.trimmed(word.word).isEmpty {
                add(node["word"], "matching.age-word", "年齢の言葉が空です。", "「小学生」のように書いてください。")
            }
            guard let span = word.grade ?? word.months, word.grade == nil || word.months == nil else {
                add(node, "matching.age-span", "学年（grade）か月齢（months）の、どちらか一つが要ります。", "片方だけを書いてください。")
                continue
            }
            let isMonths = word.months != nil
            let (from, end) = (span.from, isMonths ? span.below : span.to)
            let isOther = isMonths ? span.to != nil : span.below != nil
            let isTurned = from.flatMap { from in end.map { isMonths ? from >= $0 : from > $0 } } ?? false
            if isOther || isTurned || from == nil && end == nil {
                add(
                    node[isMonths ? "months" : "grade"], "matching.age-span", "年齢の範囲がないか、始まりが終わりより後です。",
                    isMonths ? "months は from（以上）と below（未満）で書いてください。" : "grade は from と to（どちらも含む）で書いてください。")
            }
        }
        for (place, text) in (persons ?? []).enumerated() where RegistryText.trimmed(text).isEmpty {
            add(root["persons"][place], "matching.persons", "対象の文が空です。", "消してください。")
        }
        for (place, receipt) in receipts.enumerated() {
            let node = root["receipts"][place]
            if isHollow(receipt.names) {
                add(
                    node["names"], "matching.names", "制度の名前がないか、空のものがあります。",
                    "名前の一部を書いてください。空だと、すべての制度に合ってしまいます。")
            }
            if let except = receipt.except, isHollow(except) {
                add(node["except"], "matching.names", "除く名前がないか、空のものがあります。", "名前の一部を書くか、except を消してください。")
            }
            if let days = receipt.graceDays, !(0...366).contains(days) {
                add(node["graceDays"], "matching.days", "日数が0から366までの数ではありません。", "「30」のように書いてください。")
            }
            check(receipt.item, receipt.kind, receipt.received, node, "received")
        }
        return faults
    }
}

extension ConfigurationNode {
    /// What stands under a key; the node itself where nothing does.
    fileprivate subscript(key: String) -> ConfigurationNode {
        members.first { $0.key == key }?.node ?? self
    }

    /// The element at a place of a list; the node itself where there is none.
    fileprivate subscript(place: Int) -> ConfigurationNode {
        if case .array(let elements) = value, elements.indices.contains(place) {
            elements[place]
        } else {
            self
        }
    }
}

extension Faults {
    fileprivate init(_ fault: Fault) {
        guard let faults = Faults([fault]) else { preconditionFailure("INVARIANT: one fault is one") }
        self = faults
    }
}
