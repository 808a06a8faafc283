package import Domain
package import Flagging
import Foundation
package import Linkage
package import Mapping
package import Policy
package import Store

/// The item that carries addresses.
let addressItem: ItemCode = "A02"

/// Everything officials wrote that decides a night, read and checked as one before anything starts.
package struct Rulebook: Sendable {
    package let guideline: Guideline
    /// What an official should know of the guideline in force.
    package let notices: [String]
    package let mappings: MappingSet
    package let rules: RuleSet
    package let model: LinkageModel
    /// Hash over the names and bytes of all these files, as they were read; drafts are none of them.
    package let revision: String

    /// Reads guidelines, mappings, rules and model of a workspace.
    ///
    /// - Parameter passesOverBroken: a mapping with faults is left out instead of stopping who only looks at a finished run.
    /// - Throws: `Faults` of kind `.configuration` with everything that is wrong in all of them; `rulebook.changing` where
    ///   somebody is editing them.
    package static func load(
        _ workspace: Workspace, _ inForce: GuidelineInForce, passesOverBroken: Bool = false
    ) throws -> Rulebook {
        try settled(
            revision: {
                try revision(
                    of: [workspace.mappings, workspace.guidelines], besides: inForce.guideline.revision)
            },
            read: { try read(workspace, inForce, passesOverBroken: passesOverBroken, revision: $0) })
    }

    /// Of the guideline in force in the workspace's own database.
    package static func load(_ workspace: Workspace, passesOverBroken: Bool = false) throws -> Rulebook {
        try load(
            workspace, GuidelineInForce.load(workspace, workspace.openService()),
            passesOverBroken: passesOverBroken)
    }

    /// The workspace's rules with other files in the place of those of the same name, or beside them.
    ///
    /// - Throws: `Faults` of all that is wrong with any of them.
    package func rules(in workspace: Workspace, with drafts: [String]) throws -> RuleSet {
        try RuleSet.load(
            folder: workspace.guidelines, drafts: drafts, catalogue: guideline.catalogue,
            purposes: Set(guideline.purposes.keys),
            permits: { guideline.purposes[$1]?.items.contains($0) ?? false })
    }

    /// The workspace's rules with a proposed one in the place of the one of the same name, or beside them.
    ///
    /// - Throws: as `rules(in:with:)`.
    package func rules(in workspace: Workspace, proposed proposal: RuleProposal) throws -> RuleSet {
        let draft = FileManager.default.temporaryDirectory.path + "/renkei-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: draft) }
        let file = "\(draft)/\(proposal.rule).json5"
        try Data(proposal.text.utf8).write(to: URL(filePath: file))
        return try rules(in: workspace, with: [file])
    }

    /// What `read` makes of files that were the same before and after it, so that the hash is of what was read.
    static func settled<Value>(revision: () throws -> String, read: (String) throws -> Value) throws -> Value
    {
        for _ in 0..<3 {
            let before = try revision()
            let value = try read(before)
            if try revision() == before { return value }
        }
        throw Fault(
            .configuration, code: "rulebook.changing", message: "読んでいる間に、ガイドラインか対応付けが書きかえられました。",
            file: "Guidelines, Mappings", fix: "編集が終わってから、もう一度実行してください。")
    }

    private static func read(
        _ workspace: Workspace, _ inForce: GuidelineInForce, passesOverBroken: Bool, revision: String
    ) throws -> Rulebook {
        let guideline = inForce.guideline
        var faults: [Fault] = []
        func collecting<Value>(_ load: () throws -> Value) throws -> Value? {
            do {
                return try load()
            } catch let several as Faults {
                faults += several.all
            } catch let fault as Fault {
                faults.append(fault)
            }
            return nil
        }
        let mappings = try collecting {
            passesOverBroken
                ? MappingSet.readable(folder: workspace.mappings, catalogue: guideline.catalogue).set
                : try MappingSet.load(folder: workspace.mappings, catalogue: guideline.catalogue)
        }
        let rules = try collecting {
            try RuleSet.load(
                folder: workspace.guidelines, catalogue: guideline.catalogue,
                purposes: Set(guideline.purposes.keys),
                permits: { guideline.purposes[$1]?.items.contains($0) ?? false })
        }
        let model = try collecting {
            try LinkageModel.load(path: workspace.guidelines + "/linkage/model.json")
        }
        guard let mappings, let rules, let model else { throw Faults(faults) ?? faults[0] }
        return Rulebook(
            guideline: guideline, notices: inForce.notices, mappings: mappings, rules: rules, model: model,
            revision: revision)
    }

    /// Refuses a rulebook that a scheduled run may not use on this day.
    ///
    /// - Throws: `Faults` of kind `.configuration`.
    package func requireUsable(on day: Day) throws {
        // First what ended: that 支援措置 is not taken in any more may follow from it.
        if let faults = Faults(purposesRefused(on: day)) { throw faults }
        try requireProtection(on: day)
    }

    /// Purposes of rules that are over, not begun, or whose basis is no basis for standing use.
    private func purposesRefused(on day: Day) -> [Fault] {
        rules.purposes.compactMap { purpose in
            let decision = guideline.decide(
                AccessRequest(
                    actor: Night.actor, roles: Night.roles, action: .join, items: rules.items(for: purpose),
                    purpose: purpose, standing: PersonStanding(), on: day, isScheduled: true))
            guard case .deny(let denial) = decision else { return nil }
            let ids = rules.rules.filter { $0.purpose == purpose }.map(\.id.rawValue).joined(separator: "、")
            return Fault(
                .configuration, code: "purpose.refused", message: "規則 \(ids) を、定時の処理に使えません。\(denial.message)",
                file: "Guidelines/rules", field: purpose.rawValue,
                fix: "利用目的の期間と根拠を審議会の記録と確かめて改めるか、この利用目的の規則を外してください。前回の公開はそのまま使えます。")
        }
    }

    /// Without 支援措置 every address would be open.
    private func requireProtection(on day: Day) throws(Fault) {
        let active = guideline.activeItems(for: Night.actor, roles: Night.roles, on: day)
        guard active.contains(protectionItem),
            mappings.all.contains(where: { $0.isRequired && $0.items.contains(protectionItem) })
        else {
            throw Fault(
                .configuration, code: "protection.missing", message: "支援措置（\(protectionItem)）を取り込めない設定です。",
                file: "Guidelines/purposes, Mappings", field: protectionItem.rawValue,
                fix: "支援措置を有効な利用目的に入れ、支援措置の対応づけを必須（required: true）にしてください。")
        }
    }

    /// - Parameter guideline: the revision in force, in the place of what the folder holds.
    private static func revision(of folders: [String], besides guideline: String) throws -> String {
        var lines = ["guideline \(guideline)"]
        for folder in folders {
            let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            for name in names.sorted()
            where (name.hasSuffix(".json5") || name.hasSuffix(".json"))
                && !name.hasPrefix("\(MappingSet.drafts)/")
                && !GuidelineFiles.parts.contains(where: { name.hasPrefix("\($0)/") })
            {
                lines.append("\(name) \(try Digest.sha256(file: "\(folder)/\(name)"))")
            }
        }
        return Digest.sha256(Array(lines.joined(separator: "\n").utf8))
    }
}

extension MappingSet {
    func sources(of item: ItemCode) -> Set<SourceID> {
        Set(all.filter { $0.items.contains(item) }.map(\.source))
    }

    var rowDropLimits: [SourceID: Double] {
        Dictionary(all.map { ($0.source, $0.rowDropLimit) }, uniquingKeysWith: { first, _ in first })
    }

    var rowRiseLimits: [SourceID: Double] {
        all.reduce(into: [:]) { $0[$1.source] = $1.rowRiseLimit }
    }
}
