package import Domain
package import Flagging
package import Foundation
package import Policy
package import Store

/// What flag rules would find in the run in service, without a case being opened: how many, where, and of what age.
///
/// The pass is the night's own: joined for each purpose as policy allows, and audited as tried by who asked for it.
package struct RuleTrial: Sendable {
    /// Where somebody lives and of what age; a town that protection hides is not told.
    package struct Place: Sendable, Hashable {
        package let area: String
        /// 通学区域; empty where the town's is not known.
        package let school: String
        package let group: String
    }

    /// The night's day.
    package let asOf: Day
    /// In the order of the queue, each person once.
    package let queue: [Queued]
    package let found: [RuleID: Set<PersonID>]
    package let counts: [RuleCount]
    /// Of whoever a rule finds, and of whoever was asked for.
    package let places: [PersonID: Place]
    /// Everybody whom the rules were applied to.
    package let persons: Int
    /// Whether the city has a table of school areas.
    package let knowsSchools: Bool

    /// A person the rules find.
    package struct Queued: Sendable {
        package let ranked: Ranked
        package let rules: [RuleID]

        package var person: PersonID { ranked.person }
        package var urgency: Urgency { ranked.urgency }
    }

    /// - Parameters:
    ///   - rules: in the place of the workspace's own.
    ///   - asker: whose trial the trail tells of.
    ///   - wanted: persons whose places are asked for though no rule finds them.
    ///   - ranker: in whose order they queue.
    ///   - observe: told what each rule says of each person; combinations of flags excepted.
    /// - Throws: `Fault` where nothing is published, `Faults` where the rulebook cannot be read.
    package static func run(
        _ workspace: Workspace, _ service: ServiceStore, rulebook: Rulebook, rules: RuleSet, for asker: Actor,
        wanted: Set<PersonID> = [], by ranker: some Ranker = QueueOrder(),
        now: @escaping @Sendable () -> Date,
        observing observe: (PersonID, RuleID, RuleOutcome) -> Void = { _, _, _ in }
    ) throws -> RuleTrial {
        let areas = try SchoolAreas(folder: workspace.guidelines)
        let (run, publication) = try workspace.openPublishedRun(of: service)
        let summary = publication.summary
        var pass = RaiseFlags(
            rules: rules, guideline: rulebook.guideline, mappings: rulebook.mappings,
            extracts: summary.extracts, asOf: summary.asOf, store: run, service: service, now: now,
            log: NightLog(seconds: { now().timeIntervalSinceReferenceDate }, listener: { _ in }),
            tellsAreas: true)
        pass.asker = asker
        var places: [PersonID: Place] = [:]
        var seen: Set<PersonID> = []
        let result = try pass.run { person, rule, outcome in
            observe(person.id, rule, outcome)
            seen.insert(person.id)
            guard places[person.id]?.area.isEmpty ?? true else { return }
            if case .flag = outcome {} else if !wanted.contains(person.id) { return }
            places[person.id] = Place(
                area: person.area ?? "", school: person.area.flatMap(areas.area(of:)) ?? "",
                group: ageGroup(person.birth, on: summary.asOf))
        }
        let byPerson = Dictionary(grouping: result.flags, by: \.person)
        let queue = byPerson.map { person, flags in
            Queued(
                ranked: Ranked(
                    person: person, urgency: flags.map(\.urgency).min() ?? .normal,
                    independent: Difficulty.independent(flags.map(\.difficulties).filter { !$0.isEmpty }),
                    since: flags.map(\.since).min() ?? summary.asOf), rules: flags.map(\.rule).sorted())
        }
        return RuleTrial(
            asOf: summary.asOf,
            queue: queue.sorted { ranker.precedes($0.ranked, $1.ranked) },
            found: Dictionary(grouping: result.flags, by: \.rule).mapValues { Set($0.map(\.person)) },
            counts: result.counts, places: places, persons: seen.count, knowsSchools: !areas.isEmpty)
    }

    /// How many of `persons` there are by one part of their place.
    package func tally(_ persons: some Sequence<PersonID>, by part: KeyPath<Place, String>) -> [String: Int] {
        persons.reduce(into: [:]) { counts, person in
            let word = places[person]?[keyPath: part] ?? ""
            counts[word.isEmpty ? "不明" : word, default: 0] += 1
        }
    }

    /// The age groups of reports; from the youngest the person can be.
    package static func ageGroup(_ birth: PartialDate?, on day: Day) -> String {
        guard let born = birth?.range.upperBound else { return "不明" }
        let grade = born.schoolGrade(on: day)
        return switch born.age(on: day) {
        case ..<3: "0〜2歳"
        case _ where grade < 1: "3歳〜就学前"
        case _ where grade <= 6: "小学生"
        case _ where grade <= 9: "中学生"
        case ..<18: "15〜17歳"
        default: "18歳以上"
        }
    }
}

/// Counts of persons as they may be told: small ones are not, nor what would give them away.
package enum SmallCounts {
    /// Fewer than this are told as such.
    package static let least = 10

    /// `nil` for a count that is not told by itself.
    package static func told(_ count: Int) -> Int? { (1..<least).contains(count) ? nil : count }

    /// Counts of the same persons by different measures: also those that lie so near to one that is told that few would be told apart.
    package static func told(apart counts: [Int]) -> [Int?] {
        var known: Set<Int> = []
        return counts.map { count in
            guard let told = told(count), known.allSatisfy({ self.told(abs($0 - count)) != nil }) else {
                return nil
            }
            known.insert(told)
            return told
        }
    }

    /// `nil` for a count that is not told. Where only one is hidden, the next smallest is too, or the total would tell it.
    ///
    /// - Parameter hidingSums: also where the hidden ones are together fewer than `least`.
    package static func told(_ counts: [String: Int], hidingSums: Bool = false) -> [String: Int?] {
        var told: [String: Int?] = counts.mapValues { (1..<least).contains($0) ? nil : $0 }
        func hidden() -> [Int] { told.filter { $0.value == nil }.map { counts[$0.key] ?? 0 } }
        var rest = counts.filter { $0.value >= least }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        // Where none is left to hide behind, who is nowhere else would be there.
        if hidingSums { rest += counts.filter { $0.value == 0 }.sorted { $0.key < $1.key } }
        for next in rest {
            let few = hidden()
            guard few.count == 1 || hidingSums && !few.isEmpty && few.reduce(0, +) < least else { break }
            told[next.key] = .some(nil)
        }
        return told
    }
}
