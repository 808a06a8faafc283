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
    /// How many finished runs stay on disk.
    package let keepRuns: Int
    package let gates: GateLimits

    /// Reads and checks the settings file.
    ///
    /// - Throws: `Fault` of kind `.configuration` naming file and key.
    package static func load(path: String) throws -> NightSettings {
        let settings = try ConfigurationFile.load(path).decode(NightSettings.self)
        guard (1...64).contains(settings.threads), settings.keepRuns >= 2, settings.freeSpace >= 0,
            (0...1).contains(settings.gates.rejectedShare), (0...1).contains(settings.gates.identityChurn),
            settings.gates.flagGrowth >= 1
        else {
            throw Fault(
                .configuration, code: "settings.range", message: "設定の値が使える範囲の外です。", file: path,
                field: "threads / keepRuns / freeSpace / gates",
                fix: "threads は1〜64、keepRuns は2以上、freeSpace は0以上、割合は0〜1、flagGrowth は1以上にしてください。")
        }
        return settings
    }
}

/// The figures a night must keep to be published.
package struct GateLimits: Sendable, Decodable {
    /// Rejected rows of one extract, as a share of its rows (0...1).
    package let rejectedShare: Double
    /// Persons merged or split, as a share of all persons (0...1).
    package let identityChurn: Double
    /// How many times last night's flags a rule may raise.
    package let flagGrowth: Double
}
