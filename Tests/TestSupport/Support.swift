import Foundation

/// A folder that is removed when the test ends.
package struct ScratchFolder: ~Copyable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "renkei-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }
}

/// The seed of this test process's random cases: `RENKEI_SEED`, or a fixed one; print it with every failure.
package let testSeed = ProcessInfo.processInfo.environment["RENKEI_SEED"].flatMap(UInt64.init) ?? 20_261_001

/// How many random cases a property test tries: few by default, many by `RENKEI_CASES`.
package func caseCount(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["RENKEI_CASES"].flatMap(Int.init) ?? usual
}

/// Compares text with a golden file beside the tests; `UPDATE_GOLDEN=1` rewrites the file instead.
///
/// - Returns: what was expected, equal to `actual` when just rewritten.
package func golden(_ actual: String, _ path: String) throws -> String {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try actual.write(toFile: path, atomically: true, encoding: .utf8)
    }
    return try String(contentsOfFile: path, encoding: .utf8)
}
