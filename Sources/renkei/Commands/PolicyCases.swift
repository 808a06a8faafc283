import Domain
import Foundation
import Linkage
import Nightly
import Policy
import Tables

/// Tables of questions to policy with the answers officials expect: the workspace's own, or those renkei is shipped with.
struct PolicyCases {
    /// CSV files, sorted.
    let paths: [String]

    /// A table, or a folder of tables.
    ///
    /// - Throws: `policy.no-cases`.
    init(at path: String) throws(Fault) {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { throw Self.missing(path) }
        guard isFolder.boolValue else {
            paths = [path]
            return
        }
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        paths = names.filter { $0.hasSuffix(".csv") }.sorted().map { "\(path)/\($0)" }
        guard !paths.isEmpty else { throw Self.missing(path) }
    }

    /// Those of `Guidelines/cases` in the workspace; the shipped ones where it has none.
    init(of workspace: Workspace?) throws(Fault) {
        if let own = workspace.flatMap({ try? PolicyCases(at: $0.policyCases) }) {
            self = own
        } else {
            try self.init(at: Templates.folder(nil) + "/samples/policy")
        }
    }

    /// How many there are.
    ///
    /// - Throws: `Faults` with every case that is answered otherwise (`policy.answer`) or cannot be asked (`policy.case`), with
    ///   file and line.
    func require(_ guideline: Guideline, on day: Day) throws -> Int {
        var faults: [Fault] = []
        var count = 0
        for path in paths {
            for (line, cells) in try Self.rows(path) {
                count += 1
                do throws(Fault) {
                    let one = try PolicyCase(cells, in: guideline)
                    guard let objection = guideline.objection(to: one, on: day) else { continue }
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
        // A table of which its header alone is left would let anything pass.
        guard count > 0 else { throw Self.missing(paths.first ?? "") }
        return count
    }

    private static func missing(_ path: String) -> Fault {
        Fault(
            .notFound, code: "policy.no-cases", message: "決まりを試す表がありません。", file: path,
            fix: "表（CSV）を作業フォルダの Guidelines/cases に置くか、「renkei policy test」では表かフォルダを指定してください。")
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

extension Workspace {
    /// Where a municipality keeps its own cases of policy.
    var policyCases: String { guidelines + "/cases" }
}
