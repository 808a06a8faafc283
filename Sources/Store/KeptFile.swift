internal import Domain
internal import Foundation

/// What a night keeps for the next one, sealed beside the run's two files: pieces of bytes that only their room understands.
///
/// It saves time and is no part of the publication: where it is lost or damaged, everything is done anew.
/// Layout: mark, 16 random bytes that bind the pieces to their file, length of the sealed directory (4 bytes, big-endian),
/// directory (program, sealed lengths of the pieces), pieces. Pieces are read one by one, on any thread.
package final class KeptFile: Sendable {
    /// What it tells of.
    package enum Kind: String, CaseIterable, Sendable {
        /// The agreement patterns of pairs, and encoded records.
        case comparisons
        /// What the flag rules said of each household.
        case evaluations
        /// By which beginnings of names persons are found (`NameIndex`).
        case names

        var title: String {
            switch self {
            case .comparisons: "比較の記録"
            case .evaluations: "判定の記録"
            case .names: "氏名の索引"
            }
        }
    }

    /// The program that wrote it; another one may find otherwise.
    package let program: String
    /// How many pieces there are.
    package let count: Int
    private let kind: Kind
    private let descriptor: Int32
    private let name: String
    private let root: KeyRoot
    private let key: KeyName
    /// Where each piece begins, and where the last one ends.
    private let starts: [Int]

    private static func mark(_ kind: Kind) -> [UInt8] { Array("renkei-\(kind)-1".utf8) }
    private static func path(_ folder: String, _ kind: Kind) -> String { "\(folder)/\(kind).sealed" }

    private static func cell(_ row: Int, _ name: String, _ kind: Kind) -> SealedCell {
        SealedCell(table: kind.rawValue, row: row, column: name)
    }

    /// Writes the pieces into the folder of a run that is being built.
    ///
    /// - Parameter pieces: each is asked for twice, and may be made only then.
    /// - Throws: `Fault` of kind `.inputOutput`; what was written of it is removed.
    package static func write(
        _ pieces: some Collection<[UInt8]>, _ kind: Kind, program: String, folder: String,
        keys: WorkspaceKeys
    ) throws {
        try write(pieces, kind, program: program, folder: folder, ring: keys.ring)
    }

    /// The same by a ring that the pieces are known to fit: of whom it has no keys, they say nothing.
    static func write(
        _ pieces: some Collection<[UInt8]>, _ kind: Kind, program: String, folder: String, ring: KeyRing
    ) throws {
        try write(
            pieces, lengths: pieces.map { $0.count + Seal.length }, kind, program: program,
            to: path(folder, kind), ring: ring)
    }

    /// Seals the file of a run by the root in use, where another one has; one that cannot be read is removed, and the next night
    /// does everything anew. A piece at a time is held.
    ///
    /// - Returns: whether there is a file.
    /// - Throws: `Fault` of kind `.inputOutput`; then the file is as it was.
    static func reseal(_ kind: Kind, folder: String, keys: WorkspaceKeys) throws -> Bool {
        let new = path(folder, kind) + ".new"
        unlink(new)
        do {
            guard let file = try open(kind, folder: folder, keys: keys) else { return false }
            guard file.root.number != keys.ring.root.number else { return true }
            let pieces = (0..<file.count).lazy.map { file.piece($0) ?? [] }
            let lengths = (0..<file.count).map { file.starts[$0 + 1] - file.starts[$0] }
            try write(pieces, lengths: lengths, kind, program: file.program, to: new, ring: keys.ring)
        } catch let fault as Fault where fault.code != unwritable(kind, new).code {
            try remove(kind, folder: folder)
            return false
        }
        guard rename(new, path(folder, kind)) == 0 else { throw unwritable(kind, new) }
        try synchronise(folder: folder)
        return true
    }

    /// - Parameter lengths: of the sealed pieces.
    /// - Throws: also where a piece has another length.
    private static func write(
        _ pieces: some Collection<[UInt8]>, lengths: [Int], _ kind: Kind, program: String, to path: String,
        ring: KeyRing
    ) throws {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        let random = randomBytes(16)
        let name = hexadecimal(random)
        var directory = ByteWriter()
        directory.put(program)
        directory.put(all: lengths) { $0.put($1) }
        let sealed = try ring.seal(directory.bytes, in: cell(0, name, kind), by: ring.common)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: sealed.count >> (24 - $0 * 8)) }
        var isWritten = descriptor >= 0 && writeAll(mark(kind) + random + length + sealed, to: descriptor)
        for (number, piece) in pieces.enumerated() where isWritten {
            let sealed = try ring.seal(piece, in: cell(number + 1, name, kind), by: ring.common)
            guard sealed.count == lengths[number] else {
                unlink(path)
                throw ByteReader.damaged
            }
            isWritten = writeAll(sealed, to: descriptor)
        }
        guard isWritten, fsync(descriptor) == 0 else {
            unlink(path)
            throw unwritable(kind, path)
        }
    }

    private static func unwritable(_ kind: Kind, _ path: String) -> Fault {
        Fault(
            .inputOutput, code: "\(kind).write", message: "\(kind.title)を書けません。", file: path,
            fix: "ディスクの空きと権限を確認してください。")
    }

    /// Opens the file of a run; its pieces are looked at when they are read.
    ///
    /// - Returns: `nil` where there is none.
    /// - Throws: `Fault` where it is cut, changed, or sealed with another key.
    package static func open(_ kind: Kind, folder: String, keys: WorkspaceKeys) throws -> KeptFile? {
        try open(kind, folder: folder, ring: keys.ring)
    }

    /// The same by the ring as somebody has it.
    static func open(_ kind: Kind, folder: String, ring: KeyRing) throws -> KeptFile? {
        let descriptor = Foundation.open(path(folder, kind), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw ByteReader.damaged }
            return nil
        }
        do {
            return try KeptFile(kind, descriptor, ring: ring)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Removes the files of a run that no night will build upon; a run without any is fine.
    ///
    /// - Throws: `Fault` of kind `.inputOutput`.
    package static func remove(folder: String) throws {
        for kind in Kind.allCases { try remove(kind, folder: folder) }
    }

    private static func remove(_ kind: Kind, folder: String) throws {
        let path = path(folder, kind)
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw Fault(
                .inputOutput, code: "\(kind).remove", message: "古い実行の\(kind.title)を消せません。", file: path,
                fix: "権限を確認してください。残っていても結果は変わりません。")
        }
    }

    private init(_ kind: Kind, _ descriptor: Int32, ring: KeyRing) throws {
        let mark = Self.mark(kind)
        let start = mark.count + 20
        guard let front = Self.read(descriptor, 0..<start), front.starts(with: mark) else {
            throw ByteReader.damaged
        }
        let name = hexadecimal(front[mark.count..<start - 4])
        let end = start + front[(start - 4)...].reduce(0) { $0 << 8 | Int($1) }
        guard let sealed = Self.read(descriptor, start..<end) else { throw ByteReader.damaged }
        // Of the root in use; while everything is sealed anew, of the one before.
        var found: (root: KeyRoot, plain: [UInt8])?
        var refusal: any Error = ByteReader.damaged
        for root in ring.roots.reversed() where found == nil {
            do {
                found = try root.open(sealed, in: Self.cell(0, name, kind), by: ring.common(of: root)).map {
                    (root, $0)
                }
            } catch { refusal = error }
        }
        guard let found else { throw refusal }
        var reader = ByteReader(found.plain)
        program = try reader.text()
        starts = try reader.all { try $0.int() }.reduce(into: [end]) { $0.append($0[$0.count - 1] + $1) }
        count = starts.count - 1
        (self.kind, self.descriptor, self.name) = (kind, descriptor, name)
        (root, key) = (found.root, ring.common(of: found.root))
    }

    deinit { close(descriptor) }

    /// A piece, opened; `nil` where it is damaged.
    package func piece(_ number: Int) -> [UInt8]? {
        Self.read(descriptor, starts[number]..<starts[number + 1]).flatMap {
            try? root.open($0, in: Self.cell(number + 1, name, kind), by: key)
        }
    }

    /// `nil` where the file ends before.
    private static func read(_ descriptor: Int32, _ range: Range<Int>) -> [UInt8]? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, range.upperBound <= Int(status.st_size) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, range.count - filled,
                    off_t(range.lowerBound + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
        return bytes.count == range.count ? bytes : nil
    }
}
