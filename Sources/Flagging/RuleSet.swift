package import Domain
internal import Foundation

/// The flag rules in `Guidelines/rules`, checked and compiled.
package struct RuleSet: Sendable {
    /// In id order.
    package let rules: [FlagRule]
    private let places: [RuleID: Int]

    /// Reads `rules/*.json5` (one rule a file, named by its id) and `wording/flagging.json5` of a guideline folder.
    ///
    /// - Parameters:
    ///   - folder: the `Guidelines` folder.
    ///   - drafts: paths of rule files in the place of those of the same name, or beside them.
    ///   - purposes: the purposes that exist; `nil` leaves purposes unchecked.
    ///   - permits: whether a purpose may use an item; `nil` leaves it unchecked.
    /// - Throws: `Faults`, all that were found in all files.
    package static func load(
        folder: String, drafts: [String] = [], catalogue: Catalogue, purposes: Set<PurposeID>?,
        permits: ((ItemCode, PurposeID) -> Bool)? = nil
    ) throws -> RuleSet {
        let wording = try FlaggingWording.load(folder: folder)
        let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/rules")) ?? []
        let drafted = Dictionary(drafts.map { (URL(filePath: $0).lastPathComponent, $0) }) { _, last in last }
        let files = Set(listed.filter { $0.hasSuffix(".json5") }).union(drafted.keys).sorted()
        var faults: [Fault] = []
        if files.isEmpty {
            faults.append(
                Fault(
                    .configuration, code: "rules.none", message: "判定規則が1つもありません。", file: "rules",
                    fix: "Guidelines/rules に判定規則のファイル（.json5）を置いてください。"))
        }
        var read: [(rule: FlagRule, references: [Placed<RuleID>])] = []
        for name in files {
            do {
                let file = try ConfigurationFile.load(
                    drafted[name] ?? "\(folder)/rules/\(name)", name: drafted[name] ?? "rules/\(name)")
                var reader = RuleReader(
                    wording: wording, catalogue: catalogue, purposes: purposes, permits: permits)
                let rule = try reader.read(file, stem: String(name.dropLast(".json5".count)))
                read.append((rule, reader.references))
            } catch let found as Faults {
                faults += found.all
            } catch let fault as Fault {
                faults.append(fault)
            }
        }
        // What a file says that cannot be read, its own faults tell.
        faults += Self.unsound(read, besides: Set(files.map { RuleID(String($0.dropLast(".json5".count))) }))
        if let faults = Faults(faults) { throw faults }
        return RuleSet(read.map(\.rule))
    }

    /// The purpose that each rule of a folder serves, as far as its file can be read; nothing else of a rule is looked at.
    ///
    /// - Returns: also the names of the files that do not tell.
    package static func purposes(folder: String) -> (known: [RuleID: PurposeID], unread: [String]) {
        let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/rules")) ?? []
        var (known, unread): ([RuleID: PurposeID], [String]) = ([:], [])
        for name in listed.filter({ $0.hasSuffix(".json5") }).sorted() {
            if case .object(let members)? = try? ConfigurationFile.load("\(folder)/rules/\(name)").root.value,
                case .string(let purpose)? = members.first(where: { $0.key == "purpose" })?.node.value
            {
                known[RuleID(String(name.dropLast(".json5".count)))] = PurposeID(purpose)
            } else {
                unread.append(name)
            }
        }
        return (known, unread)
    }

    init(_ rules: [FlagRule]) {
        self.rules = rules.sorted { $0.id < $1.id }
        places = Dictionary(uniqueKeysWithValues: self.rules.enumerated().map { ($1.id, $0) })
    }

    /// The same set with one rule more, or in the place of the one of its id.
    package func replacing(_ rule: FlagRule) -> RuleSet {
        RuleSet(rules.filter { $0.id != rule.id } + [rule])
    }

    /// The purposes that rules serve, in order; each is joined on its own.
    package var purposes: [PurposeID] { Set(rules.map(\.purpose)).sorted() }

    package var rulesByPurpose: [PurposeID: Set<RuleID>] {
        Dictionary(grouping: rules, by: \.purpose).mapValues { Set($0.map(\.id)) }
    }

    /// What the rules of one purpose read.
    package func items(for purpose: PurposeID) -> Set<ItemCode> {
        Set(rules.lazy.filter { $0.purpose == purpose }.flatMap(\.items))
    }

    /// The rules in effect that look at any of `items`, or at what another such rule finds; combinations look at flags only.
    package func rules(reading items: Set<ItemCode>, on day: Day) -> Set<RuleID> {
        Set(
            rules.lazy.filter { rule in
                rule.isInEffect(on: day)
                    && reached(from: rule).contains { !items.isDisjoint(with: self.rule($0)?.items ?? []) }
            }.map(\.id))
    }

    /// The rules that cannot find anybody as long as some of the items they read have no source, with those items.
    ///
    /// - Parameter isSupplied: whether a mapping supplies the item.
    package func waiting(isSupplied: (ItemCode) -> Bool) -> [RuleID: [ItemCode]] {
        var waiting: [RuleID: [ItemCode]] = [:]
        for rule in rules where !canFind(rule, isSupplied) {
            let items = reached(from: rule).flatMap { self.rule($0)?.searched ?? [] }
            waiting[rule.id] = Set(items.filter { !isSupplied($0) }).sorted()
        }
        return waiting
    }

    private func canFind(_ rule: FlagRule, _ isSupplied: (ItemCode) -> Bool) -> Bool {
        guard case .condition(let condition) = rule.search else { return true }
        return condition.canHold(isSupplied) { id in self.rule(id).map { canFind($0, isSupplied) } ?? false }
    }

    /// A rule and all it looks at, directly or by way of others.
    private func reached(from rule: FlagRule) -> Set<RuleID> {
        var (reached, rest): (Set<RuleID>, [RuleID]) = ([rule.id], [rule.id])
        while let next = rest.popLast() {
            for id in self.rule(next)?.dependencies ?? [] where reached.insert(id).inserted {
                rest.append(id)
            }
        }
        return reached
    }

    /// References to rules that are not there, are of another purpose or no condition, and circles.
    ///
    /// - Parameter listed: rules that there are files of, read or not.
    private static func unsound(
        _ read: [(rule: FlagRule, references: [Placed<RuleID>])], besides listed: Set<RuleID>
    ) -> [Fault] {
        let byID = Dictionary(read.map { ($0.rule.id, $0.rule) }) { first, _ in first }
        func reaches(_ id: RuleID, from start: RuleID) -> Bool {
            var (seen, rest): (Set<RuleID>, [RuleID]) = ([], [start])
            while let next = rest.popLast() {
                if next == id { return true }
                if seen.insert(next).inserted { rest += byID[next]?.dependencies ?? [] }
            }
            return false
        }
        return read.flatMap { rule, references in
            references.compactMap { reference -> Fault? in
                guard let named = byID[reference.value] else {
                    if listed.contains(reference.value) { return nil }
                    let near = nearest(reference.value.rawValue, in: byID.keys.sorted().map(\.rawValue))
                    return reference.node.fault(
                        "rule.unknown-rule", "規則「\(reference.value)」はありません。",
                        fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "rules にある規則のidを書いてください。")
                }
                if case .combination = rule.search { return nil }
                if case .combination = named.search {
                    return reference.node.fault(
                        "rule.reference", "規則「\(named.id)」は、ほかの判定の重なりを見る規則です。", fix: "条件で探す規則のidを書いてください。")
                }
                if named.purpose != rule.purpose {
                    return reference.node.fault(
                        "rule.reference", "規則「\(named.id)」は、利用目的が違います。",
                        fix: "同じ利用目的（\(rule.purpose)）の規則のidを書いてください。")
                }
                guard reaches(rule.id, from: named.id) else { return nil }
                return reference.node.fault(
                    "rule.cycle", "規則「\(rule.id)」が、めぐりめぐって自分を見ています。", fix: "どちらかの規則の flagged を外してください。")
            }
        }
    }

    /// What rules say of one person, in their order; pure, and the same on any thread.
    ///
    /// - Parameters:
    ///   - person: joined for the rules' purpose: holds only facts that are permitted for it.
    ///   - rules: rules of one purpose. Of a combination nothing is said; those come from `combine`.
    ///   - withheld: items that policy holds back for this person or household (利用停止, 支援措置), so that what
    ///     is held back does not look missing.
    package func outcomes(
        of person: JoinedPerson, rules: [FlagRule], on night: RuleNight, withheld: Set<ItemCode> = []
    ) -> [RuleOutcome] {
        assess(person, by: rules, on: night, withheld: withheld).outcomes
    }

    /// As `outcomes`, and until when it holds.
    package func assess(
        _ person: JoinedPerson, by rules: [FlagRule], on night: RuleNight, withheld: Set<ItemCode> = []
    ) -> Assessment {
        let scene = Scene(person, on: night.day)
        let outcomes = rules.map { outcome(of: $0, scene, night, withheld) }
        return Assessment(outcomes: outcomes, holdsUntil: scene.horizon.day)
    }

    private func outcome(
        of rule: FlagRule, _ scene: Scene, _ night: RuleNight, _ withheld: Set<ItemCode>
    ) -> RuleOutcome {
        let (person, day) = (scene.person, night.day)
        guard case .condition(let condition) = rule.search, rule.isInEffect(on: day, until: scene.horizon)
        else { return .notApplicable }
        rule.population.note(person.birth, on: day, in: scene.horizon)
        let isIncluded = rule.population.includes(person, on: day)
        if isIncluded == false { return .notApplicable }
        let evaluation = Evaluation(
            rule: rule.id, scene: scene, night: night, withheld: withheld,
            outcome: { id in
                // The loader refuses rules that are not there and circles.
                self.rule(id).map { rule in
                    scene.outcome(of: id) { outcome(of: rule, scene, night, withheld) }
                } ?? .notApplicable
            })
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
                if let outcome = suppression.outcome(of: finding, in: evaluation) { return outcome }
            }
            let open = rule.suppressions.filter { $0.isOpen(in: evaluation) }.compactMap(\.item)
            if let gap = evaluation.rejected(open) { return .notEvaluated(gap) }
            return .flag(
                rule.flag(
                    person.id, for: evaluation.told(finding, lacking: open),
                    protective: evaluation.protective(rule.protective),
                    missing: evaluation.missing(finding.untold, of: rule), on: day))
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
                guard case .combination(let least, let except, let say) = rule.search,
                    rule.isInEffect(on: day)
                else {
                    return nil
                }
                let combination = Combination(
                    among: (byPerson[person] ?? []).filter { !except.contains($0.rule) }, of: rule, in: self,
                    atLeast: least)
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
            guard case .combination(let least, let except, _) = rule.search, rule.isInEffect(on: day),
                !found.contains(rule.id)
            else { return nil }
            func counting(_ ids: Set<RuleID>) -> Int {
                ids.count { id in
                    !except.contains(id)
                        && self.rule(id).map { $0.purpose == rule.purpose && $0.urgency != .offer } ?? false
                }
            }
            return counting(undecided) > 0 && counting(undecided.union(found)) >= least ? rule.id : nil
        }
    }

    /// Whether somebody is not of the ages any more that a rule is about.
    package func outgrown(_ id: RuleID, born birth: PartialDate?, on day: Day) -> Bool {
        rule(id)?.population.isOfAge(birth, on: day) == false
    }

    package func rule(_ id: RuleID) -> FlagRule? { places[id].map { rules[$0] } }
}

