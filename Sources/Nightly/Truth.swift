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

    /// Reads `truth.csv` (columns `file`, `line`, `subject`, `person`) and `planted.csv` (`person`, `sign`).
    ///
    /// - Throws: `Fault` naming file and line.
    package static func load(path: String, planted plantedPath: String? = nil) throws -> Truth {
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
        return Truth(persons: persons, planted: try plantedPath.map { try planted($0, &numbers) } ?? [:])
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
