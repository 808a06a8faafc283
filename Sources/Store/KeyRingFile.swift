internal import Domain
internal import Foundation
internal import Synchronization

/// The ring on the disk: `ring.sealed`, wrapped by `ring.key` beside it; both are replaced together.
///
/// A change writes the new key and the new ring under other names, then gives the ring its name: that is the moment. Which
/// key is right the ring says by the key's id, so that a stop at any moment leaves the ring before or the ring after, with
/// its key. What is replaced keeps a second name (`.old`) until it is overwritten. Whatever names are left over are settled
/// when the keys are next loaded, and before the next change.
final class KeyRingFile: Sendable {
    private let folder: String
    private let state: Mutex<State>

    private struct State {
        var ring: KeyRing
        var keyID: String
        var stamp: Stamp
    }

    /// Tells one writing of the file from another.
    private struct Stamp: Equatable {
        let inode: UInt64
        let seconds: Int
        let nanoseconds: Int
    }

    private static let mark = Array("renkei-ring-3 ".utf8)
    private static let idLength = 8
    private static let cell = SealedCell(table: "ring", row: 1, column: "ring")

    private static func key(_ folder: String) -> KeyFile { KeyFile(path: folder + "/ring.key") }
    private static func sealed(_ folder: String) -> KeyFile { KeyFile(path: folder + "/ring.sealed") }
    private static func newKey(_ folder: String) -> KeyFile { KeyFile(path: folder + "/ring.key.new") }
    private static func newSealed(_ folder: String) -> KeyFile { KeyFile(path: folder + "/ring.sealed.new") }
    /// The names under which what was replaced waits to be overwritten.
    private static func old(_ file: KeyFile) -> KeyFile { KeyFile(path: file.path + ".old") }
    /// Of a workspace that was made before there was a ring: one key for everything.
    static func former(_ folder: String) -> KeyFile { KeyFile(path: folder + "/vault.key") }

    /// Writes the first ring of a folder.
    static func create(folder: String, former: [UInt8]? = nil) throws {
        let ring = try KeyRing.random(former: former)
        try write(ring, folder: folder)
    }

    /// Opens the ring; what a stopped change left is settled, and a workspace that had one key gets a ring that knows it.
    ///
    /// - Parameter isKnown: whether a database knows a ring already: a fresh one, which could open nothing of it, is not made then.
    /// - Throws: `Fault` where key or ring are missing, open to others, damaged, or not of each other.
    init(folder: String, isKnown: () -> Bool = { false }) throws {
        self.folder = folder
        try Self.settle(folder, isKnown: isKnown)
        state = Mutex(try Self.read(folder))
    }

    /// The ring as it was when last asked for.
    var ring: KeyRing { state.withLock { $0.ring } }

    /// Of the key that wraps the ring.
    var keyID: String { state.withLock { $0.keyID } }

    /// Looks whether another process has changed the ring.
    func renew() throws {
        try state.withLock { state in
            if try Self.stamp(folder) != state.stamp { state = try Self.read(folder) }
        }
    }

    /// Puts another ring in place of the one there is, under a fresh key; what was there before is overwritten.
    ///
    /// - Parameter change: makes it of the ring on the disk.
    func replace(_ change: (KeyRing) throws -> KeyRing) throws {
        try Self.locked(folder, waits: true) {
            // What another process left may be the only key of the ring there is.
            try Self.finish(folder)
            let ring = try change(Self.read(folder).ring)
            try Self.write(ring, folder: folder)
            try state.withLock { $0 = try Self.read(folder) }
        }
    }

    // MARK: - Files

    /// Only where nothing is left over: where it is not the first ring, after `finish`.
    private static func write(_ ring: KeyRing, folder: String) throws {
        var bytes = randomBytes(SecretKey.length)
        defer { wipe(&bytes) }
        let key = try SecretKey(bytes)
        try newKey(folder).create(bytes)
        // Room for all of it: growing would leave copies behind.
        var writer = ByteWriter(capacity: 4096 + ring.seeds * 64 + ring.shredded.count * 65_536)
        ring.write(to: &writer)
        var plain = writer.bytes
        writer = ByteWriter()
        defer { wipe(&plain) }
        try newSealed(folder).create(
            content: mark + Array(key.id.utf8) + key.seal(plain, in: cell))
        for file in [Self.key(folder), sealed(folder)] where access(file.path, F_OK) == 0 {
            guard link(file.path, old(file).path) == 0 else {
                throw file.fault("keys.write", "鍵ファイルを置きかえられません。", "フォルダの権限と空きを確認してください。")
            }
        }
        try synchronise(folder: folder)
        // From here on the new ring counts.
        try newSealed(folder).move(to: sealed(folder))
        try synchronise(folder: folder)
        try newKey(folder).move(to: Self.key(folder))
        try synchronise(folder: folder)
        try eraseOld(folder)
    }

    /// Overwrites what was replaced; what nothing has replaced yet only loses the second name.
    private static func eraseOld(_ folder: String) throws {
        for file in [key(folder), sealed(folder)] {
            var (now, before) = (stat(), stat())
            guard lstat(old(file).path, &before) == 0 else { continue }
            if lstat(file.path, &now) == 0, now.st_ino == before.st_ino {
                unlink(old(file).path)
            } else {
                try erase(old(file).path)
            }
        }
        try synchronise(folder: folder)
    }

