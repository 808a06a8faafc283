package import Domain

/// The mark of what a person still has to decide in a mapping: no mapping with it is loaded.
package enum OpenQuestion {
    package static let mark = "確かめてください"
    /// Of the faults that tell questions.
    package static let code = "mapping.open"

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
                    code, text == mark ? "まだ書かれていません。" : "問いが残っています。\(text)",
                    fix: "元の課に確かめて書き直し、「\(mark)」を消してください。使わない列なら、drop に使わない理由を書いてください。")
            ]
        case .array(let elements): elements.flatMap { faults(in: $0) }
        case .object(let members): members.flatMap { faults(in: $0.node) }
        default: []
        }
    }

    /// The faults of one file that is no draft: its questions as one, which says where drafts belong.
    static func gathered(_ faults: [Fault]) -> [Fault] {
        let questions = faults.filter { $0.code == code }
        guard let first = questions.first else { return faults }
        let lines = questions.compactMap(\.line)
        let places =
            lines.prefix(5).map { "\($0)行目" }.joined(separator: "、") + (lines.count > 5 ? "など" : "")
        let one = Fault(
            .configuration, code: code, message: "下書きのままで、「\(mark)」が\(questions.count)か所（\(places)）に残っています。",
            file: first.file, line: first.line,
            fix:
                "答えがそろうまでは Mappings/\(MappingSet.drafts) に移してください（夜の処理は読みません）。そろったら「renkei mapping adopt」で加えます。"
        )
        return [one] + faults.filter { $0.code != code }
    }
}
