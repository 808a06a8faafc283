/// A JSON Schema (draft 2020-12), as far as configuration files need it, held against a file with its lines.
///
/// The same schema serves editors, so that what an official is told while writing is what the program says. Its
/// `description`s are the advice in faults. A keyword that is not checked here is refused, not passed over.
package struct ConfigurationSchema: Sendable {
    private let root: Rule
    private let definitions: [String: Rule]

    /// - Throws: `schema.keyword`, with its place, where the schema has something that is not checked here.
    package init(_ text: String, name: String) throws(Fault) {
        let root = try ConfigurationFile.read(text, name: name).root
        self.root = try Rule(root)
        var definitions: [String: Rule] = [:]
        for member in root.members.first(where: { $0.key == "$defs" })?.node.members ?? [] {
            definitions[member.key] = try Rule(member.node)
        }
        self.definitions = definitions
        for reference in ([self.root] + definitions.values).flatMap(\.references)
        where definitions[reference] == nil {
            throw unreadable(root, reference)
        }
    }

    /// Everything in which `node` is not as the schema says, in the order of lines.
    package func faults(in node: ConfigurationNode) -> [Fault] {
        check(node, root).sorted { ($0.line ?? 0, $0.field ?? "") < ($1.line ?? 0, $1.field ?? "") }
    }
}

private func unreadable(_ node: ConfigurationNode, _ word: String) -> Fault {
    node.fault("schema.keyword", "スキーマの「\(word)」は使えません。", fix: "配布されたスキーマに戻してください。")
}

// MARK: - Checking

extension ConfigurationSchema {
    private func check(_ node: ConfigurationNode, _ rule: Rule) -> [Fault] {
        let rule = resolved(rule)
        if !rule.choices.isEmpty { return checkChoices(node, rule) }
        guard rule.admits(node.value) else { return [mismatch(node, [rule], rule)] }
        switch node.value {
        case .null, .bool: return []
        case .string(let text): return check(text, node, rule)
        case .number(let number): return check(number, node, rule)
        case .array(let elements):
            if elements.count < rule.least { return [empty(node, rule)] }
            return rule.items.map { items in elements.flatMap { check($0, items) } } ?? []
        case .object(let members): return check(members, node, rule)
        }
    }

    private func check(_ text: String, _ node: ConfigurationNode, _ rule: Rule) -> [Fault] {
        if !rule.words.isEmpty, !rule.words.contains(text) {
            let words = rule.words.joined(separator: "、")
            return [node.fault("configuration.value", "この値は使えません。", fix: "次のどれかを書いてください: \(words)")]
        }
        guard let pattern = rule.pattern, !pattern.matches(text) else { return [] }
        return [node.fault("configuration.value", "この値は使えません。", fix: rule.advice)]
    }

    private func check(_ number: Double, _ node: ConfigurationNode, _ rule: Rule) -> [Fault] {
        guard number < rule.minimum ?? number || number > rule.maximum ?? number else { return [] }
        let ends = [rule.minimum.map { "\(plain($0))以上" }, rule.maximum.map { "\(plain($0))以下" }]
        let range = ends.compactMap(\.self).joined(separator: "")
        return [node.fault("configuration.range", "\(range)の数を書くところです。", fix: rule.advice)]
    }

    private func plain(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }

    private func check(
        _ members: [ConfigurationNode.Member], _ node: ConfigurationNode, _ rule: Rule
    ) -> [Fault] {
        if members.count < rule.least { return [empty(node, rule)] }
        var faults: [Fault] = []
        let written = Set(members.map(\.key))
        var missing = rule.required.filter { !written.contains($0) }
        for member in members {
            if let property = rule.properties[member.key] {
                faults += check(member.node, property)
                continue
            }
            switch rule.others {
            case .any: break
            case .rule(let others): faults += check(member.node, others)
            case .none:
                // A key that is there already was not meant.
                let near = nearest(
                    member.key, in: rule.properties.keys.filter { !written.contains($0) }.sorted())
                missing.removeAll { $0 == near }
                let words = rule.properties.keys.sorted().joined(separator: "、")
                faults.append(
                    member.node.fault(
                        "configuration.unknown-key", "「\(member.key)」という項目はありません。",
                        fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "消すか、次のどれかにしてください: \(words)"))
            }
        }
        for key in missing {
            let advice = rule.properties[key].map { resolved($0).description }.flatMap(\.self)
            faults.append(
                node.fault(
                    "configuration.missing-key", "「\(key)」が書かれていません。",
                    fix: "「\(key)」を書き足してください。" + (advice ?? "")))
        }
        return faults
    }

    /// Nothing where one of the choices fits; else what is wrong with the one that was most likely meant.
    private func checkChoices(_ node: ConfigurationNode, _ rule: Rule) -> [Fault] {
        let choices = rule.choices.map(resolved)
        var meant: (faults: [Fault], hits: Int, misses: Int)?
        for choice in choices where choice.admits(node.value) {
            let faults = check(node, choice)
            if faults.isEmpty { return [] }
            let written = Set(node.members.map(\.key))
            let hits = written.intersection(choice.properties.keys).count
            let misses = choice.required.filter { !written.contains($0) }.count
            if meant.map({ (hits, -misses) > ($0.hits, -$0.misses) }) ?? true {
                meant = (faults, hits, misses)
            }
        }
        guard let meant else { return [mismatch(node, choices, rule)] }
        if meant.hits == 0, choices.count(where: { $0.admits(node.value) }) > 1 {
            return [node.fault("configuration.value", "この値は使えません。", fix: rule.advice)]
        }
        return meant.faults
    }

