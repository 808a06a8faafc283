package import Domain
package import Foundation
package import Policy
package import Programmes
package import Store

/// Where support programmes are imported, matched and offered; every act is one person's, for the programmes' purpose alone.
package struct SupportDesk: Sendable {
    private let desk: SignedIn
    /// The guideline in force.
    package var guideline: Guideline { desk.guideline }
    private let workspace: Workspace

    /// - Throws: `policy.log-in` where name and password fit nobody.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        self.workspace = workspace
        desk = try SignedIn(
            workspace, service, user: user, password: password, for: .programmes, at: at)
    }

    /// A registry file as it can be read, with the table that matches it.
    package struct Reading: Sendable {
        package let registry: RegistryReading
        package let table: MatchingTable
        let sha256: String
    }

    /// Reads a registry file by a guidelines folder; nothing is kept.
    ///
    /// - Throws: `registry.missing`, `registry.encoding`; what is wrong with the matching table; what `RegistryReader.read` throws.
    package static func read(
        _ path: String, guidelines: String, guideline: Guideline
    ) throws -> Reading {
        let table = try MatchingTable.load(
            guidelines + "/programmes/matching.json5", name: "Guidelines/programmes/matching.json5",
            catalogue: guideline.catalogue,
            permits: { guideline.purposes[.programmes]?.items.contains($0) ?? false })
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(
                .notFound, code: "registry.missing", message: "レジストリのファイルがないか、読めません。", file: path,
                fix: "ファイルの場所と権限を確かめてください。")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Fault(
                .configuration, code: "registry.encoding", message: "UTF-8の文字として読めません。", file: path,
                fix: "レジストリのJSONファイル（UTF-8）を指定してください。")
        }
        return Reading(
            registry: try RegistryReader.read(text, name: path, table: table), table: table,
            sha256: Digest.sha256(data))
    }

    /// - Parameters:
    ///   - source: what the registry is called, and where it is from.
    ///   - attribution: the credit line its licence asks for.
    /// - Throws: what `read` throws; `registry.empty`; `Fault` of kind `.denied`.
    package func importRegistry(
        _ path: String, source: String, asOf: Day, attribution: String
    ) throws -> (reading: Reading, kept: KeptRegistry) {
        let reading = try Self.read(path, guidelines: workspace.guidelines, guideline: desk.guideline)
        try Self.requireProgrammes(reading, in: path)
        let kept = try desk.service.importRegistry(
            Registry(
                source: source, asOf: asOf, attribution: attribution, sha256: reading.sha256,
                programmes: reading.registry.programmes),
            table: reading.table, actor: desk.actor, decision: desk.decision(.record), at: desk.at)
        return (reading, kept)
    }

    /// - Throws: `registry.empty` where there is no programme that could be imported.
    package static func requireProgrammes(_ reading: Reading, in path: String) throws(Fault) {
        guard reading.registry.programmes.isEmpty else { return }
        throw Fault(
            .gate, code: "registry.empty", message: "使える制度が一つもありません。これまでのレジストリを使い続けます。", file: path,
            fix: "「renkei support check」で、記録ごとの理由を確かめてください。")
    }

    /// A page of households in which a programme seems to be missed.
    package func missed(after: SupportCursor?, limit: Int) throws -> SupportPage {
        try desk.service.missedSupport(
            actor: desk.actor, deciding: desk.decisions(.list), after: after, limit: limit, at: desk.at)
    }

    /// - Throws: `Fault`: `.denied` where the role may read nobody; `support.nobody` where there is no such child, or this one may not be
    ///   seen: which of the two it is would tell that there is one.
    package func detail(_ whom: Whom) throws -> SupportDetail {
        let deciding = desk.decisions(.read)
        return try Self.ifSeen(deciding) {
            guard
                let detail = try desk.service.support(
                    of: whom, actor: desk.actor, deciding: deciding, at: desk.at)
            else { throw Self.nobody }
            return detail
        }
    }

    private static func ifSeen<Answer>(_ deciding: Decisions, _ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let fault as Fault where deciding.denial == nil && [.denied, .notFound].contains(fault.kind) {
            throw nobody
        }
    }

    private static let nobody = Fault(
        .notFound, code: "support.nobody",
        message: "案内できるこどもが見つかりません。この番号のこどもがいないか、見る範囲の外か、案内を望んでいないか、レジストリがまだありません。",
        fix: "番号を「renkei support missed」で、レジストリを「renkei support list」で確かめてください。")

    /// - Throws: as `detail`; `support.programme`.
    package func record(
        _ what: SupportOutcome.What, channel: SupportOutcome.Channel?, psid: String, of whom: Whom
    ) throws {
        let deciding = desk.decisions(.record)
        try Self.ifSeen(deciding) {
            try desk.service.record(
                SupportOutcome(
                    psid: psid, what: what, channel: channel, actor: desk.actor.description, at: desk.at),
                of: whom, actor: desk.actor, deciding: deciding, at: desk.at)
        }
    }

    /// How many may miss a programme, as the night counts.
    static func count(_ service: ServiceStore, _ guideline: Guideline, at: Date) throws -> MissedSupport {
        guard try service.registry() != nil else { return .notImported }
        let deciding = guideline.decisions(
            for: AccessRequest(
                actor: Night.actor, roles: Night.roles, action: .join,
                items: guideline.purposes[.programmes]?.items ?? [], purpose: .programmes, standing: nil,
                on: Day(inJapanAt: at), isScheduled: true))
        guard deciding.denial == nil else { return .denied }
        return try service.supportCounts(actor: Night.actor, deciding: deciding, at: at).map {
            .counted($0, guideline.catalogue)
        } ?? .notImported
    }
}

/// What a night says of programmes that may be missed, after it was published.
package enum MissedSupport: Sendable {
    /// No registry of programmes was imported.
    case notImported
    /// Policy does not let the night look.
    case denied
    /// With the words for items.
    case counted(SupportCounts, Catalogue)
    /// Japanese, without personal values.
    case failed(why: String)
}
