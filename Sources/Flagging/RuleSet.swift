package import Domain
internal import Foundation

/// The flag rules in `Guidelines/rules`, checked and compiled.
package struct RuleSet: Sendable {
    /// In id order.
    package let rules: [FlagRule]

    /// Reads `rules/*.json5` (one rule a file, named by its id) and `wording/flagging.json5` of a guideline folder.
    ///
    /// - Parameters:
    ///   - folder: the `Guidelines` folder.
    ///   - purposes: the purposes that exist; `nil` leaves purposes unchecked.
    ///   - permits: whether a purpose may use an item; `nil` leaves it unchecked.
    /// - Throws: `Faults`, all that were found in all files.
    package static func load(
        folder: String, catalogue: Catalogue, purposes: Set<PurposeID>?,
        permits: ((ItemCode, PurposeID) -> Bool)? = nil
    ) throws -> RuleSet {
        let wording = try FlaggingWording.load(folder: folder)
        let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/rules")) ?? []
        let files = listed.filter { $0.hasSuffix(".json5") }.sorted()
        var faults: [Fault] = []
        if files.isEmpty {
            faults.append(
                Fault(
                    .configuration, code: "rules.none", message: "判定規則が1つもありません。", file: "rules",
                    fix: "Guidelines/rules に判定規則のファイル（.json5）を置いてください。"))
        }
        var rules: [FlagRule] = []
        for name in files {
            do {
                let file = try ConfigurationFile.load("\(folder)/rules/\(name)", name: "rules/\(name)")
                var reader = RuleReader(
                    wording: wording, catalogue: catalogue, purposes: purposes, permits: permits)
                rules.append(try reader.read(file, stem: String(name.dropLast(".json5".count))))
            } catch let found as Faults {
                faults += found.all
            } catch let fault as Fault {
                faults.append(fault)
            }
        }
        if let faults = Faults(faults) { throw faults }
        return RuleSet(rules: rules.sorted { $0.id < $1.id })
    }

    /// The purposes that rules serve, in order; each is joined on its own.
    package var purposes: [PurposeID] { Set(rules.map(\.purpose)).sorted() }

    /// What the rules of one purpose read.
    package func items(for purpose: PurposeID) -> Set<ItemCode> {
        Set(rules.lazy.filter { $0.purpose == purpose }.flatMap(\.items))
    }

    /// The rules in effect that look at any of `items`; combinations look at flags only.
    package func rules(reading items: Set<ItemCode>, on day: Day) -> Set<RuleID> {
        Set(rules.lazy.filter { $0.isInEffect(on: day) && !items.isDisjoint(with: $0.items) }.map(\.id))
    }

    /// What one rule says of one person; pure, and the same on any thread.
    ///
    /// - Parameters:
    ///   - person: joined for the rule's purpose: holds only facts that are permitted for it.
    ///   - day: the night's day; facts of later days are not looked at.
    ///   - sources: how current each source is tonight.
    ///   - sourcesOf: the sources that supply an item, from the mappings. Absence counts only if all of them are fresh.
    ///   - withheld: items that policy holds back for this person or household (利用停止, 支援措置), so that what
    ///     is held back does not look missing.
    /// - Returns: `notApplicable` for a combination; those come from `combine`.
    package func evaluate(
        _ person: JoinedPerson, rule: FlagRule, on day: Day, sources: [SourceID: SourceFreshness],
        sourcesOf: [ItemCode: [SourceID]], withheld: Set<ItemCode> = []
    ) -> RuleOutcome {
        guard case .condition(let condition) = rule.search, rule.isInEffect(on: day) else {
            return .notApplicable
        }
        let isIncluded = rule.population.includes(person, on: day)
        if isIncluded == false { return .notApplicable }
        let evaluation = Evaluation(
            person: person, day: day, sources: sources, sourcesOf: sourcesOf, withheld: withheld)
        let verdict = evaluation.verdict(of: condition)
        // Where the condition does not hold, neither birth date nor register could make it a finding.
        if case .no = verdict { return .noFinding }
        if isIncluded == nil {
            let isRegistered = rule.population.isRegistered(person)
            return .notEvaluated(isRegistered == nil ? .rejectedRows(person.unread.sorted()) : .birthUnknown)
        }
        switch verdict {
        case .no: return .noFinding
        case .notYet(let until): return .notYetDue(until)
        case .unknown(let gap): return .notEvaluated(gap)
        case .yes(let finding):
            for suppression in rule.suppressions {
                if let outcome = suppression.outcome(of: finding, person: person, on: day) { return outcome }
            }
            let open = rule.suppressions.filter { $0.isOpen(for: person, on: day) }.compactMap(\.item)
            if let gap = evaluation.rejected(open) { return .notEvaluated(gap) }
            let told = evaluation.told(finding, lacking: open)
            return .flag(rule.flag(person.id, for: told, on: day))
        }
    }

    /// The second pass: flags that come from other flags of the same purpose, such as several kinds of difficulty.
    ///
    /// - Parameter flags: the night's flags of any number of persons.
    /// - Returns: only the additional flags, by person and rule. Offers of support are no concern and do not count.
    package func combine(_ flags: [Flag], on day: Day) -> [Flag] {
        let byPerson = Dictionary(grouping: flags.filter { $0.urgency != .offer }, by: \.person)
        return byPerson.keys.sorted().flatMap { person in
            rules.compactMap { rule in
                guard case .combination(let least, let say) = rule.search, rule.isInEffect(on: day) else {
                    return nil
                }
                let combination = Combination(
                    among: byPerson[person] ?? [], of: rule, in: self, atLeast: least)
                return combination.map { rule.flag(person, for: $0.finding(say), on: day) }
            }
        }
    }

    /// The combinations that could still come about for a person if rules that cannot tell tonight found something.
    ///
    /// - Parameters:
    ///   - flags: the person's flags of the night.
    ///   - undecided: the rules that could not be applied to the person.
    package func openCombinations(_ flags: [Flag], undecided: Set<RuleID>, on day: Day) -> [RuleID] {
        let found = Set(flags.map(\.rule))
        return rules.compactMap { rule in
            guard case .combination(let least, _) = rule.search, rule.isInEffect(on: day),
                !found.contains(rule.id)
            else { return nil }
            func counting(_ ids: Set<RuleID>) -> Int {
                ids.count { id in
                    self.rule(id).map { $0.purpose == rule.purpose && $0.urgency != .offer } ?? false
                }
            }
            return counting(undecided) > 0 && counting(undecided.union(found)) >= least ? rule.id : nil
        }
    }

    func rule(_ id: RuleID) -> FlagRule? { rules.first { $0.id == id } }
}

