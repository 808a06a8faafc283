import Domain
import Foundation
import TestSupport
import Testing

@testable import Mapping

/// The shipped schema, against a reader of JSON Schema that is not ours.
@Suite struct MappingSchemaTests {
    @Test func theSchemaInTheProgramIsTheOneThatIsShipped() throws {
        let shipped = try String(contentsOfFile: mappingsFolder + "/mapping.schema.json", encoding: .utf8)
        #expect(String(decoding: PackageResources.mapping_schema_json, as: UTF8.self) == shipped)
        _ = try ConfigurationSchema(shipped, name: "mapping.schema.json")
    }

    /// Real mapping files, and the same with a random part spoiled, are valid to both or to neither.
    @Test func pythonAgreesOnSoundAndSpoiledFiles() throws {
        var random = SeededGenerator(seed: testSeed)
        var documents: [(text: String, isValid: Bool)] = []
        let sound = try mappingFiles().map { try ConfigurationFile.load($0).root }
        for root in sound { documents.append((json(root), true)) }
        for _ in 0..<caseCount(400) {
            guard let root = sound.randomElement(using: &random) else { continue }
            let text = spoiled(root, &random)
            let node = try ConfigurationFile.read(text, name: "x").root
            documents.append((text, ConfigurationSchema.mapping.faults(in: node).isEmpty))
        }
        let folder = try ScratchFolder()
        try folder.write(Array(documents.map(\.text).joined(separator: "\n").utf8), to: "documents")
        let verdicts = try python(
            """
            import json, sys
            from jsonschema import Draft202012Validator as Validator
            schema = json.load(open(sys.argv[1])); Validator.check_schema(schema)
            for line in open(sys.argv[2]): print(Validator(schema).is_valid(json.loads(line)))
            """, mappingsFolder + "/mapping.schema.json", folder.file("documents")
        ).split(separator: "\n").map { $0 == "True" }
        try #require(verdicts.count == documents.count)
        for (document, verdict) in zip(documents, verdicts) {
            #expect(document.isValid == verdict, "\(document.text) seed \(testSeed)")
        }
        #expect(verdicts.contains(true) && verdicts.contains(false))
    }

    /// What the schema lets pass is decoded without a fault of its own: there is one way through.
    @Test func theDecoderFindsNothingTheSchemaMissed() throws {
        var random = SeededGenerator(seed: testSeed)
        let sound = try mappingFiles().map { try ConfigurationFile.load($0).root }
        var passed = 0
        for _ in 0..<caseCount(400) {
            guard let root = sound.randomElement(using: &random) else { continue }
            let node = try ConfigurationFile.read(spoiled(root, &random), name: "x").root
            guard ConfigurationSchema.mapping.faults(in: node).isEmpty else { continue }
            passed += 1
            var check = MappingCheck(catalogue: catalogue)
            _ = check.check(node)
            let shape = check.faults.filter { $0.code.hasPrefix("configuration.") }
            #expect(shape.isEmpty, "\(shape) seed \(testSeed)")
        }
        #expect(passed > 0)
    }

    private func mappingFiles() throws -> [String] {
        let files = FileManager.default.enumerator(atPath: mappingsFolder)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".json5") && $0.contains("/") }.sorted().map {
            "\(mappingsFolder)/\($0)"
        }
    }

    private func python(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return text
    }

    /// `root` as JSON in one line, with one of its parts removed, renamed, doubled under another name, or replaced.
    private func spoiled(_ root: ConfigurationNode, _ random: inout SeededGenerator) -> String {
        var places: [String] = []
        func walk(_ node: ConfigurationNode) {
            places.append(node.path)
            node.members.forEach { walk($0.node) }
            if case .array(let elements) = node.value { elements.forEach(walk) }
        }
        walk(root)
        let place = places.randomElement(using: &random) ?? ""
        let others = [
            "null", "true", "0", "-1", "1.5", "31", "\"\"", "\" \"", "\"extract\"", "\"男\"", "\"2026-10-01\"",
            "[]", "{}",
            "[\"x\"]", "[1]", "{\"not\":[\"x\"]}", "{\"filled\":1}", "{\"drop\":\"x\"}", "{\"min\":0}",
            "{\"column\":\"x\"}",
        ]
        let other = others.randomElement(using: &random) ?? ""
        let key =
            ["kind", "codes", "when", "on", "key", "$schema", "x", "required"].randomElement(using: &random)
            ?? ""
        let what = Int.random(in: 0..<4, using: &random)
        return json(root) { node, text in
            guard node.path == place else { return (nil, text) }
            return switch what {
            case 0: (nil, other)
            case 1: ("", text)
            case 2: (key, text)
            default:
                (
                    nil,
                    text.hasPrefix("{") && text != "{}" && !node.members.contains { $0.key == key }
                        ? "{\(json(key)):\(other)," + text.dropFirst() : other
                )
            }
        }
    }

    /// - Parameter change: a new key (empty: gone) and text for a node.
    private func json(
        _ node: ConfigurationNode,
        _ change: (ConfigurationNode, String) -> (key: String?, text: String) = { (nil, $1) }
    ) -> String {
        func written(_ node: ConfigurationNode) -> (key: String?, text: String) {
            let text: String
            switch node.value {
            case .null: text = "null"
            case .bool(let flag): text = "\(flag)"
            case .number(let number): text = "\(number)"
            case .string(let word): text = json(word)
            case .array(let elements):
                text =
                    "[" + elements.map(written).filter { $0.key != "" }.map(\.text).joined(separator: ",")
                    + "]"
            case .object(let members):
                var seen: Set<String> = []
                text =
                    "{"
                    + members.compactMap { member -> String? in
                        let (key, text) = written(member.node)
                        let name = key ?? member.key
                        return name.isEmpty && key != nil || !seen.insert(name).inserted
                            ? nil : "\(json(name)):\(text)"
                    }.joined(separator: ",") + "}"
            }
            return change(node, text)
        }
        return written(node).text
    }

    private func json(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            + "\""
    }
}
