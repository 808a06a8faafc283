import Domain
import Foundation
import Linkage
import Nightly
import Policy
import Tables

/// `renkei policy test`: does policy answer as officials expect?
enum PolicyTestCommand {
    static let usage = Usage(
        "policy test", "決まりの答えを、職員が書いた表（問いと答え）と比べます", arguments: ["[PATH]"],
        options: [.workspace, NamedGuideline.option, Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）")],
        discussion: """
            PATH は表（CSV）か、表のあるフォルダです。省略すると samples/policy の表を使います。
            列は \(PolicyCase.columns.joined(separator: "・")) です。書き方は docs/policy.md にあります。
            違う答えがあれば、ファイルと行を示して 65 で終わります。

            例: renkei policy test samples/policy --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "ok"
        let cases: Int
        let revision: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .folder)
        let day = try arguments.day("date") ?? Day(inJapanAt: Date())
        var faults: [Fault] = []
        var count = 0
        for path in try tables(arguments.positionals.first) {
            for (line, cells) in try rows(path) {
                count += 1
                do throws(Fault) {
                    let one = try PolicyCase(cells, in: named.guideline)
                    guard let objection = named.guideline.objection(to: one, on: day) else { continue }
                    faults.append(
                        Fault(
                            .gate, code: "policy.answer",
                            message:
                                "\(one.role) \(one.action.rawValue) \(one.purpose) \(one.item?.rawValue ?? ""): "
                                + "\(objection)（わけ: \(one.reason)）", file: path, line: line,
                            fix: "決まりか表の、誤っているほうを直してください。「renkei policy why」で理由が分かります。"))
                } catch {
                    faults.append(error.located(file: path, line: line))
                }
            }
        }
        if let faults = Faults(faults) { throw faults }
        try console.result(Result(cases: count, revision: named.guideline.revision))
        console.say("\(named.title)は、表の \(count)件すべてに、書いてあるとおりに答えます。")
    }

    private static func tables(_ given: String?) throws -> [String] {
        let path = try given ?? Templates.folder(nil) + "/samples/policy"
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Fault(
                .notFound, code: "policy.no-cases", message: "表がありません。", file: path,
                fix: "表（CSV）か、表のあるフォルダを指定してください。")
        }
        guard isFolder.boolValue else { return [path] }
        return try files.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".csv") }.sorted().map {
            "\(path)/\($0)"
        }
    }

    /// Lines with their cells by column.
    private static func rows(_ path: String) throws(Fault) -> [(Int, [String: String])] {
        let table = try TableFile.read([path])
        for column in PolicyCase.columns where !table.columnNames.contains(column) {
            throw Fault(
                .configuration, code: "policy.column", message: "列「\(column)」がありません。", file: path, line: 1,
                field: column,
                fix: "1行目に \(PolicyCase.columns.joined(separator: "・")) を書いてください。")
        }
        var rows = [[String: String]](repeating: [:], count: table.count)
        for column in PolicyCase.columns {
            for (index, text) in try table.texts(of: column).enumerated() { rows[index][column] = text }
        }
        return rows.enumerated().map { ($0 + 2, $1) }
    }
}