    private func mismatch(_ node: ConfigurationNode, _ choices: [Rule], _ rule: Rule) -> Fault {
        var expected: [String] = []
        for name in choices.flatMap(\.types).map(\.title) where !expected.contains(name) {
            expected.append(name)
        }
        return node.fault(
            "configuration.type", "\(expected.joined(separator: "か"))を書くところです。", fix: rule.advice)
    }

    private func empty(_ node: ConfigurationNode, _ rule: Rule) -> Fault {
        node.fault("configuration.empty", "何も書かれていません。", fix: rule.advice)
    }

    /// What a reference stands for; a description beside the reference goes before the other's own.
    private func resolved(_ rule: Rule) -> Rule {
        guard let reference = rule.reference, var meant = definitions[reference] else { return rule }
        if let description = rule.description { meant.description = description }
        return meant
    }
}

// MARK: - Reading

extension ConfigurationSchema {
    private enum Kind: String {
        case null, boolean, string, number, integer, array, object

        var title: String {
            switch self {
            case .null: "null"
            case .boolean: "true か false"
            case .string: "引用符で囲んだ文字"
            case .number: "数"
            case .integer: "整数"
            case .array: "[ ] で囲んだ並び"
            case .object: "{ } で囲んだ項目の組"
            }
        }

        func admits(_ value: ConfigurationNode.Value) -> Bool {
            switch (self, value) {
            case (.null, .null), (.boolean, .bool), (.string, .string), (.number, .number),
                (.array, .array), (.object, .object):
                true
            case (.integer, .number(let number)): Int(exactly: number) != nil
            default: false
            }
        }
    }

    /// What is said of keys that are not among the properties.
    private enum Others {
        case any, none
        indirect case rule(Rule)
    }

    /// One schema of the schema: what a value must be.
    private struct Rule: Sendable {
        var description: String?
        private(set) var reference: String?
        private(set) var types: [Kind] = []
        private(set) var words: [String] = []
        private(set) var pattern: CharacterPattern?
        private(set) var minimum: Double?
        private(set) var maximum: Double?
        /// Elements or members.
        private(set) var least = 0
        private(set) var properties: [String: Rule] = [:]
        private(set) var required: [String] = []
        private(set) var others = Others.any
        private var element: [Rule] = []
        private(set) var choices: [Rule] = []

        var items: Rule? { element.first }
        var advice: String { description ?? "値の書き方を直してください。" }

        var references: [String] {
            let inner = Array(properties.values) + element + choices
            let others = if case .rule(let rule) = others { rule.references } else { [String]() }
            return [reference].compactMap(\.self) + others + inner.flatMap(\.references)
        }

        func admits(_ value: ConfigurationNode.Value) -> Bool {
            types.isEmpty || types.contains { $0.admits(value) }
        }

        init(_ node: ConfigurationNode) throws(Fault) {
            guard case .object(let members) = node.value else { throw unreadable(node, node.path) }
            for member in members { try read(member.key, member.node) }
        }

        private mutating func read(_ key: String, _ node: ConfigurationNode) throws(Fault) {
            switch (key, node.value) {
            case ("$schema", _), ("$id", _), ("$defs", _), ("$comment", _), ("title", _), ("default", _),
                ("examples", _):
                break
            case ("description", .string(let text)): description = text
            case ("$ref", .string(let path)) where path.hasPrefix("#/$defs/"):
                reference = String(path.dropFirst("#/$defs/".count))
            case ("type", _):
                for word in try words(of: node) {
                    guard let kind = Kind(rawValue: word) else { throw unreadable(node, word) }
                    types.append(kind)
                }
            case ("enum", _), ("required", _):
                let list = try words(of: node)
                if key == "enum" { words = list } else { required = list }
            case ("pattern", .string(let text)):
                guard let pattern = CharacterPattern(text) else { throw unreadable(node, text) }
                self.pattern = pattern
            case ("minimum", .number(let number)): minimum = number
            case ("maximum", .number(let number)): maximum = number
            case ("minItems", .number(let number)), ("minProperties", .number(let number)):
                least = Int(number)
            case ("properties", .object(let members)):
                for member in members { properties[member.key] = try Rule(member.node) }
            case ("additionalProperties", .bool(let allowed)): others = allowed ? .any : .none
            case ("additionalProperties", .object): others = .rule(try Rule(node))
            case ("items", .object): element = [try Rule(node)]
            case ("anyOf", .array(let nodes)): for node in nodes { choices.append(try Rule(node)) }
            default: throw unreadable(node, key)
            }
        }

        private func words(of node: ConfigurationNode) throws(Fault) -> [String] {
            let nodes = if case .array(let elements) = node.value { elements } else { [node] }
            var words: [String] = []
            for node in nodes {
                guard case .string(let word) = node.value else { throw unreadable(node, node.path) }
                words.append(word)
            }
            return words
        }
    }
}
