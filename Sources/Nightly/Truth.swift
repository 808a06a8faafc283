package import Domain
import Extracts
import Foundation

/// The truth of an invented city: which person each record is about, and which difficulties were planted for whom.
package struct Truth: Sendable {
    /// Place of a record: file, line and which of the row's people.
    package struct Place: Hashable, Sendable {
        package let file: String
        package let line: Int
        package let subject: Subject

        package init(file: String, line: Int, subject: Subject) {
            self.file = file
            self.line = line
            self.subject = subject
        }
    }

    /// A number that is equal for one person only.
    package let persons: [Place: Int]
    /// The signs planted for each person, in the file's order; empty where only the links are measured.
    package let planted: [Int: [String]]
    /// In order of their names; empty where none were given.
    package let groups: [Group]

    /// People whom linkage finds hard.
    package struct Group: Sendable {
        /// Such as `twins`.
        package let name: String
        package fileprivate(set) var persons: Set<Int> = []
        /// Those who belong together, such as the twins of one birth; empty where the group has no such sets.
        package fileprivate(set) var sets: [[Int]] = []
    }

    /// Reads `truth.csv` (columns `file`, `line`, `subject`, `person`), `planted.csv` (`person`, `sign`) and `groups.csv`
    /// (`person`, `group`, `set`).
    ///
    /// - Throws: `Fault` naming file and line.
    package static func load(
        path: String, planted plantedPath: String? = nil, groups groupsPath: String? = nil
    ) throws -> Truth {
        let reader = try ExtractReader(
            path: path, source: "truth", file: path, format: ExtractFormat(encoding: .utf8))
        var numbers: [String: Int] = [:]
        var persons: [Place: Int] = [:]
        while let line = try reader.next() {
            guard case .row(let row) = line else { continue }
            guard row.count == 4, let number = Int(row[1]),
                let subject = Subject(rawValue: row[2])
            else {
                throw Fault(
                    .configuration, code: "truth.row", message: "正解の行を読めません。", file: path,
                    line: row.position.line, fix: "列は file,line,subject,person の順にしてください。")
            }
            let person = numbers[row[3]] ?? numbers.count
            numbers[row[3]] = person
            persons[Place(file: row[0], line: number, subject: subject)] = person
        }
        return Truth(
            persons: persons, planted: try plantedPath.map { try planted($0, &numbers) } ?? [:],
            groups: try groupsPath.map { try groups($0, &numbers) } ?? [])
    }

    /// The groups whose members are easily taken for one another.
    var kin: [(name: String, sets: [[Int]])] {
        groups.filter { !$0.sets.isEmpty }.map { ($0.name, $0.sets) }
    }

    private static func groups(_ path: String, _ numbers: inout [String: Int]) throws -> [Group] {
        let reader = try ExtractReader(
            path: path, source: "groups", file: path, format: ExtractFormat(encoding: .utf8))
        var groups: [String: (group: Group, sets: [String: [Int]])] = [:]
        while let line = try reader.next() {
            guard case .row(let row) = line else { continue }
            guard row.count == 3 else {
                throw Fault(
                    .configuration, code: "truth.groups", message: "集団の行を読めません。", file: path,
                    line: row.position.line, fix: "列は person,group,set の順にしてください。")
            }
            let person = numbers[row[0]] ?? numbers.count
            numbers[row[0]] = person
            let name = row[1]
            groups[name, default: (Group(name: name), [:])].group.persons.insert(person)
            if !row[2].isEmpty { groups[name]?.sets[row[2], default: []].append(person) }
        }
        return groups.values.map { entry in
            var group = entry.group
            group.sets = entry.sets.sorted { $0.key < $1.key }.map(\.value)
            return group
        }.sorted { $0.name < $1.name }
    }

    private static func planted(_ path: String, _ numbers: inout [String: Int]) throws -> [Int: [String]] {
        let reader = try ExtractReader(
            path: path, source: "planted", file: path, format: ExtractFormat(encoding: .utf8))
        var planted: [Int: [String]] = [:]
        while let line = try reader.next() {
            guard case .row(let row) = line else { continue }
            guard row.count == 2 else {
                throw Fault(
                    .configuration, code: "truth.planted", message: "植え付けた困難の行を読めません。", file: path,
                    line: row.position.line, fix: "列は person,sign の順にしてください。")
            }
            // Somebody in none of the files can still be missed.
            let person = numbers[row[0]] ?? numbers.count
            numbers[row[0]] = person
            planted[person, default: []].append(row[1])
        }
        return planted
    }
}
