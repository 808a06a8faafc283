import Foundation

/// The command that comes next, to be copied.
extension ParsedArguments {
    /// What this one was asked and the next one takes stays; without it the next one would do other work.
    ///
    /// - Parameter added: options of the next one alone, in place of what was given here.
    func next(_ usage: Usage, _ console: Console, _ added: [(name: String, value: String)] = []) -> String {
        let kept = (LinkWork.options + LinkClusterCommand.clusteringOptions).map(\.name)
        let carried = usage.options.map(\.name).filter { name in
            kept.contains(name) && !added.contains { $0.name == name }
        }
        let options = carried.compactMap { name in values[name].map { (name, $0) } } + added
        return ([console.program, usage.name] + options.map { "--\($0) \(Self.quoted($1))" })
            .joined(separator: " ")
    }

    /// As a shell takes it for one word.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value >= 0x80 || CharacterSet.alphanumerics.contains($0)
                || "/._-=,:+@%".unicodeScalars.contains($0)
        }
        return isPlain && !text.isEmpty
            ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
