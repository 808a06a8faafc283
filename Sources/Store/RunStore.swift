internal import CSQLite
internal import Domain
internal import Foundation

/// The two files of one night's run: `facts.sqlite` (rows, fates, records, facts) and `vault.sqlite` (identifiers,
/// persons, memberships, links). Two files, because the one without the other tells little.
///
/// Life: `create` → `add…` → `finish` → reads. A run that is not finished cannot be opened, and so not published.
/// Not for two threads at a time.
package final class RunStore {
    package let folder: String
    let keys: WorkspaceKeys
    /// As it was when the run was opened or begun.
    let ring: KeyRing
    /// What the run is sealed by.
    let root: KeyRoot
    let form: Int
    /// Name of the key of what cannot be told apart by person, when the run was built.
    let commonKey: KeyName
    private(set) var facts: Database
    private(set) var vault: Database
    /// Random name of this build: binds the two files to each other, and an audited read to its run.
    let build: String
    private(set) var isFinished: Bool
    var words = RunWords()
    /// While the run is being built.
    let recordKeys = RecordKeys()
    /// Persons added so far, and whose each identity is, until `finish` writes them.
    var persons: [PersonID] = []
    var members: [(entity: Int, person: Int)] = []
    /// By whose names the persons added so far are found.
    var names = NameIndexBuilder()
    /// Numbers given so far.
    var last = (file: 0, record: 0, person: 0)

    private init(
        folder: String, keys: WorkspaceKeys, ring: KeyRing, root: KeyRoot, form: Int, commonKey: KeyName,
        facts: Database, vault: Database, build: String, isFinished: Bool
    ) {
        self.folder = folder
        self.keys = keys
        self.form = form
        self.commonKey = commonKey
        self.ring = ring
        self.root = root
        self.facts = facts
        self.vault = vault
        self.build = build
        self.isFinished = isFinished
    }

    /// Begins the files of a run in a folder that exists; what an interrupted build left there is removed.
    ///
    /// - Throws: `Fault` where the folder holds a finished run.
    package static func create(folder: String, keys: WorkspaceKeys) throws -> RunStore {
        if finishedRun(in: folder) != nil {
            throw Fault(
                .configuration, code: "run.finished", message: "実行フォルダには、完成した実行がすでにあります。",
                file: URL(filePath: folder).lastPathComponent, fix: "完成した実行を開くか、別のフォルダを指定してください。")
        }
        for path in [factsPath(folder), vaultPath(folder)] where access(path, F_OK) == 0 { unlink(path) }
        let facts = try Database(path: factsPath(folder), mode: .building)
        let vault = try Database(path: vaultPath(folder), mode: .building)
        guard chmod(factsPath(folder), 0o600) == 0, chmod(vaultPath(folder), 0o600) == 0 else {
            throw databaseFault(SQLITE_CANTOPEN, systemError: errno, detail: "", path: folder)
        }
        try facts.execute(RunFiles.facts + RunFiles.marker + "BEGIN IMMEDIATE;")
        try vault.execute(RunFiles.vault + RunFiles.marker + "BEGIN IMMEDIATE;")
        let ring = keys.ring
        return RunStore(
            folder: folder, keys: keys, ring: ring, root: ring.root, form: RunFiles.form,
            commonKey: ring.common, facts: facts, vault: vault, build: hexadecimal(randomBytes(16)),
            isFinished: false)
    }

    /// - Throws: `Fault` of kind `.gate` where the run is not finished or its two files do not belong together,
    ///   `publication.other-form` (input/output) where another version of renkei made it, `publication.other-root` likewise where
    ///   what sealed it is gone.
    package static func open(folder: String, keys: WorkspaceKeys) throws -> RunStore {
        guard let (form, build) = finishedRun(in: folder) else { throw RunFiles.unfinished }
        let ring = keys.ring
        let former = ring.former
        guard form == RunFiles.form || form == RunFiles.formOfOneKey && former != nil else {
            throw RunFiles.otherForm(form, folder: folder)
        }
        let facts = try Database(path: factsPath(folder), mode: .readOnly)
        let vault = try Database(path: vaultPath(folder), mode: .readOnly)
        // Ring and key; in a run of one key that key alone.
        let marked = try vault.statement("SELECT key_id FROM marker").first { $0.text(0) } ?? ""
        let name = marked.split(separator: "/", maxSplits: 1).map(String.init)
        guard name.first == (form == RunFiles.form ? ring.id : former?.id) else {
            throw Fault(
                .configuration, code: "keys.other", message: "実行フォルダは、別の鍵で作られています。",
                file: URL(filePath: folder).lastPathComponent, fix: "鍵フォルダが実行を作った環境のものか確認してください。")
        }
        let commonKey = KeyName(text: name.last ?? "")
        guard let root = form == RunFiles.form ? ring.root(ofCommon: commonKey) : ring.root else {
            throw RunFiles.otherRoot(folder: folder)
        }
        let run = RunStore(
            folder: folder, keys: keys, ring: ring, root: root, form: form, commonKey: commonKey,
            facts: facts, vault: vault, build: build, isFinished: true)
        run.words = try RunWords(reading: facts, vault: vault)
        return run
    }

    /// Opens the run a publication points at.
    ///
    /// - Throws: `publication.lost` (input/output) where its folder is gone or not whole any more, and
    ///   `publication.other-form` and `publication.other-root` likewise.
    package static func open(
        published publication: PublicationInfo, in runsFolder: String, keys: WorkspaceKeys
    ) throws -> RunStore {
        let folder = runsFolder + "/" + publication.folder
        do {
            return try open(folder: folder, keys: keys)
        } catch let fault as Fault where fault == RunFiles.unfinished {
            throw Fault(
                .inputOutput, code: "publication.lost", message: "公開中の実行のフォルダがないか、壊れています。",
                file: folder,
                fix: "バックアップからこのフォルダを戻してください。戻せないときは「renkei run --rebuild」で、"
                    + "残っている以前の公開をもとに作り直してください。")
        }
    }

    /// Makes the run whole: indexes, a check of both files, everything on the disk; then, and only then, the markers.
    package func finish() throws {
        guard !isFinished else { return }
        try addMemberships()
        try words.write(to: facts, vault: vault)
        for (database, indexes) in [(vault, RunFiles.vaultIndexes), (facts, RunFiles.factsIndexes)] {
            database.forgetStatements()
            try database.execute("COMMIT")
            try Self.complete(database, indexes: indexes)
        }
        try assertLedger()
        // Where it cannot be written, the first search makes it of the vault.
        try? KeptFile.write(
            names.index.pieces, .names, program: NameIndex.form, folder: folder, ring: ring)
        names = NameIndexBuilder()
        // The facts' marker is the last: a run with it has everything.
        for database in [vault, facts] {
            try Self.mark(database, build: build, ring: ring, commonKey: commonKey)
        }
        try synchronise(folder: folder)
        // The run folder itself is new in its parent.
        try synchronise(folder: URL(filePath: folder).deletingLastPathComponent().path)
        // From here on nobody writes.
        facts = try Database(path: facts.path, mode: .readOnly)
        vault = try Database(path: vault.path, mode: .readOnly)
        isFinished = true
    }

    /// Makes the indexes of a file that is written, checks it, and has it on the disk.
    static func complete(_ database: Database, indexes: String) throws {
        try database.execute(indexes)
        try database.execute("PRAGMA analysis_limit = 1000; ANALYZE;")
        let verdict = try database.statement("PRAGMA quick_check(1)").first { $0.text(0) }
        guard verdict == "ok" else {
            throw databaseFault(SQLITE_CORRUPT, systemError: 0, detail: "", path: database.path)
        }
        database.forgetStatements()
        try synchronise(file: database.path)
    }

    /// Says of a file that is on the disk that it is whole, and what sealed it.
    static func mark(_ database: Database, build: String, ring: KeyRing, commonKey: KeyName) throws {
        try database.execute("PRAGMA synchronous = FULL")
        try database.statement("INSERT INTO marker VALUES (1, ?, ?, ?)").run(
            RunFiles.form, build, "\(ring.id)/\(commonKey.text)")
        database.forgetStatements()
        try synchronise(file: database.path)
    }

    func requireFinished() throws {
        guard isFinished else { throw RunFiles.unfinished }
    }

    func requireBuilding() throws {
        guard !isFinished else {
            throw Fault(
                .internal, code: "run.built", message: "完成した実行は、許可と監査記録なしには読めません。", fix: "開発元に連絡してください。")
        }
    }

    private static func factsPath(_ folder: String) -> String { folder + "/facts.sqlite" }
    static func vaultPath(_ folder: String) -> String { folder + "/vault.sqlite" }

    /// The form and build that both files are marked with; `nil` where one is missing, unmarked, or of another build.
    private static func finishedRun(in folder: String) -> (form: Int, build: String)? {
        var marks: [(form: Int, build: String)] = []
        for path in [factsPath(folder), vaultPath(folder)] {
            // A file that an interrupted build left may be damaged in any way: it is unfinished, not an error.
            guard access(path, F_OK) == 0,
                let mark = try? Database(path: path, mode: .readOnly)
                    .statement("SELECT form, build FROM marker").first(read: { ($0.int(0), $0.text(1)) })
            else { return nil }
            marks.append(mark)
        }
        return marks[0] == marks[1] ? marks[0] : nil
    }
}

