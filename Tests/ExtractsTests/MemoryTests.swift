import Domain
import Extracts
import Foundation
import TestSupport
import Testing

/// Lines longer than memory.
@Suite struct MemoryTests {
    /// 40 MB each by default, 1 GB with `RENKEI_CASES=1000`; in a process of its own, so that its memory is its own.
    @Test func aHugeLineIsRejectedInBoundedMemory() async {
        await #expect(processExitsWith: .success) {
            let folder = try ScratchFolder()
            let size = caseCount(40) * 1_000_000
            for filling in [
                "x", "あ", "x,yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy,",
                "\"\"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
            ] {
                let path = folder.file("a.csv")
                try write(
                    filling, times: size / filling.utf8.count, isQuoted: filling.hasPrefix("\""), to: path)
                let reader = try ExtractReader(
                    path: path, source: "sample", file: "a.csv", format: ExtractFormat(encoding: .utf8))
                guard case .unreadable(let rejection) = try reader.next(), rejection.code == "row.length",
                    rejection.position.line == 2, reader.lineLength > size,
                    case .row(let row) = try reader.next(), row.fields == ["2", "二"], try reader.next() == nil
                else { exit(2) }
            }
            // The high-water mark in kB, the program itself included.
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            guard let words = peak?.split(separator: " "), words.count > 1,
                let size = Int(words[words.count - 2])
            else { exit(3) }
            exit(size < 70_000 ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }
}

/// A file with a second line of `filling` so many times over.
private func write(_ filling: String, times: Int, isQuoted: Bool, to path: String) throws {
    let quote = isQuoted ? "\"" : ""
    try Data("番号,備考\n1,\(quote)".utf8).write(to: URL(filePath: path))
    guard let file = FileHandle(forWritingAtPath: path) else { return }
    try file.seekToEnd()
    let piece = Data(String(repeating: filling, count: 1000).utf8)
    for _ in 0..<times / 1000 + 1 { try file.write(contentsOf: piece) }
    try file.write(contentsOf: Data("\(quote)\n2,二\n".utf8))
    try file.close()
}
