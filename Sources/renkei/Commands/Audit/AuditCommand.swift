import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei audit …`: whether the trail is whole, and what stands in it.
enum AuditCommand {
    static let all: [Command] = [
        Command(usage: AuditVerifyCommand.usage, run: AuditVerifyCommand.run),
        Command(usage: AuditCompareCommand.usage, run: AuditCompareCommand.run),
        Command(usage: AuditProofCommands.proving, run: AuditProofCommands.prove),
        Command(usage: AuditProofCommands.exporting, run: AuditProofCommands.export),
        Command(usage: AuditLists.whoRead, run: AuditLists.runWhoRead),
        Command(usage: AuditLists.user, run: AuditLists.runUser),
        Command(usage: AuditLists.reads, run: AuditLists.runReads),
        Command(usage: AuditLists.changes, run: AuditLists.runChanges),
        Command(usage: AuditAnalyseCommand.usage, run: AuditAnalyseCommand.run),
        Command(usage: AuditAnalyseCommand.relating, run: AuditAnalyseCommand.relate),
        Command(usage: AuditClockCommand.usage, run: AuditClockCommand.run),
        Command(usage: AuditRestoreCommand.usage, run: AuditRestoreCommand.run),
    ]

    static let from = Option("from", "YYYY-MM-DD", "この日から")
    static let to = Option("to", "YYYY-MM-DD", "この日まで")
}

/// The workspace as who is at this machine may look at its trail: as the privacy officer does.
struct AuditDesk {
    let workspace: Workspace
    let service: ServiceStore
    let now = Date()

    init(_ arguments: ParsedArguments) throws {
        workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        service = try workspace.openService(evenRestored: true)
    }

    var folder: CheckpointFolder {
        get throws {
            CheckpointFolder(workspace, try NightSettings.load(path: workspace.settings), of: service)
        }
    }

    /// The guideline that decides, or before the first one the folder's, and its answer about the trail.
    func deciding() throws -> (guideline: Guideline, decide: Decisions) {
        // Who began what must be readable before the first guideline is in force too.
        let guideline = try GuidelineInForce.orFolder(workspace, service).guideline
        let decide = guideline.decisions(
            for: AccessRequest(
                actor: .operating, roles: [ServiceStore.oversight], action: .audit, items: [],
                purpose: "operations", standing: nil, on: Day(inJapanAt: now)))
        return (guideline, decide)
    }
}