/// Flags of one person and one purpose, enough of which share no kind of difficulty with each other.
private struct Combination {
    let flags: [Flag]
    let count: Int
    let since: Day

    init?(among flags: [Flag], of combining: FlagRule, in set: RuleSet, atLeast least: Int) {
        let purpose = combining.purpose
        let own = flags.filter { set.rule($0.rule)?.purpose == purpose }.sorted {
            ($0.since, $0.rule) < ($1.since, $1.rule)
        }
        // Since the day on which enough of them had come together.
        let needed = own.indices.first { Self.independent(own[...$0]) >= least }
        guard let needed else { return nil }
        self.flags = own.sorted { $0.rule < $1.rule }
        since = own[needed].since
        count = Self.independent(own[...])
    }

    /// The largest number of flags that share no difficulty pairwise. A person has a dozen flags at most.
    private static func independent(_ flags: ArraySlice<Flag>, taken: Set<Difficulty> = []) -> Int {
        guard let first = flags.first else { return 0 }
        let without = independent(flags.dropFirst(), taken: taken)
        guard taken.isDisjoint(with: first.difficulties) else { return without }
        return max(without, 1 + independent(flags.dropFirst(), taken: taken.union(first.difficulties)))
    }

    /// Its sentence names the rules that fired, so it needs a grant for whatever any of their reasons speaks of.
    func finding(_ say: Sentence) -> Finding {
        let reasons = flags.flatMap(\.reasons)
        let sources = Dictionary(reasons.flatMap(\.sources).map { ($0.source, $0) }) { first, _ in first }
        let sentence = say.filled { place in
            switch place {
            case .titles: flags.map { "「\($0.title)」" }.joined()
            case .count: "\(count)"
            default: ""
            }
        }
        return Finding(
            reasons: [
                Reason(
                    sentence: sentence, facts: [], items: Set(reasons.flatMap(\.items)).sorted(),
                    sources: sources.keys.sorted().compactMap { sources[$0] })
            ], since: since)
    }
}
