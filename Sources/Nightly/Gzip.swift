package import Domain
package import Foundation

/// Expands compressed extracts by the system's gzip.
package struct Gzip: Sendable {
    /// Where distributions keep it; never looked up by name, which a path could answer with another program.
    static let usualPlaces = ["/usr/bin/gzip", "/bin/gzip"]

    /// Bytes an extract may have when expanded: a few kilobytes can be made to expand to a full disk.
    private let limit: Int
    private let places: [String]

    package init(limit: Int, places: [String]? = nil) {
        self.limit = limit
        self.places = places ?? Self.usualPlaces
    }

    /// Expands the file at `path` to a new one at `target`, as into an open file.
    package func expand(_ path: String, to target: String, name: String) throws(Fault) {
        guard
            FileManager.default.createFile(
                atPath: target, contents: nil, attributes: [.posixPermissions: 0o600]),
            let output = FileHandle(forWritingAtPath: target)
        else { throw unwritten(name) }
        defer { try? output.close() }
        try expand(path, to: output, name: name)
    }

    /// Expands the file at `path` into `output`; faults call it `name`.
    ///
    /// - Throws: `gzip.missing`, `extract.gzip` where the file is damaged or cut, `extract.too-large`; `freeze.failed` where
    ///   the result cannot be written.
    package func expand(_ path: String, to output: FileHandle, name: String) throws(Fault) {
        guard let program = places.first(where: FileManager.default.isExecutableFile) else {
            throw Fault(
                .gate, code: "gzip.missing", message: "圧縮された抽出ファイルを開くgzipが、このサーバーにありません。", file: name,
                fix: "gzipを入れる（Debianなら apt-get install gzip）か、圧縮せずに置いてください。")
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-dc", "--", path]
        // Its settings may come from there.
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        do {
            try process.run()
            let size = try copy(pipe.fileHandleForReading, to: output)
            // Waits for the pipe to be emptied; a milder signal may be one it was started without.
            if size > limit { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            if size > limit { throw tooLarge(name) }
        } catch let fault as Fault {
            throw fault
        } catch {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            throw unwritten(name)
        }
        // 2 is a warning: bytes behind the end that gzip leaves out.
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Fault(
                .gate, code: "extract.gzip", message: "圧縮された抽出ファイルが壊れているか、途中で切れています。", file: name,
                fix: "担当課に、圧縮と転送をやり直してもらってください。")
        }
    }

    /// - Returns: the bytes read, at most a block more than `limit`.
    private func copy(_ input: FileHandle, to output: FileHandle) throws -> Int {
        var size = 0
        while size <= limit, let block = try input.read(upToCount: 1 << 18), !block.isEmpty {
            size += block.count
            if size <= limit { try output.write(contentsOf: block) }
        }
        return size
    }

    private func unwritten(_ name: String) -> Fault {
        Fault(
            .inputOutput, code: "freeze.failed", message: "圧縮された抽出ファイルを展開できません。", file: name,
            fix: "作業フォルダの空き容量を確かめてください。")
    }

    private func tooLarge(_ name: String) -> Fault {
        Fault(
            .gate, code: "extract.too-large", message: "圧縮された抽出ファイルを展開すると、\(limit >> 20) MiBを超えます。",
            file: name,
            fix: "正しい抽出かどうかを担当課に確かめてください。正しければ、設定の expandedLimit を大きくしてください。")
    }
}
