package import Domain
internal import Foundation

/// The secret keys of a workspace, one file each, and the ring of those that seal: an id, a pseudonym, a sealed name and a
/// signature never share one.
package struct WorkspaceKeys: Sendable {
    let linkage: SecretKey
    let pseudonyms: SecretKey
    let ringFile: KeyRingFile
    /// Seed of the Ed25519 key that signs checkpoints of the audit trail.
    let audit: SecretKey

    /// The ring as it is now; who reads for long keeps the one it began with.
    package var ring: KeyRing { ringFile.ring }

    static let names = ["linkage.key", "pseudonym.key", "audit.key"]

    /// Those that are never replaced, by file.
    var lasting: [(file: String, id: String)] {
        zip(Self.names, [linkage, pseudonyms, audit]).map { ($0, $1.id) }
    }

    private init(_ keys: [[UInt8]], _ ringFile: KeyRingFile) throws {
        linkage = try SecretKey(keys[0])
        pseudonyms = try SecretKey(keys[1])
        audit = try SecretKey(keys[2])
        self.ringFile = ringFile
    }

    /// Creates the folder (0700) and fresh key files (0600).
    ///
    /// - Throws: `Fault` where the folder already holds a key, or cannot be written.
    @discardableResult
    package static func create(folder: String) throws -> WorkspaceKeys {
        guard sodiumIsReady else { throw unready() }
        let made = mkdir(folder, 0o700) == 0
        let place = KeyFile(path: folder)
        guard made ? chmod(folder, 0o700) == 0 : errno == EEXIST else {
            throw place.fault("keys.write", "鍵フォルダを作れません。", "上のフォルダの場所・権限・空きを確認してください。")
        }
        try checkFolder(folder)
        let files = names.map { KeyFile(path: folder + "/" + $0) }
        let taken = files + ["ring.key", "ring.sealed", "vault.key"].map { KeyFile(path: folder + "/" + $0) }
        if let existing = taken.first(where: { access($0.path, F_OK) == 0 }) {
            throw existing.fault("keys.exist", "鍵ファイルがすでにあります。", "既存の鍵を使うか、別のフォルダを指定してください。")
        }
        for file in files { try file.create(randomBytes(SecretKey.length)) }
        try KeyRingFile.create(folder: folder)
        return try load(folder: folder)
    }

    /// - Parameter service: the database that may know a ring already (`ServiceStore`); where it does, a lost one is not made anew.
    /// - Throws: `Faults` naming every file that is missing, unreadable, or open to somebody else.
    package static func load(folder: String, service: String? = nil) throws -> WorkspaceKeys {
        guard sodiumIsReady else { throw unready() }
        var faults: [Fault] = []
        var keys: [[UInt8]] = []
        do { try checkFolder(folder) } catch let fault as Fault { faults.append(fault) }
        for name in names {
            do {
                keys.append(try KeyFile(path: folder + "/" + name).read())
            } catch let fault as Fault { faults.append(fault) }
        }
        var ringFile: KeyRingFile?
        do {
            ringFile = try KeyRingFile(folder: folder) { service.map(ServiceStore.knowsRing) ?? false }
        } catch let fault as Fault { faults.append(fault) }
        if let faults = Faults(faults) { throw faults }
        guard let ringFile else { preconditionFailure("INVARIANT: without a ring there is a fault") }
        return try WorkspaceKeys(keys, ringFile)
    }

    /// Opaque key of an identity within a source: equal for equal canonical text, and for nothing else.
    package func recordKey(source: SourceID, canonical: String) -> String {
        hexadecimal(linkage.shortMac("record key", [source.rawValue, canonical]))
    }

    /// Opaque key of a source's own number for a person; of a row's guardian it is another than of its child.
    package func numberKey(source: SourceID, subject: Subject, _ number: PersonNumber) -> String {
        hexadecimal(
            linkage.shortMac(
                "number key", [source.rawValue, subject.rawValue, number.space, number.number]))
    }

    /// Opaque keys of birth and given name together, one for each way the name is written (of a name that is not split, of the
    /// whole): whose they all are not is somebody else. An age is no birth: it is another one every year.
    package func marks(source: SourceID, _ identifiers: Identifiers) -> Set<String> {
        let birth =
            switch identifiers.birth {
            case .day(let day): "\(day)"
            case .month(let year, let month): "\(year)-\(month)"
            case .year(let year): "\(year)"
            case .age, nil: ""
            }
        let names = identifiers.names.flatMap { name in
            name.given.isEmpty && name.givenKana.isEmpty
                ? [name.unsplit, name.unsplitKana] : [name.given, name.givenKana]
        }
        return Set(
            names.filter { !$0.isEmpty }.map {
                hexadecimal(linkage.shortMac("mark", [source.rawValue, birth, $0]))
            })
    }

    /// `P-` and 13 characters; `attempt` counts up where an id is taken.
    package func personID(founding: String, attempt: Int) -> PersonID {
        PersonID("P-" + crockford(linkage.mac("person id", [founding, String(attempt)])))
    }

    /// `C-` and 13 characters, for a person's first, second … case.
    package func caseID(person: PersonID, sequence: Int) -> CaseID {
        CaseID("C-" + crockford(linkage.mac("case id", [person.rawValue, String(sequence)])))
    }

    /// Unlinkable between two domains without the key.
    package func pseudonym(of person: PersonID, domain: String) -> Pseudonym {
        Pseudonym(hexadecimal(pseudonyms.mac("pseudonym", [domain, person.rawValue]).prefix(16)))
    }

    /// Keyed print of what a row says, for the trail: it tells nothing, and nobody at the database can make it of another text.
    func contentPrint(_ text: String) -> String {
        hexadecimal(pseudonyms.mac("step content", [text]).prefix(16))
    }

    /// Keyed index of a name typed at the log-in, which may be anything, even a password in the wrong field.
    func logInIndex(_ user: UserID) -> [UInt8] {
        Array(pseudonyms.mac("log-in name", [user.rawValue]).prefix(16))
    }

    /// Keyed hash of a machine's token, by which it is looked up.
    func tokenMark(_ token: String) -> [UInt8] { pseudonyms.mac("api token", [token]) }

    /// Under which wrong tokens of whatever kind are counted together.
    var wrongTokens: [UInt8] { Array(pseudonyms.mac("wrong tokens", []).prefix(16)) }

    /// Keyed index of a household number: groups without naming.
    func householdIndex(_ household: HouseholdID) -> [UInt8] {
        Array(linkage.mac("household index", [household.rawValue]).prefix(16))
    }

    /// The same of the register's numbers, as tombstones keep it.
    package func householdKey(_ household: HouseholdID) -> String { hexadecimal(householdIndex(household)) }

    private static func checkFolder(_ folder: String) throws {
        let place = KeyFile(path: folder)
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw place.fault("keys.missing", "鍵フォルダがありません。", "控え（バックアップ）から戻してください。鍵は作り直せません（docs/keys.md）。")
        }
        try place.checkAccess(status, mode: 0o700)
    }

    private static func unready() -> Fault {
        Fault(
            .internal, code: "keys.sodium", message: "暗号ライブラリ libsodium を初期化できません。",
            fix: "libsodium の導入を確認してください。")
    }
}

/// The first 65 bits as 13 characters of Crockford's base 32 (no I, L, O, U: safe to read aloud).
func crockford(_ bytes: [UInt8]) -> String {
    let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    let characters = (0..<13).map { position -> UInt8 in
        var value = 0
        for bit in position * 5..<position * 5 + 5 {
            value = value << 1 | Int(bytes[bit / 8] >> (7 - UInt8(bit % 8)) & 1)
        }
        return alphabet[value]
    }
    return String(decoding: characters, as: UTF8.self)
}

/// Makes a file's bytes survive a power cut.
func synchronise(file path: String) throws { try synchronise(path, flags: O_RDONLY) }

/// Makes the names in a folder survive a power cut.
func synchronise(folder path: String) throws { try synchronise(path, flags: O_RDONLY | O_DIRECTORY) }

private func synchronise(_ path: String, flags: Int32) throws {
    let file = open(path, flags | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, fsync(file) == 0 else {
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(errno)
        throw Fault(
            .inputOutput, code: isFull ? "disk.full" : "disk.io", message: "ディスクへの書き込みを確定できませんでした。",
            file: URL(filePath: path).lastPathComponent, fix: "ディスクの空きと状態を確認してから、もう一度実行してください。")
    }
}
