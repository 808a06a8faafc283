internal import Foundation

/// A configuration file (JSON5: comments, trailing commas, unquoted keys) that an official writes.
///
/// Reading is strict: a typing error in a mapping or guideline must stop the night, not change it silently. Every fault
/// names file, line and key path (`people.child.birth`, `facts[0].item`).
package struct ConfigurationFile: Sendable {
    package let root: ConfigurationNode

    /// Reads the file at `path`; faults name it by `name` (default: the path itself).
    ///
    /// - Throws: `configuration.missing` where there is none or it is not UTF-8, `configuration.syntax`,
    ///   `configuration.duplicate-key`.
    package static func load(_ path: String, name: String? = nil) throws(Fault) -> ConfigurationFile {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else {
            throw Fault(
                .configuration, code: "configuration.missing", message: "ファイルがないか、UTF-8の文字として読めません。",
                file: name ?? path, fix: "ファイルの場所と、文字コードがUTF-8であることを確かめてください。")
        }
        return try read(text, name: name ?? path)
    }

    package static func read(_ text: String, name: String) throws(Fault) -> ConfigurationFile {
        var text = ConfigurationText(text, file: name)
        return ConfigurationFile(root: try text.read())
    }

    /// The whole file as a value of `type`; see `ConfigurationNode.decode`.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(Faults) -> Value {
        try root.decode(type)
    }
}

/// A value in a configuration file, with the place where it stands.
///
/// As a property of a `Decodable` type it takes the part of the file as it is, to be decoded later, part by part, so
/// that the faults of all parts can be told together.
package struct ConfigurationNode: Sendable, Decodable {
    package enum Value: Sendable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([ConfigurationNode])
        /// In the order written; keys are unique.
        case object([Member])
    }
    package struct Member: Sendable {
        package let key: String
        package let node: ConfigurationNode
    }

    package let file: String
    /// The line of the key, or of the value itself where it has none.
    package let line: Int
    /// Keys from the root, such as `people.child.names[0]`; empty at the root.
    package let path: String
    package let value: Value

    init(file: String, line: Int, path: String, value: Value) {
        self.file = file
        self.line = line
        self.path = path
        self.value = value
    }

    package init(from decoder: any Decoder) throws {
        self = try NodeDecoder.of(decoder).takeWhole()
    }

    /// The members of an object in the order written; empty for anything else.
    package var members: [Member] {
        if case .object(let members) = value { members } else { [] }
    }

    /// A fault that names this place.
    package func fault(_ code: String, _ message: String, fix: String) -> Fault {
        Fault(
            .configuration, code: code, message: message, file: file, line: line,
            field: path.isEmpty ? nil : path, fix: fix)
    }

    /// Decodes strictly: a key that the type never asks for is a fault, with the nearest known key.
    ///
    /// - Parameter passes: keys that are no fault though nobody asks for them: what other programs write beside.
    /// - Throws: `configuration.unknown-key` (all of them), `configuration.missing-key`, `configuration.type`,
    ///   `configuration.value` (the first of the rest: decoding stops there), in the order of lines.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, passes: @escaping (String) -> Bool = { _ in false }
    ) throws(Faults) -> Value {
        let findings = NodeDecoder.Findings(passes: passes)
        var result: Value?
        do {
            result = try NodeDecoder.decode(type, from: self, findings: findings)
        } catch let fault as Fault {
            findings.faults.append(fault)
        } catch let faults as Faults {
            // A part that decodes itself tells all that is wrong with it.
            findings.faults += faults.all
        } catch {
            findings.faults.append(
                self.fault("configuration.value", "値を読み取れません。", fix: "書き方の説明と見比べてください。"))
        }
        findings.faults.sort { ($0.line ?? 0, $0.field ?? "") < ($1.line ?? 0, $1.field ?? "") }
        if let faults = Faults(findings.faults) { throw faults }
        guard let result else { preconditionFailure("INVARIANT: no result only with a fault") }
        return result
    }
}

/// A decoded value that remembers where it was written, for faults found later (an unknown item, say).
package struct Placed<Value: Decodable & Sendable>: Decodable, Sendable {
    package let value: Value
    package let node: ConfigurationNode

    package init(from decoder: any Decoder) throws {
        let decoder = try NodeDecoder.of(decoder)
        node = decoder.node
        value = try decoder.make(Value.self)
    }
}

/// The word of `words` that is most like `word`, if any is near enough to be meant; ties go to the first.
package func nearest<Words: Collection<String>>(_ word: String, in words: Words) -> String? {
    let letters = Array(word)
    var best: (word: String, distance: Int)?
    for candidate in words {
        let distance = editDistance(letters, Array(candidate))
        if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, max(letters.count, best.word.count) / 2) else { return nil }
    return best.word
}

/// Slips between two words: letters added, left out, replaced, or two neighbours swapped (optimal string alignment).
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var (before, row) = ([Int](), Array(0...right.count))
    for (i, a) in left.enumerated() {
        var next = [i + 1]
        for (j, b) in right.enumerated() {
            var slips = min(row[j] + (a == b ? 0 : 1), row[j + 1] + 1, next[j] + 1)
            if i > 0, j > 0, a == right[j - 1], b == left[i - 1] { slips = min(slips, before[j - 1] + 1) }
            next.append(slips)
        }
        (before, row) = (row, next)
    }
    return row[right.count]
}
