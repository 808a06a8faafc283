internal import Domain
internal import Extracts
internal import Foundation

/// A file written through a buffer, so that memory does not grow with the city.
final class OutputFile {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    init(path: String) throws(Fault) {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw OutputFile.fault(path) }
        self.handle = handle
        buffer.reserveCapacity(300_000)
    }

    func write(_ bytes: some Sequence<UInt8>) throws(Fault) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 262_144 { try flush() }
    }

    func close() throws(Fault) {
        try flush()
        do { try handle.close() } catch { throw OutputFile.fault(path) }
    }

    private func flush() throws(Fault) {
        do { try handle.write(contentsOf: Data(buffer)) } catch { throw OutputFile.fault(path) }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func fault(_ path: String) -> Fault {
        Fault(
            .inputOutput, code: "sample.write", message: "ファイルを書き込めません。", file: path,
            fix: "出力先フォルダーの書き込み権限と空き容量を確認してください。")
    }
}

/// The truth: which person each row of each file is about.
final class TruthFile {
    private let output: OutputFile

    init(path: String) throws(Fault) {
        output = try OutputFile(path: path)
        try output.write("file,line,subject,person\r\n".utf8)
    }

    func row(file: String, line: Int, subject: Subject, person: String) throws(Fault) {
        try output.write("\(file),\(line),\(subject.rawValue),\(person)\r\n".utf8)
    }

    func close() throws(Fault) { try output.close() }
}

/// Which difficulties were planted, and for whom a rule should find them.
final class PlantedFile {
    private let output: OutputFile

    init(path: String) throws(Fault) {
        output = try OutputFile(path: path)
        try output.write("person,sign\r\n".utf8)
    }

    func line(person: String, sign: String) throws(Fault) {
        try output.write("\(person),\(sign)\r\n".utf8)
    }

    func close() throws(Fault) { try output.close() }
}

/// Which people are hard to link, and who is whose twin or sibling: `person,group,set`.
final class GroupsFile {
    private let output: OutputFile

    init(path: String) throws(Fault) {
        output = try OutputFile(path: path)
        try output.write("person,group,set\r\n".utf8)
    }

    /// - Parameter set: equal for those who belong together; empty where the group knows no such sets.
    func line(person: String, group: String, set: String) throws(Fault) {
        try output.write("\(person),\(group),\(set)\r\n".utf8)
    }

    func close() throws(Fault) { try output.close() }
}

/// One department's extract: writes rows in the department's encoding and their truth beside them.
final class ExtractFile {
    let name: String
    private(set) var rows = 0
    private let layout: ExtractLayout
    private let city: City
    private let output: OutputFile
    private let truth: TruthFile
    /// Physical line on which the next row begins, from 1.
    private var line = 1

    init(_ layout: ExtractLayout, folder: String, city: City, truth: TruthFile) throws(Fault) {
        name = "\(layout.prefix)_\(DateForms.compact(city.asOf)).csv"
        self.layout = layout
        self.city = city
        self.truth = truth
        output = try OutputFile(path: folder + "/" + name)
        if layout.hasByteOrderMark { try output.write([0xEF, 0xBB, 0xBF]) }
        for title in layout.titles { try write(title + "\r\n") }
        try put(layout.header)
    }

    /// A row about people of the city.
    func row(_ fields: [String], about people: (subject: Subject, person: Person)...) throws(Fault) {
        for (subject, person) in people {
            try truth.row(file: name, line: line, subject: subject, person: city.truthID(person))
        }
        rows += 1
        try put(fields)
    }

    /// A row about nobody, such as the total.
    func total(_ fields: [String]) throws(Fault) { try put(fields) }

    func close() throws(Fault) { try output.close() }

    private func put(_ fields: [String]) throws(Fault) {
        var text = ""
        for (place, field) in fields.enumerated() {
            if place > 0 { text += "," }
            text += quoted(field)
        }
        try write(text + "\r\n")
    }

    private func quoted(_ field: String) -> String {
        let needs = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needs || layout.quoting == .always else { return field }
        return "\"" + (needs ? field.replacing("\"", with: "\"\"") : field) + "\""
    }

    private func write(_ text: String) throws(Fault) {
        for byte in text.utf8 where byte == 0x0A { line += 1 }
        try output.write(layout.encoding.encode(text) ?? withGeta(text))
    }

    /// The text with 〓 (geta) for every character the encoding lacks, as such systems print 外字.
    private func withGeta(_ text: String) -> [UInt8] {
        let geta = layout.encoding.encode("〓") ?? [0x3F]
        return text.unicodeScalars.flatMap { layout.encoding.encode(String($0)) ?? geta }
    }
}

/// Writes one department's extract, household by household.
protocol DepartmentExtract {
    static var layout: ExtractLayout { get }
    init(city: City)
    mutating func write(_ household: Household, to file: ExtractFile) throws(Fault)
    /// What stands below the last row.
    func finish(_ file: ExtractFile) throws(Fault)
}

extension DepartmentExtract {
    func finish(_ file: ExtractFile) throws(Fault) {}
}

extension Clerk {
    /// The row, rarely without its last field.
    mutating func row(_ fields: [String]) -> [String] {
        draw.chance(rates.shortRow) ? Array(fields.dropLast()) : fields
    }
}
