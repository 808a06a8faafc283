package import Domain
import JapaneseText
internal import Policy
package import Store

/// Shredding: that nobody can read any more what is kept of a person; asked for by one, done by another.
extension ConsentRegister {
    package func shreddings() throws -> [KeptShredding] {
        try service.shreddings(actor: actor, decision: decision, at: at)
    }

    /// - Throws: `shredding.reason`; what `ServiceStore.proposeShredding` throws, here and below.
    package func proposeShredding(of person: PersonID, reason: String) throws -> KeptShredding {
        try require(reason, of: "消去の申出", "何を受けて消去するか")
        return try service.proposeShredding(
            of: person, reason: reason, actor: actor, decision: decision, at: at)
    }

    package func withdrawShredding(_ id: Int, reason: String) throws -> KeptShredding {
        try require(reason, of: "取下げ", "なぜ取り下げるか")
        return try service.withdrawShredding(id, reason: reason, actor: actor, decision: decision, at: at)
    }

    /// Not while a night runs: it would store again what goes.
    package func shred(
        _ id: Int, reason: String, in workspace: Workspace
    ) throws -> (shredding: KeptShredding, done: ShreddingCounts) {
        try require(reason, of: "消去", "何で確かめたか")
        let lock = try RunLock(path: workspace.lock)
        defer { withExtendedLifetime(lock) {} }
        return try service.shred(id, reason: reason, actor: actor, decision: decision, at: at)
    }

    private func require(_ reason: String, of deed: String, _ example: String) throws {
        try StatedReason.require(
            reason, of: deed, code: "shredding.reason", shortest: 5, example: "「--reason」に、\(example)")
    }
}
