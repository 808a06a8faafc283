package import Domain

/// A mapping file that no night reads: a draft, or one with faults.
package struct MappingAside: Sendable {
    /// As faults name it, such as `Mappings/drafts/teate.json5`.
    package let path: String
    /// The file's own name without its ending.
    package let name: String
    /// What it says of itself, as far as that can be read.
    package let source: String?
    package let filePrefix: String?
    /// What is still to be answered, line by line.
    package let questions: [Fault]
    /// What else is wrong with it.
    package let faults: [Fault]

    /// - Parameter name: under `folder`, such as `drafts/teate.json5`.
    init(_ name: String, in folder: String, _ faults: [Fault]) {
        path = "Mappings/\(name)"
        self.name = String(name.split(separator: "/").last?.dropLast(".json5".count) ?? "")
        let root = try? ConfigurationFile.load("\(folder)/\(name)").root
        func text(_ key: String) -> String? {
            guard case .string(let text) = root?.members.first(where: { $0.key == key })?.node.value else {
                return nil
            }
            return text
        }
        source = text("source")
        filePrefix = text("file")
        questions = faults.filter { $0.code == OpenQuestion.code }
        self.faults = faults.filter { $0.code != OpenQuestion.code }
    }

    /// Whether the file called `file` in the inbox is one of its extracts.
    package func isFor(_ file: String) -> Bool { file.hasPrefix((filePrefix ?? name) + "_") }

    static func read(
        _ name: String, in folder: String, _ catalogue: Catalogue
    ) throws(Faults) -> ExtractMapping {
        let file: ConfigurationFile
        do throws(Fault) {
            file = try ConfigurationFile.load("\(folder)/\(name)", name: "Mappings/\(name)")
        } catch {
            guard let faults = Faults([error]) else { preconditionFailure("INVARIANT: one fault is some") }
            throw faults
        }
        return try ExtractMapping.read(file, catalogue: catalogue)
    }
}
