package import Domain
import Foundation

/// What a municipality sets in `renkei.json5`.
package struct NightSettings: Sendable, Decodable {
    /// The municipality's name, for pages and reports.
    package let municipality: String
    /// The night's day; `nil` = the day the command runs. Fixed for the sample city so that it never ages.
    package let asOf: Day?
    /// Worker threads of linkage; results do not depend on it.
    package let threads: Int
    /// Free space the night asks for before it starts, in MiB.
    package let freeSpace: Int
    /// What a compressed extract may expand to, in MiB; `nil` in settings made earlier: 4096.
    package let expandedLimit: Int?
    /// How many finished runs stay on disk.
    package let keepRuns: Int
    package let gates: GateLimits
    /// How many cases the staff can look at in a week; `nil`: not said.
    package let casesPerWeek: Int?
    /// `nil` in settings made earlier: one person decides.
    package let review: ReviewSettings?
    /// `nil` in settings made earlier: an end waits for another person.
    package let cases: CaseSettings?
    /// `nil`: checkpoints go beside the workspace.
    package let audit: AuditSettings?

    /// No setting lets more of the protected lose their protection in a night: that takes somebody, and a reason.
    private static let longestProtectionFall = 0.5

    /// Reads and checks the settings file.
    ///
    /// - Throws: `Fault` of kind `.configuration` naming file and key, or `Faults`.
    package static func load(path: String) throws -> NightSettings {
        let settings = try ConfigurationFile.load(path).decode(NightSettings.self)
        let gates = settings.gates
        let shares = [
            ("gates.rejectedShare", gates.rejectedShare), ("gates.identityChurn", gates.identityChurn),
            ("gates.flagFall", gates.flagFall), ("gates.protectionFall", gates.protectionFall),
        ]
        var wrong = shares.filter { !(0...1).contains($0.1) }.map { ($0.0, "0から1までの割合（5%なら0.05）") }
        if !(1...64).contains(settings.threads) { wrong.append(("threads", "1から64までの整数")) }
        if settings.keepRuns < 2 { wrong.append(("keepRuns", "2以上の整数")) }
        if settings.freeSpace < 0 { wrong.append(("freeSpace", "0以上の整数")) }
        if let limit = settings.expandedLimit, !(1...1 << 20).contains(limit) {
            wrong.append(("expandedLimit", "1から1048576までの整数"))
        }
        if let cases = settings.casesPerWeek, !(1...100_000).contains(cases) {
            wrong.append(("casesPerWeek", "1から100000までの整数"))
        }
        if gates.protectionFall > longestProtectionFall {
            wrong.append(
                (
                    "gates.protectionFall",
                    "\(longestProtectionFall)までの割合（一晩だけ認めるときは「renkei run --accept-gate」に理由を付けて）"
                ))
        }
        if gates.flagGrowth < 1 { wrong.append(("gates.flagGrowth", "1以上の数")) }
        let faults = wrong.map { field, fix in
            Fault(
                .configuration, code: "settings.range", message: "設定の値が使える範囲の外です。", file: path,
                field: field, fix: "\(fix)を書いてください。")
        }
        if let faults = Faults(faults) { throw faults }
        return settings
    }
}

/// How people decide whether two records are one person's.
package struct ReviewSettings: Sendable, Decodable {
    /// Whether a verdict counts only when a second person has said the same.
    package let twoPersons: Bool
}

/// Where the audit trail's checkpoints go.
package struct AuditSettings: Sendable, Decodable {
    /// A folder outside the workspace; a relative path begins at the workspace.
    package let checkpoints: String?
}

/// How people work on cases.
package struct CaseSettings: Sendable, Decodable {
    /// Whether the end of a case waits for another person's approval.
    package let twoPersons: Bool
}

/// The figures a night must keep to be published.
package struct GateLimits: Sendable, Decodable {
    /// Rejected rows of one extract, as a share of its rows (0...1).
    package let rejectedShare: Double
    /// Persons merged or split, as a share of all persons (0...1).
    package let identityChurn: Double
    /// How many times the flags in service a rule may raise.
    package let flagGrowth: Double
    /// The share of a rule's flags in service that may be gone in one night (0...1).
    package let flagFall: Double
    /// The share of the persons under 支援措置 that may be gone in one night (0...1).
    package let protectionFall: Double
}

extension GateLimits {
    private enum CodingKeys: CodingKey {
        case rejectedShare, identityChurn, flagGrowth, flagFall, protectionFall, unlinkedProtection
    }

    /// Limits that settings made earlier do not name yet are the strict ones of a new workspace.
    package init(from decoder: any Decoder) throws {
        let texts = try decoder.container(keyedBy: CodingKeys.self)
        rejectedShare = try texts.decode(Double.self, forKey: .rejectedShare)
        identityChurn = try texts.decode(Double.self, forKey: .identityChurn)
        flagGrowth = try texts.decode(Double.self, forKey: .flagGrowth)
        flagFall = try texts.decodeIfPresent(Double.self, forKey: .flagFall) ?? 0.5
        protectionFall = try texts.decodeIfPresent(Double.self, forKey: .protectionFall) ?? 0.1
        // Settings made earlier have a number here; who was looked at counts now, not how many.
        _ = try texts.decodeIfPresent(Int.self, forKey: .unlinkedProtection)
    }
}
