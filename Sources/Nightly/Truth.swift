package import Domain
import Extracts
import Foundation

/// The truth of an invented city: which person each record is about.
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

    /// Reads `truth.csv`: columns `file`, `line`, `subject`, `person`.
    ///
    /// - Throws: `Fault` naming file and line.
    package static func load(path: String) throws -> Truth {
        let reader = try ExtractReader(
            path: path, source: "truth", file: path, format: ExtractFormat(encoding: .utf8))
        var numbers: [String: Int] = [:]
        var persons: [Place: Int] = [:]
        while let line = try reader.next() {
            guard case .row(let row) = line else { continue }
            guard row.fields.count == 4, let number = Int(row.fields[1]),
                let subject = Subject(rawValue: row.fields[2])
            else {
                throw Fault(
                    .configuration, code: "truth.row", message: "正解の行を読めません。", file: path,
                    line: row.position.line, fix: "列は file,line,subject,person の順にしてください。")
            }
            let person = numbers[row.fields[3]] ?? numbers.count
            numbers[row.fields[3]] = person
            persons[Place(file: row.fields[0], line: number, subject: subject)] = person
        }
        return Truth(persons: persons)
    }
}
