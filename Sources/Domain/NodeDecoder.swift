/// A `Decoder` over a configuration node that notes which keys a type asks for: what is never asked for is unknown.
///
/// So any `Decodable` type, synthesized or not, is decoded strictly without listing its keys a second time.
final class NodeDecoder: Decoder {
    /// Faults that do not stop decoding.
    final class Findings {
        var faults: [Fault] = []
        /// Keys that may be unknown.
        let passes: (String) -> Bool

        init(passes: @escaping (String) -> Bool) { self.passes = passes }
    }

    let node: ConfigurationNode
    let findings: Findings
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var asked: Set<String> = []
    private var isKeyed = false

    private init(_ node: ConfigurationNode, _ findings: Findings) {
        self.node = node
        self.findings = findings
    }

    static func of(_ decoder: any Decoder) throws -> NodeDecoder {
        guard let decoder = decoder as? NodeDecoder else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not a configuration"))
        }
        return decoder
    }

    static func decode<T: Decodable>(
        _ type: T.Type, from node: ConfigurationNode, findings: Findings
    ) throws -> T {
        let decoder = NodeDecoder(node, findings)
        let value = try decoder.make(type)
        decoder.reportUnknownKeys()
        return value
    }

    /// A value of `type` from this node; the type's own refusal becomes a fault that names the place.
    func make<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            return try T(from: self)
        } catch is DecodingError {
            // A word outside a closed list, a day that is none.
            let allowed = (T.self as? any CaseIterable.Type).map { Self.words($0) } ?? []
            throw node.fault(
                "configuration.value", "この値は使えません。",
                fix: allowed.isEmpty
                    ? "書き方の説明と見比べてください。" : "次のどれかを書いてください: \(allowed.joined(separator: "、"))")
        }
    }

    func takeWhole() -> ConfigurationNode {
        isKeyed = false
        return node
    }

    func ask(_ key: any CodingKey) -> ConfigurationNode? {
        asked.insert(key.stringValue)
        return node.members.first { $0.key == key.stringValue }?.node
    }

    private func reportUnknownKeys() {
        guard isKeyed else { return }
        for member in node.members
        where !asked.contains(member.key) && !isForEditors(member) && !findings.passes(member.key) {
            let near = nearest(member.key, in: asked.sorted())
            findings.faults.append(
                member.node.fault(
                    "configuration.unknown-key", "「\(member.key)」という項目はありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" }
                        ?? "消すか、次のどれかにしてください: \(asked.sorted().joined(separator: "、"))"))
        }
    }

    /// Any file may say where the schema is that its editor helps by.
    private func isForEditors(_ member: ConfigurationNode.Member) -> Bool {
        member.key == "$schema" && node.path.isEmpty
    }

    private static func words<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
        type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object = node.value else { throw mismatch("{ } で囲んだ項目の組") }
        isKeyed = true
        return KeyedDecodingContainer(Keyed(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = node.value else { throw mismatch("[ ] で囲んだ並び") }
        return Unkeyed(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(decoder: self) }

    private func missing(_ key: String) -> Fault {
        let written = node.members.map(\.key).filter { !asked.contains($0) }
        return node.fault(
            "configuration.missing-key", "「\(key)」が書かれていません。",
            fix: nearest(key, in: written).map { "「\($0)」は「\(key)」の書き誤りではありませんか。" }
                ?? "「\(key)」を書き足してください。")
    }

    func mismatch(_ expected: String) -> Fault {
        node.fault("configuration.type", "\(expected)を書くところです。", fix: "値の書き方を直してください。")
    }

    // The generic `decode` of each container below also is the witness of the protocol's methods for single types.

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: NodeDecoder
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { decoder.node.members.compactMap { Key(stringValue: $0.key) } }

        func contains(_ key: Key) -> Bool { decoder.ask(key) != nil }
        func decodeNil(forKey key: Key) throws -> Bool {
            if case .null? = decoder.ask(key)?.value { true } else { false }
        }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try NodeDecoder.decode(type, from: member(key), findings: decoder.findings)
        }
        func nestedContainer<Inner: CodingKey>(
            keyedBy type: Inner.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Inner> {
            try superDecoder(forKey: key).container(keyedBy: type)
        }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try superDecoder(forKey: key).unkeyedContainer()
        }
        func superDecoder() throws -> any Decoder { decoder }
        func superDecoder(forKey key: Key) throws -> any Decoder {
            NodeDecoder(try member(key), decoder.findings)
        }
        private func member(_ key: Key) throws -> ConfigurationNode {
            guard let node = decoder.ask(key) else {
                throw decoder.missing(key.stringValue)
            }
            return node
        }
    }

    private struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: NodeDecoder
        let elements: [ConfigurationNode]
        var codingPath: [any CodingKey] { [] }
        var count: Int? { elements.count }
        var currentIndex = 0
        var isAtEnd: Bool { currentIndex >= elements.count }

        mutating func decodeNil() throws -> Bool {
            guard !isAtEnd, case .null = elements[currentIndex].value else { return false }
            currentIndex += 1
            return true
        }
        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
            try NodeDecoder.decode(type, from: next(), findings: decoder.findings)
        }
        mutating func nestedContainer<Inner: CodingKey>(
            keyedBy type: Inner.Type
        ) throws -> KeyedDecodingContainer<Inner> {
            try superDecoder().container(keyedBy: type)
        }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try superDecoder().unkeyedContainer()
        }
        mutating func superDecoder() throws -> any Decoder { NodeDecoder(try next(), decoder.findings) }
        private mutating func next() throws -> ConfigurationNode {
            guard !isAtEnd else { throw decoder.mismatch("あと1つの値") }
            defer { currentIndex += 1 }
            return elements[currentIndex]
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: NodeDecoder
        var codingPath: [any CodingKey] { [] }

        func decodeNil() -> Bool { if case .null = decoder.node.value { true } else { false } }
        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let value: (any Sendable)?
            switch (type, decoder.node.value) {
            case (is String.Type, .string(let text)): value = text
            case (is String.Type, _): throw decoder.mismatch("引用符で囲んだ文字")
            case (is Bool.Type, .bool(let flag)): value = flag
            case (is Bool.Type, _): throw decoder.mismatch("true か false")
            case (is Double.Type, .number(let number)): value = number
            case (is Double.Type, _): throw decoder.mismatch("数")
            default:
                guard let integer = type as? any (FixedWidthInteger & Sendable).Type else {
                    return try decoder.make(type)
                }
                guard case .number(let number) = decoder.node.value else { throw decoder.mismatch("整数") }
                value = exactly(number, as: integer)
            }
            guard let result = value as? T else { throw decoder.mismatch("整数") }
            return result
        }
        private func exactly<I: FixedWidthInteger & Sendable>(_ number: Double, as type: I.Type) -> (
            any Sendable
        )? {
            I(exactly: number)
        }
    }
}