/// How current the sources are on one night, as rules ask.
package struct RuleNight: Sendable {
    /// Facts of later days are not looked at.
    package let day: Day
    package let sources: [SourceID: SourceFreshness]
    /// The sources that supply an item, from the mappings. Absence counts only if all of them are fresh.
    package let sourcesOf: [ItemCode: [SourceID]]
    /// Of items all of whose sources are fresh: the day up to which all of them are current.
    private let currentTo: [ItemCode: Day]

    package init(day: Day, sources: [SourceID: SourceFreshness], sourcesOf: [ItemCode: [SourceID]]) {
        self.day = day
        self.sources = sources
        self.sourcesOf = sourcesOf
        currentTo = sourcesOf.compactMapValues { suppliers in
            let days = suppliers.compactMap { id -> Day? in
                guard let source = sources[id], source.isFresh(on: day) else { return nil }
                return source.asOf
            }
            return days.count == suppliers.count ? days.min() : nil
        }
    }

    func areCurrent(_ items: [ItemCode], to deadline: Day?) -> Bool {
        items.allSatisfy { item in
            currentTo[item].map { current in deadline.map { current >= $0 } ?? true } ?? false
        }
    }
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
        let needed = own.indices.first { Difficulty.independent(own[...$0].map(\.difficulties)) >= least }
        guard let needed else { return nil }
        self.flags = own.sorted { $0.rule < $1.rule }
        since = own[needed].since
        count = Difficulty.independent(own.map(\.difficulties))
    }

    func finding(_ say: Sentence) -> Finding {
        Finding(
            reasons: [Reason(say, titlesOf: flags, count: count)], since: since,
            ground: flags.flatMap(\.ground), others: Set(flags.map(\.rule)))
    }
}
