import Domain

// Words of a closed vocabulary in a guideline's files: unknown, doubled and missing ones are faults with their line.
extension GuidelineReader {
    /// Reads `"all"`, a list, or `{ except: [list] }`.
    mutating func selector<Member: Hashable & Sendable>(
        _ node: ConfigurationNode, of known: [String: Member], called title: String
    ) -> Selector<Member> {
        switch node.value {
        case .string("all"): return .all
        case .array: return .only(members(node, of: known, called: title))
        case .object(let pairs) where pairs.count == 1 && pairs[0].key == "except":
            return .except(members(pairs[0].node, of: known, called: title))
        case .null, .bool, .number, .string, .object:
            report(
                node, "selector", "\(title)の指定を読み取れません。",
                "\"all\"、[一覧]、{ except: [一覧] } のどれかで書いてください。")
            return .only([])
        }
    }

    mutating func members<Member: Hashable>(
        _ node: ConfigurationNode, of known: [String: Member], called title: String
    ) -> Set<Member> {
        guard case .array(let elements) = node.value, !elements.isEmpty else {
            report(node, "list", "\(title)の一覧がないか、空です。", "[一覧] の形で、一つ以上書いてください。")
            return []
        }
        var members: Set<Member> = []
        for element in elements {
            guard case .string(let name) = element.value, let member = known[name] else {
                let near = element.text.flatMap { nearest($0, in: known.keys.sorted()) }
                report(
                    element, "unknown-word", "\(title)「\(element.text ?? "")」は定められていません。",
                    near.map { "「\($0)」ではありませんか。" } ?? "定められている\(title)から選んでください。")
                continue
            }
            if !members.insert(member).inserted {
                report(element, "duplicate", "\(title)「\(name)」が二度書かれています。", "一つを消してください。")
            }
        }
        return members
    }

    func vocabulary<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> [String:
        Word]
    {
        Dictionary(Word.allCases.map { ($0.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names that entries give themselves; each must be given once over all files.
    mutating func names<Name: TypedID>(
        _ nodes: [ConfigurationNode], key: String, of title: String
    ) -> [String: Name] {
        var names: [String: Name] = [:]
        for node in nodes {
            let place = node.place(of: key)
            guard let name = place.text else { continue }
            if names.updateValue(Name(rawValue: name), forKey: name) != nil {
                report(place, "duplicate", "\(title)「\(name)」が二度定められています。", "一つにまとめるか、名前を変えてください。")
            }
        }
        return names
    }
}

/// A statement's id, for the check that each is given once.
struct StatementName: TypedID {
    let rawValue: String
}

extension ConfigurationNode {
    /// The member `key` where there is one, or else the whole.
    func place(of key: String) -> ConfigurationNode {
        members.first { $0.key == key }?.node ?? self
    }

    var text: String? {
        if case .string(let text) = value { text } else { nil }
    }
}