// MARK: - Sealed values

extension RunStore {
    /// Opens what the keys of records sealed; in a run of one key, what that did.
    ///
    /// - Parameter records: opaque keys of the records, with a space between.
    /// - Returns: `nil` where one of them is of somebody who was shredded.
    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    func open(_ sealed: [UInt8], in cell: SealedCell, ofRecords records: String) throws -> [UInt8]? {
        guard form != RunFiles.formOfOneKey else { return try ring.former?.open(sealed, in: cell) }
        return try root.withKey(ofRecords: records) {
            try Seal.open(sealed, in: cell, keyName: records, key: $0)
        }
    }

    /// Whether a record is of nobody who was shredded.
    func holds(record: String) -> Bool { ring.shredded.isEmpty || root.holds(.record(record)) }

    /// Opens what is sealed by the key of what cannot be told apart by person.
    ///
    /// - Returns: `nil` where the run is from before somebody was shredded: that key went too.
    func openCommon(_ sealed: [UInt8], in cell: SealedCell) throws -> [UInt8]? {
        guard form != RunFiles.formOfOneKey else { return try ring.former?.open(sealed, in: cell) }
        return try root.open(sealed, in: cell, by: commonKey)
    }

    /// The column that names whose keys seal what people read of a person.
    var sealingRecords: String { form == RunFiles.formOfOneKey ? "''" : "records" }
}
