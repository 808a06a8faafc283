package import Domain
import Foundation

/// Writes a file in pieces where nobody sees it and puts it in its place when it is whole: who stops the program leaves nothing.
package enum OutputFile {
    /// Lines of text.
    ///
    /// - Parameter body: called with what appends a line.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        to path: String, _ body: (_ line: (String) throws -> Void) throws -> Void
    ) throws(Fault) {
        try pieces(to: path) { piece in
            var text = ""
            try body { line in
                text += line
                text += "\n"
                // Millions of lines are more text than memory.
                guard text.utf8.count > 1 << 20 else { return }
                try piece(Data(text.utf8))
                text = ""
            }
            try piece(Data(text.utf8))
        }
    }

    /// The same of bytes as they come.
    ///
    /// - Parameter mode: who may read it, less what the process's mask takes away.
    static func pieces<Result>(
        to path: String, mode: mode_t = 0o666,
        _ body: (_ piece: @escaping (Data) throws -> Void) throws -> Result
    ) throws(Fault) -> Result {
        sweep(path)
        let draft = "\(path).\(getpid()).part"
        do {
            // Without a name where the file system can do that; else under the draft's from the beginning.
            var descriptor = open(folder(of: path), unnamed | O_WRONLY | O_CLOEXEC, mode)
            let isNamed = descriptor < 0
            if isNamed { descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode) }
            guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            defer { try? file.close() }
            let result = try body { if !$0.isEmpty { try file.write(contentsOf: $0) } }
            let own = "/proc/self/fd/\(descriptor)"
            guard isNamed || linkat(AT_FDCWD, own, AT_FDCWD, draft, AT_SYMLINK_FOLLOW) == 0,
                rename(draft, path) == 0
            else { throw CocoaError(.fileWriteUnknown) }
            return result
        } catch {
            unlink(draft)
            throw unwritable(path)
        }
    }

    /// Refuses places where writing would destroy what is read, before anything is read.
    ///
    /// - Parameters:
    ///   - outputs: by the option that names them.
    ///   - inputs: every file that is read.
    /// - Throws: `link.output` where an output is an input, the same as another, or there and no plain file; `link.unwritable` where
    ///   its folder is not there.
    package static func check(_ outputs: [(option: String, path: String)], inputs: [String]) throws(Fault) {
        func refused(_ option: String, _ message: String, _ fix: String) -> Fault {
            Fault(.usage, code: "link.output", message: "「--\(option)」に\(message)", fix: fix)
        }
        let read = inputs.compactMap(identity)
        var places: Set<String> = []
        for (option, path) in outputs {
            guard let place = realpath(folder(of: path), nil) else { throw unwritable(path) }
            defer { free(place) }
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            guard places.insert(String(cString: place) + "/" + name).inserted else {
                throw refused(option, "、ほかの書き出し先と同じファイルが書いてあります。", "別の名前にしてください。")
            }
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw refused(
                    option, "書いた場所に、普通のファイルでないもの（フォルダ、リンク、装置、パイプなど）があります。",
                    "新しい名前か、上書きしてよいファイルの名前にしてください。")
            }
            guard !read.contains(where: { $0 == (status.st_dev, status.st_ino) }) else {
                throw refused(option, "、読み込むファイルが書いてあります。上書きすると失われます。", "別の名前にしてください。")
            }
        }
    }

    private static func identity(_ path: String) -> (dev_t, ino_t)? {
        var status = stat()
        return stat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
    }

    /// Takes away what processes that are no more have left of this file.
    private static func sweep(_ path: String) {
        let name = (path.split(separator: "/").last.map(String.init) ?? "") + "."
        let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: path))) ?? []
        for draft in beside where draft.hasPrefix(name) && draft.hasSuffix(".part") {
            guard let process = pid_t(draft.dropFirst(name.count).dropLast(".part".count)),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink(folder(of: path) + "/" + draft)
        }
    }

    /// `O_TMPFILE`, which Swift does not import.
    private static let unnamed = 0o20_000_000 | O_DIRECTORY

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func unwritable(_ path: String) -> Fault {
        Fault(
            .inputOutput, code: "link.unwritable", message: "ファイルを書けません。", file: path,
            fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
    }
}
