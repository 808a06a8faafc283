package import Domain
import Foundation
import Mapping
import Store

/// An extract of tonight as it lies in the inbox.
struct InboxExtract: Sendable {
    let mapping: ExtractMapping
    /// Name in the inbox.
    let file: String
    let sha256: String
    /// The day in the file's name.
    let asOf: Day
}

/// An extract of tonight, copied before anybody reads it.
struct FrozenExtract: Sendable {
    let extract: InboxExtract
    /// Where the copy is.
    let path: String

    /// In bytes.
    var size: Int {
        get throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return (attributes[.size] as? NSNumber)?.intValue ?? 0
        }
    }
}

/// Chooses tonight's extracts from the inbox: per source the newest dated file that is not from the future, and for a
/// source that delivers changes all files of changes since then.
struct Inbox {
    let folder: String
    let asOf: Day

    /// The files of tonight, in the mappings' order; sources whose optional extract is missing are left out.
    ///
    /// - Throws: `Faults` for missing required extracts, and for two files of one source and day.
    func choose(_ mappings: MappingSet) throws -> [InboxExtract] {
        // Regular files only: a pipe would be waited for all night.
        let names = try entries().filter(\.isFile).map(\.name)
        var chosen: [InboxExtract] = []
        var faults: [Fault] = []
        for mapping in mappings.all {
            let all = names.compactMap { name in
                day(of: name, prefix: mapping.filePrefix).map { (name, $0) }
            }
            let dated = all.filter { !isDelta($0.0, prefix: mapping.filePrefix) }
            guard let newest = dated.map(\.1).filter({ $0 <= asOf }).max() else {
                if mapping.isRequired { faults.append(missing(mapping, hasChanges: !all.isEmpty)) }
                continue
            }
            let changes = all.filter {
                isDelta($0.0, prefix: mapping.filePrefix) && $0.1 >= newest && $0.1 <= asOf
            }
            if mapping.load == .snapshot, let file = changes.first?.0 {
                faults.append(unexpectedDelta(mapping, file))
                continue
            }
            // A full file holds the changes of its own day.
            let deltas = changes.filter { $0.1 > newest }.sorted { $0.1 < $1.1 }
            let last = deltas.last?.1 ?? newest
            if mapping.isRequired, asOf.number - last.number > mapping.freshnessDays {
                faults.append(stale(mapping, last))
                continue
            }
            let twice = Set(deltas.map(\.1)).first { day in deltas.count(where: { $0.1 == day }) > 1 }
            let files =
                twice.map { day in deltas.filter { $0.1 == day }.map(\.0) }
                ?? dated.filter { $0.1 == newest }.map(\.0)
            if files.count > 1 {
                faults.append(
                    Fault(
                        .gate, code: "extract.twice",
                        message:
                            "「\(mapping.title)」の同じ日の抽出ファイルが\(files.count)つあります（\(files.joined(separator: "、"))）。",
                        file: folder, fix: "正しいほうだけを受け取りフォルダに残してください。"))
            } else if let file = files.first {
                let sha256 = try Digest.sha256(file: "\(folder)/\(file)")
                chosen.append(InboxExtract(mapping: mapping, file: file, sha256: sha256, asOf: newest))
                for (file, day) in deltas {
                    let sha256 = try Digest.sha256(file: "\(folder)/\(file)")
                    chosen.append(InboxExtract(mapping: mapping, file: file, sha256: sha256, asOf: day))
                }
            }
        }
        if let faults = Faults(faults) { throw faults }
        return chosen
    }

    /// All that lies in the folder, in the order of names.
    func entries() throws(Fault) -> [(name: String, isFile: Bool)] {
        let files = FileManager.default
        guard let names = try? files.contentsOfDirectory(atPath: folder) else {
            throw Fault(
                .inputOutput, code: "inbox.unreadable", message: "受け取りフォルダを読めません。", file: folder,
                fix: "フォルダがあるか、読む権限があるかを確かめてください。")
        }
        return names.sorted().map { name in
            let attributes = try? files.attributesOfItem(atPath: "\(folder)/\(name)")
            return (name, attributes?[.type] as? FileAttributeType == .typeRegular)
        }
    }

    /// The day in `prefix_yyyyMMdd.csv`; a suffix between date and ending (`_2`, ` (1)`) counts as the same day.
    func day(of name: String, prefix: String) -> Day? {
        guard name.hasPrefix(prefix + "_"), Self.hasEnding(name) else { return nil }
        let digits = name.dropFirst(prefix.count + 1).prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 8, let number = Int(digits) else { return nil }
        return Day(number / 10_000, number / 100 % 100, number % 100)
    }

