import Domain
import Extracts
import Foundation
import TestSupport
import Testing

/// Files as departments really send them, and those that fuzzing broke the reader with: every byte has its line.
@Suite struct HabitTests {
    @Test func everyByteOfEveryKeptFileIsAccountedFor() throws {
        let folder = try #require(Bundle.module.url(forResource: "Regressions", withExtension: nil))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for file in files {
            let bytes = try Array(Data(contentsOf: folder.appending(path: file)))
            let faults = formats.compactMap { account(bytes, $0, "\(file), \($0)") }
            #expect(faults.count < formats.count || file.hasPrefix("refused-"), "\(file)")
        }
    }

    private var formats: [ExtractFormat] {
        let encodings = [nil] + TextEncoding.allCases.map(Optional.some)
        return encodings.flatMap { encoding in
            [
                ExtractFormat(encoding: encoding),
                ExtractFormat(encoding: encoding, delimiter: .tab, titleLines: 2),
                ExtractFormat(encoding: encoding, columnNames: ["a", "b"]),
                ExtractFormat(encoding: encoding, fixedWidth: [.init("a", bytes: 3), .init("b", bytes: 4)]),
            ]
        }
    }

    private func account(_ bytes: [UInt8], _ format: ExtractFormat, _ name: String) -> Fault? {
        do {
            let folder = try ScratchFolder()
            try folder.write(bytes, to: "a.csv")
            let reader = try ExtractReader(
                path: folder.file("a.csv"), source: "sample", file: "a.csv", format: format)
            let file = try RawLines(path: folder.file("a.csv"), file: "a.csv")
            var lines: [Int] = []
            while let line = try reader.next() {
                let raw = try file.line(at: line.offset, length: reader.lineLength)
                #expect(raw.length > 0, "\(name)")
                #expect(Array(bytes[line.offset..<line.offset + raw.bytes.count]) == raw.bytes, "\(name)")
                lines.append(raw.length)
            }
            #expect(reader.preamble + lines.reduce(0, +) == bytes.count, "\(name)")
            return nil
        } catch {
            let fault = error as? Fault
            #expect(fault?.kind == .gate && fault?.fix.isEmpty == false, "\(name)")
            return fault
        }
    }
}
