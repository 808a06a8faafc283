package import Domain

/// The mark of what a person still has to decide in a mapping: no mapping with it is loaded.
package enum OpenQuestion {
    package static let mark = "確かめてください"

    /// A text of a draft that stands until somebody has answered.
    static func text(_ question: String) -> String { question.isEmpty ? mark : "\(mark): \(question)" }

    /// How many questions a mapping file still has.
    package static func count(in file: ConfigurationFile) -> Int { faults(in: file.root).count }

    /// Every text with the mark, with its line.
    static func faults(in node: ConfigurationNode) -> [Fault] {
        switch node.value {
        case .string(let text) where text.contains(mark):
            [
                node.fault(
                    "mapping.open",
                    text == mark ? "まだ書かれていません。" : "問いが残っています。\(text)",
                    fix: "元の課に確かめて書き直し、「\(mark)」を消してください。使わない列なら、drop に使わない理由を書いてください。")
            ]
        case .array(let elements): elements.flatMap { faults(in: $0) }
        case .object(let members): members.flatMap { faults(in: $0.node) }
        default: []
        }
    }
}