    /// `teate_20261002.delta.csv` holds the changes of a day, and so does whatever says so after the day, such as a second
    /// copy (`.delta (1).csv`): read as a whole, it would make everybody else vanish.
    ///
    /// - Parameter name: one that has a day after `prefix`.
    func isDelta(_ name: String, prefix: String) -> Bool {
        Self.folded(String(name.dropFirst(prefix.count + 9))).contains("delta")
    }

    /// Read as a whole, a file of changes would make everybody else vanish.
    private func unexpectedDelta(_ mapping: ExtractMapping, _ file: String) -> Fault {
        Fault(
            .gate, code: "extract.delta", message: "「\(mapping.title)」に、変更分だけのファイルが届いています。",
            file: "\(folder)/\(file)",
            fix: "すべての行の抽出を\(mapping.department)に依頼してこのファイルを除くか、対応付けに load: \"delta\" と key を書いてください。")
    }

    /// `.csv`, compressed or not.
    static func hasEnding(_ name: String) -> Bool {
        [".csv", ".csv.gz"].contains(where: name.lowercased().hasSuffix)
    }

    private func stale(_ mapping: ExtractMapping, _ newest: Day) -> Fault {
        Fault(
            .gate, code: "extract.stale",
            message: "「\(mapping.title)」の抽出ファイルが古すぎます（\(newest)、許されるのは\(mapping.freshnessDays)日前まで）。",
            file: "\(folder)/\(mapping.filePrefix)_\(newest.compact).csv",
            fix: "\(mapping.department)に新しい抽出を依頼し、受け取りフォルダに置いてください。前回の公開はそのまま使えます。")
    }

    private func missing(_ mapping: ExtractMapping, hasChanges: Bool) -> Fault {
        Fault(
            .gate, code: "extract.missing",
            message: "「\(mapping.title)」の抽出ファイルがありません。"
                + (hasChanges ? "変更分だけのファイルや、まだ来ていない日のファイルはありますが、もとになる「すべての行」のファイルがありません。" : ""),
            file: "\(folder)/\(mapping.filePrefix)_\(asOf.compact).csv",
            fix: "\(mapping.department)に抽出を依頼し、受け取りフォルダに置いてください。前回の公開はそのまま使えます。")
    }
}

extension Day {
    /// `yyyyMMdd`, as file names hold it.
    package var compact: String { description.split(separator: "-").joined() }
}

/// Copies the chosen files into the run's folder and expands those that are compressed: what changes in the inbox later is
/// not read.
///
/// - Parameter gzip: expands `.csv.gz`.
/// - Throws: `Fault` of kind `.gate` where a file is written to meanwhile: its copy does not have the hash the file had a
///   moment ago, or its size, time or place on the disk is another when all are copied.
func freeze(
    _ chosen: [InboxExtract], from inbox: String, into folder: String, gzip: Gzip, log: NightLog
) throws -> [FrozenExtract] {
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let states = chosen.map { FileState(path: "\(inbox)/\($0.file)") }
    let frozen = try chosen.enumerated().map { index, extract in
        log.progress(.freeze, index, of: chosen.count, extract.file)
        let copy = "\(folder)/\(extract.file)"
        do {
            try FileManager.default.copyItem(atPath: "\(inbox)/\(extract.file)", toPath: copy)
        } catch {
            throw Fault(
                .inputOutput, code: "freeze.failed", message: "抽出ファイルを写せません。", file: extract.file,
                fix: "ファイルを読む権限と、作業フォルダの空き容量を確かめてください。")
        }
        guard try Digest.sha256(file: copy) == extract.sha256 else { throw changing(extract) }
        guard copy.lowercased().hasSuffix(".gz") else { return FrozenExtract(extract: extract, path: copy) }
        let expanded = String(copy.dropLast(3))
        try gzip.expand(copy, to: expanded, name: extract.file)
        try FileManager.default.removeItem(atPath: copy)
        return FrozenExtract(extract: extract, path: expanded)
    }
    for (extract, state) in zip(chosen, states)
    where state == nil || FileState(path: "\(inbox)/\(extract.file)") != state {
        throw changing(extract)
    }
    return frozen
}

private func changing(_ extract: InboxExtract) -> Fault {
    Fault(
        .gate, code: "extract.changing", message: "写している間に抽出ファイルの内容が変わりました。", file: extract.file,
        fix: "抽出の書き込みが終わってから、もう一度実行してください。")
}

/// What tells that a file is being written to or replaced, whatever it holds.
private struct FileState: Equatable {
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// `nil` where there is no such file.
    init?(path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        (inode, size) = (info.st_ino, Int(info.st_size))
        (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
    }
}