    /// Ends what a stopped change began, where nobody is at it now.
    private static func settle(_ folder: String, isKnown: () -> Bool) throws {
        let names = [
            newKey(folder), newSealed(folder), former(folder), old(key(folder)), old(sealed(folder)),
        ]
        guard names.contains(where: { access($0.path, F_OK) == 0 }) else { return }
        // Where there is no ring yet, nothing can be read before somebody has made it.
        try locked(folder, waits: access(sealed(folder).path, F_OK) != 0) {
            if access(former(folder).path, F_OK) == 0 { try takeOver(folder, isKnown: isKnown) }
            try finish(folder)
        }
    }

    /// The same, under the lock.
    private static func finish(_ folder: String) throws {
        // A ring without its name was never in use.
        try erase(newSealed(folder).path)
        guard let id = try keyID(folder) else { return }
        // A new key that was not written to its end is none that any ring has: what is read decides, not what is there.
        func isRight(_ file: KeyFile) -> Bool { (try? SecretKey(file.read()).id) == id }
        if isRight(key(folder)) {
            try erase(newKey(folder).path)
        } else if isRight(newKey(folder)) {
            try newKey(folder).move(to: key(folder))
            try synchronise(folder: folder)
        } else {
            // Nothing goes while no key fits.
            return
        }
        try eraseOld(folder)
    }

    /// Gives a workspace with one key a ring that knows it, so that what it sealed can be read; then the file goes.
    private static func takeOver(_ folder: String, isKnown: () -> Bool) throws {
        let file = former(folder)
        var bytes = try file.read()
        defer { wipe(&bytes) }
        if access(sealed(folder).path, F_OK) != 0 {
            guard !isKnown() else {
                throw sealed(folder).fault(
                    "keys.ring-lost", "鍵束のファイルがありません。データベースは鍵束を知っているため、vault.key からは作り直しません。", restore)
            }
            // Of a taking over that was stopped: no ring names it.
            for leftover in [newKey(folder), newSealed(folder)] { try erase(leftover.path) }
            try create(folder: folder, former: bytes)
        }
        // One that was put back from a copy when the ring knew it no more stays: nothing reads it.
        guard let known = try read(folder).ring.former, try known.id == SecretKey(bytes).id else { return }
        try erase(file.path)
    }

    /// Of the key that wraps the ring; `nil` where there is no ring.
    private static func keyID(_ folder: String) throws -> String? {
        guard access(sealed(folder).path, F_OK) == 0 else { return nil }
        return String(decoding: try content(folder)[mark.count..<mark.count + idLength], as: UTF8.self)
    }

    private static func content(_ folder: String) throws -> [UInt8] {
        let file = sealed(folder)
        let bytes = try file.content()
        guard bytes.starts(with: mark), bytes.count > mark.count + idLength else {
            throw file.fault("keys.content", "鍵束のファイルの内容が壊れています。", Self.restore)
        }
        return bytes
    }

    private static func read(_ folder: String) throws -> State {
        // Another process may be changing both files just now.
        for _ in 0..<20 {
            let stamp = try stamp(folder)
            let bytes = try content(folder)
            let id = String(decoding: bytes[mark.count..<mark.count + idLength], as: UTF8.self)
            for file in [key(folder), newKey(folder)] {
                let isThere = file.path == key(folder).path || access(file.path, F_OK) == 0
                guard isThere, let key = try? SecretKey(file.read()), key.id == id else { continue }
                do {
                    var plain = try key.open(Array(bytes[(mark.count + idLength)...]), in: cell)
                    defer { wipe(&plain) }
                    var reader = ByteReader(plain)
                    return State(ring: try KeyRing(from: &reader), keyID: id, stamp: stamp)
                } catch {
                    throw sealed(folder).fault("keys.content", "鍵束のファイルの内容が壊れています。", restore)
                }
            }
            usleep(10_000)
        }
        // Says itself what is wrong with it, where something is.
        _ = try key(folder).read()
        throw sealed(folder).fault(
            "keys.ring", "鍵束（ring.sealed）と鍵（ring.key）が、同じときのものではありません。",
            "2つを、同じときのバックアップから一緒に戻してください。")
    }

    private static let restore = "ring.sealed と ring.key を、同じときのバックアップから一緒に戻してください。"

    private static func stamp(_ folder: String) throws -> Stamp {
        var status = stat()
        guard lstat(sealed(folder).path, &status) == 0 else {
            throw sealed(folder).fault("keys.missing", "鍵束のファイルがありません。", restore)
        }
        return Stamp(
            inode: UInt64(status.st_ino), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    /// One process at a time changes the folder.
    private static func locked(_ folder: String, waits: Bool, _ body: () throws -> Void) throws {
        let place = KeyFile(path: folder)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw place.fault("keys.missing", "鍵フォルダがありません。", "控え（バックアップ）から戻してください。鍵は作り直せません（docs/keys.md）。")
        }
        defer { close(descriptor) }
        guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            // Who is at it settles it.
            if !waits { return }
            throw place.fault("keys.write", "鍵フォルダを押さえられません。", "ほかの renkei が終わるのを待ってください。")
        }
        try body()
    }
}
