package import Domain
import Extracts
package import Foundation
import Mapping
import Policy
package import Store

/// The rejected rows of one finished run, published or not, for the person who mends them: those in that person's range alone.
package struct Quarantine: RejectedRows {
    package let name: String
    /// Whether the run is the one in service; else it stopped at a gate, or is an older one.
    package let isInService: Bool
    /// In the order they were read; no word of what the rows hold.
    package let files: [RejectedFile]
    /// What became of the rows of every extract, in the same order.
    package let ledgers: [FileLedger]
    private let isOwn: (SourceID) -> Bool
    let run: RunStore
    let service: ServiceStore
    let rulebook: Rulebook
    let actor: Actor
    let decision: Decision
    let at: Date
    /// When the corrections that are kept were taken back.
    private let corrected: [ExtractPlace: Date]

    package func lapsed() throws -> [LapsedCorrections] {
        try service.lapsedCorrections().filter { isOwn($0.source) }
    }

    /// In which role whoever operates the machine mends rows, and for which purpose.
    package static let role: RoleID = "linkage-officer"
    package static let purpose: PurposeID = "operations"

    /// Opens a run: the named one, else the newest that is whole.
    ///
    /// - Throws: `Fault` of kind `.notFound`; `.denied` where a user may mend nothing; `policy.log-in`.
    package static func open(
        _ workspace: Workspace, run name: String?, as asker: Asker, at: Date
    ) throws -> Quarantine {
        let service = try workspace.openService()
        return try open(
            workspace, in: service, under: { try GuidelineInForce.load(workspace, service) }, run: name,
            as: asker, at: at)
    }

    /// The same in a database that is open already.
    ///
    /// - Parameter inForce: asked when it is known who asks.
    package static func open(
        _ workspace: Workspace, in service: ServiceStore, under inForce: () throws -> GuidelineInForce,
        run name: String?, as asker: Asker, at: Date
    ) throws -> Quarantine {
        let rights = try asker.rights(in: service, as: role, at: at)
        let rulebook = try Rulebook.load(workspace, inForce(), passesOverBroken: true)
        // Whose row it is cannot be known, so that protection is taken to hold.
        var request = AccessRequest(
            actor: rights.actor, roles: rights.roles, action: .mend, items: [], purpose: purpose,
            standing: nil, on: Day(inJapanAt: at), scopes: rights.scopes)
        let reach = rulebook.guideline.reach(of: rights.roles, given: rights.scopes)
        request.remit = reach.inside
        let decision = rulebook.guideline.decide(request)
        if asker.isUser, case .deny = decision {
            try service.refuseMending(actor: rights.actor, decision: decision, at: at)
        }
        let isOwn = { (source: SourceID) in
            reach.remit(ofDepartment: rulebook.mappings[source]?.department) == .within
        }
        let keys = try WorkspaceKeys.load(folder: workspace.keys)
        let current = try service.currentPublication()
        let candidates = try name.map { [$0] } ?? newest(workspace, service, current)
        var unreadable: Fault?
        // Names come from the command line: no way out of the runs' folder.
        for candidate in candidates where !candidate.contains("/") && candidate != ".." {
            let run: RunStore
            do {
                run = try RunStore.open(folder: "\(workspace.runs)/\(candidate)", keys: keys)
            } catch let fault as Fault
                where ["publication.other-form", "publication.other-root"].contains(fault.code)
            {
                unreadable = unreadable ?? fault
                continue
            } catch {
                continue
            }
            return Quarantine(
                name: candidate, isInService: candidate == current?.folder,
                files: try run.rejectedFiles().filter { isOwn($0.source) },
                ledgers: try run.ledgers().filter { isOwn($0.source) },
                isOwn: isOwn, run: run,
                service: service,
                rulebook: rulebook, actor: rights.actor, decision: decision, at: at,
                corrected: try service.correctedPlaces())
        }
        if let unreadable { throw unreadable }
        throw Fault(
            .notFound, code: "run.unknown", message: name == nil ? "終わった実行がまだありません。" : "その実行はありません。",
            file: name.map { "\(workspace.runs)/\($0)" },
            fix: name == nil ? "「renkei run」を実行してください。" : "「renkei status」で実行の番号を確かめてください。")
    }

    private init(
        name: String, isInService: Bool, files: [RejectedFile], ledgers: [FileLedger],
        isOwn: @escaping (SourceID) -> Bool, run: RunStore, service: ServiceStore, rulebook: Rulebook,
        actor: Actor,
        decision: Decision, at: Date,
        corrected: [ExtractPlace: Date]
    ) {
        self.name = name
        self.isInService = isInService
        self.files = files
        self.ledgers = ledgers
        self.isOwn = isOwn
        self.run = run
        self.service = service
        self.rulebook = rulebook
        self.actor = actor
        self.at = at
        self.decision = decision
        self.corrected = corrected
    }

    /// The title of a source's extracts, as its mapping has it.
    package func title(of source: SourceID) -> String { rulebook.mappings[source]?.title ?? source.rawValue }

    /// A run that stopped at a gate is newer than the one in service; one that stopped earlier left nothing to read.
    private static func newest(
        _ workspace: Workspace, _ service: ServiceStore, _ current: PublicationInfo?
    ) throws -> [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: workspace.runs)) ?? []
        let failed = try service.lastFailure().map { failure in
            newestFirst(folders, of: failure.run)
        }
        return (failed ?? []) + [current?.folder].compactMap(\.self)
    }

    /// Those of `folders` in which `run` was built; the tenth time comes before the ninth.
    static func newestFirst(_ folders: [String], of run: RunID) -> [String] {
        let numbered = folders.compactMap { folder -> (name: String, number: Int)? in
            if folder == run.rawValue { return (folder, 1) }
            guard folder.hasPrefix(run.rawValue + "-") else { return nil }
            return Int(folder.dropFirst(run.rawValue.count + 1)).map { (folder, $0) }
        }
        return numbered.sorted { $0.number > $1.number }.map(\.name)
    }

    /// Whether a correction of the row waits for the next night: one that this run has not used already.
    package func isCorrected(_ file: RejectedFile, line: Int) -> Bool {
        guard let at = corrected[ExtractPlace(sha256: file.sha256, line: line)] else { return false }
        return at != file.refused[line]
    }

    package func changed(_ file: RejectedFile, lines: [Int]) throws -> [Int: [String]] {
        let places = lines.filter { isCorrected(file, line: $0) }.map {
            ExtractPlace(sha256: file.sha256, line: $0)
        }
        // A run from before rows were kept has no columns to name.
        guard !places.isEmpty, let columns = try? run.form(of: file.number).header else { return [:] }
        return try service.changedCells(at: places).reduce(into: [:]) { changed, entry in
            changed[entry.key.line] = entry.value.map { RejectedRow.title(of: $0, in: columns) }
        }
    }

    /// The rejected rows that no correction waits for, by extract and reason, also of those that were taken back just now.
    package func waiting() throws -> [WaitingRows] {
        let corrected = try service.correctedPlaces()
        return files.flatMap { file in
            let rows = file.rows.filter { row in
                let at = corrected[ExtractPlace(sha256: file.sha256, line: row.position.line)]
                return at == nil || at == file.refused[row.position.line]
            }
            return Dictionary(grouping: rows, by: \.code).sorted { $0.key < $1.key }
                .map { WaitingRows(file: file, code: $0.key, rows: $0.value.count) }
        }
    }

    /// What the row at `line` of the extract `file` holds, as far as it may be seen; the audit trail names the actor.
    ///
    /// - Throws: `Fault` of kind `.notFound` where no such row was rejected, `.denied` where policy does not let it be read.
    package func row(file name: String, line: Int) throws -> RejectedRow {
        let (file, rejection) = try rejection(file: name, line: line)
        let kept = try service.rejectedRows(
            [(file.number, line)], of: run, isExport: false, actor: actor, decision: decision,
            references: ["file": name, "line": String(line), "run": self.name], at: at)
        let reading = try reading(file)
        let content = try reading.content(of: kept[0], rejection)
        let correction = try waitingCorrection(of: file, line: line)
        return RejectedRow(
            file: file, rejection: rejection, content: content, columns: reading.form.header,
            changes: correction.map { reading.changes($0, of: content) } ?? [])
    }

    /// The caller has read the row, so that the trail knows.
    func waitingCorrection(of file: RejectedFile, line: Int) throws -> Corrections.Entry? {
        guard isCorrected(file, line: line) else { return nil }
        return try service.keptCorrection(at: ExtractPlace(sha256: file.sha256, line: line))
    }

    /// - Throws: `Fault` of kind `.notFound`.
    func rejection(file name: String, line: Int) throws(Fault) -> (RejectedFile, Rejection) {
        guard let file = files.first(where: { $0.file == name }),
            let rejection = file.rows.first(where: { $0.position.line == line })
        else {
            throw Fault(
                .notFound, code: "rejected.unknown", message: "実行「\(self.name)」で、その行は却下されていません。",
                fix: "「renkei rejected list」で、ファイル名と行を確かめてください。")
        }
        return (file, rejection)
    }

    /// How to make out the rows of `file`.
    func reading(_ file: RejectedFile) throws -> RejectedReading {
        guard let mapping = rulebook.mappings[file.source] else {
            throw Fault(
                .configuration, code: "mapping.gone",
                message: "「\(file.title)」の対応づけが、今の Mappings にないか、誤りがあります。",
                fix: "「renkei mapping check」で確かめ、対応づけを戻してから、もう一度実行してください。")
        }
        return try RejectedReading(
            mapping: mapping, form: run.form(of: file.number),
            obligations: decision.grant?.obligations.all ?? Set(Obligation.allCases))
    }
}
