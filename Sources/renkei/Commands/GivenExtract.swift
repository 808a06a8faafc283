import Domain
import Foundation
import Glibc
import Mapping
import Nightly

/// The extract that a `mapping` command was given, ready to be read as a night would read it.
struct GivenExtract {
    /// What to read: the file itself, or what it was expanded to.
    let path: String
    /// Its name, for messages and for the mapping's name.
    let name: String
    /// The day it was made for: `--date`, the day in its name, or today.
    let asOf: Day

    /// - Throws: `Fault` where there is no such file, where it is a workbook, or where gzip cannot expand it.
    init(_ arguments: ParsedArguments) throws {
        let given = arguments.positionals[0]
        let name = URL(filePath: given).lastPathComponent
        self.name = name
        if let day = try arguments.day("date") {
            asOf = day
        } else {
            let digits = name.split { !($0.isASCII && $0.isNumber) }.first { $0.count == 8 }
            let number = digits.flatMap { Int(String($0)) } ?? 0
            asOf = Day(number / 10_000, number / 100 % 100, number % 100) ?? Day(inJapanAt: Date())
        }
        try Self.requireExtract(given, arguments)
        path = name.lowercased().hasSuffix(".gz") ? try Self.expanded(given, name, arguments) : given
    }

    /// What it must be called for a night to read it; `nil` where it is called so.
    var nameForTheInbox: String? {
        let prefix = MappingDraft.name(of: name)
        let isNamed = name.wholeMatch(of: /[a-z0-9-]+_[0-9]{8}(\.delta)?\.csv(\.gz)?/.ignoresCase()) != nil
        return isNamed && name.lowercased().hasPrefix(prefix + "_") ? nil : "\(prefix)_\(asOf.compact).csv"
    }

    private static func requireExtract(_ path: String, _ arguments: ParsedArguments) throws(Fault) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let name = URL(filePath: path).lastPathComponent
            let inbox = Workspace(root: arguments.values["workspace"] ?? ".").inbox
            let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let fix =
                FileManager.default.fileExists(atPath: "\(inbox)/\(name)")
                ? "受け取りフォルダの「\(inbox)/\(name)」のことでしょうか。"
                : nearest(name, in: beside.sorted()).map { "「\($0)」のことでしょうか。" }
                    ?? "ファイルの場所と名前を確かめてください（例 inbox/teate_20261001.csv）。"
            throw Fault(
                .notFound, code: "extract.not-found", message: "このファイルはありません。", file: path, fix: fix)
        }
        guard !isFolder.boolValue else {
            throw Fault(
                .usage, code: "extract.folder", message: "フォルダではなく、抽出ファイルを1つ指定してください。", file: path,
                fix: "「\(path)/teate_20261001.csv」のように、ファイルの名前まで書いてください。")
        }
        let start =
            (try? FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: 4)).map(Array.init) ?? []
        // A zip archive, which xlsx is too, and the older xls.
        if start == [0x50, 0x4B, 0x03, 0x04] || start == [0xD0, 0xCF, 0x11, 0xE0] {
            throw Fault(
                .usage, code: "extract.workbook", message: "表計算のブックか、zipで圧縮したファイルです。", file: path,
                fix: "表計算で開き、CSVで保存してください。zipなら、中のCSVを取り出してください。")
        }
    }

    /// Expands to a file that never has a name while there is anything in it: nobody's data stay behind, however the command
    /// ends.
    private static func expanded(
        _ path: String, _ name: String, _ arguments: ParsedArguments
    ) throws -> String {
        let settings = try? NightSettings.load(
            path: Workspace(root: arguments.values["workspace"] ?? ".").settings)
        var template = Array((FileManager.default.temporaryDirectory.path + "/renkei-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0, unlink(template) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw Fault(
                .inputOutput, code: "extract.unexpanded", message: "圧縮された抽出ファイルを展開する場所がありません。", file: path,
                fix: "一時フォルダの権限と空き容量を確かめてください。")
        }
        // Stays open until the process ends.
        try Gzip(limit: (settings?.expandedLimit ?? 4096) << 20).expand(
            path, to: FileHandle(fileDescriptor: descriptor, closeOnDealloc: false), name: name)
        return "/proc/self/fd/\(descriptor)"
    }
}
