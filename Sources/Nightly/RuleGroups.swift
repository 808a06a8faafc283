package import Domain
package import Flagging
package import Foundation
import Policy
import Store

/// Whether rules bear on some groups of children more than on others (規則の点検): counts alone, for a purpose of its own.
///
/// A group is never a condition of a rule. What the purpose does not permit is named as not looked at.
package struct RuleGroups: Sendable {
    /// What the check is done for.
    package static let purpose: PurposeID = "inspection"

    package enum Division: String, Sendable, Codable, CaseIterable {
        case age = "年齢"
        case area = "通学区域"
        case sex = "性別"
        /// 児童扶養手当 or the aid for medical costs of single parents, in the household.
        case singleParent = "ひとり親"
        /// The child's own 手帳 or 給付.
        case disability = "障害"
    }

    /// One rule and one group.
    package struct Line: Sendable {
        package let rule: RuleID
        package let division: Division
        package let group: String
        /// Children whom the rule was applied to; of those, whom it finds now.
        package internal(set) var children = 0
        package internal(set) var flagged = 0
        /// Cases the rule raised with such a child: with a result, and of those connected to support or watched.
        package internal(set) var assessed = 0
        package internal(set) var helped = 0
    }

    /// By rule, division and group; every group of a division that the rule was applied to.
    package let lines: [Line]
    /// What was not looked at, and why, in Japanese.
    package let omitted: [(division: Division, why: String)]
    package let asOf: Day

    /// - Parameter user: who may count for the purpose.
    /// - Throws: `Fault`: `policy.log-in`; `.denied`; what `RuleTrial.run` throws.
    package static func run(
        _ workspace: Workspace, rulebook: Rulebook, rules: RuleSet, user: UserID, password: String,
        now: @escaping @Sendable () -> Date
    ) throws -> RuleGroups {
        let service = try workspace.openService()
        let desk = try SignedIn(
            workspace, service, user: user, password: password, for: purpose, at: now())
        let deciding = desk.decisions(.aggregate)
        let store = try workspace.openPublishedRun()
        // Asked even where all is denied, so that the attempt is in the trail.
        let read = try service.auditedRead(
            .counts, of: store, actor: desk.actor, purposes: [deciding], at: now())
        if let denial = deciding.denial { throw denial.fault }
        let areas = try SchoolAreas(folder: workspace.guidelines)
        let scope = Permitted(desk.guideline, deciding, rulebook, hasAreas: !areas.isEmpty)
        guard let asOf = try service.currentPublication()?.asOf else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: workspace.root,
                fix: "「renkei run」を実行してください。")
        }
        var groups: [PersonID: [Division: String]] = [:]
        try store.households(read) { purposes in
            let household = purposes[0].members
            let isSingle =
                household.contains { $0.says("C02", "status", ["全部支給", "一部支給"]) }
                || household.contains { $0.says("C03", "single_parent", ["認定"]) }
            for child in household
            where child.birth.map({ $0.range.upperBound.age(on: asOf) < 18 }) ?? false {
                groups[child.id] = scope.groups(of: child, isSingle: isSingle, areas, on: asOf)
            }
        }
        var tally = Tally(groups: groups)
        let trial = try RuleTrial.run(
            workspace, service, rulebook: rulebook, rules: rules, for: desk.actor, now: now
        ) { person, rule, outcome in
            if case .notApplicable = outcome { return }
            tally.add(person, rule) { $0.children += 1 }
        }
        // A combination of other rules' flags is applied to everybody.
        for rule in rules.rules where rule.items.isEmpty {
            for person in groups.keys { tally.add(person, rule.id) { $0.children += 1 } }
        }
        for (rule, found) in trial.found {
            for person in found { tally.add(person, rule) { $0.flagged += 1 } }
        }
        for disposition in try service.dispositions() where disposition.isAssessed {
            tally.add(disposition.person, disposition.rule) { line in
                line.assessed += 1
                if [.supported, .watching].contains(disposition.state) { line.helped += 1 }
            }
        }
        return RuleGroups(lines: tally.sorted, omitted: scope.omitted, asOf: asOf)
    }

    init(lines: [Line], omitted: [(division: Division, why: String)], asOf: Day) {
        (self.lines, self.omitted, self.asOf) = (lines, omitted, asOf)
    }

    /// Adds up persons by rule and group.
    struct Tally {
        private struct Key: Hashable {
            let rule: RuleID
            let division: Division
            let group: String
        }
        private let groups: [PersonID: [Division: String]]
        private var lines: [Key: Line] = [:]

        init(groups: [PersonID: [Division: String]]) { self.groups = groups }

        /// Somebody without groups is a grown-up, or refused to be counted.
        mutating func add(_ person: PersonID, _ rule: RuleID, _ change: (inout Line) -> Void) {
            for (division, group) in groups[person] ?? [:] {
                change(
                    &lines[
                        Key(rule: rule, division: division, group: group),
                        default: Line(rule: rule, division: division, group: group)])
            }
        }

        var sorted: [Line] {
            let order = Dictionary(
                uniqueKeysWithValues: Division.allCases.enumerated().map { ($1, $0) })
            return lines.values.sorted {
                ($0.rule, order[$0.division] ?? 0, $0.group) < ($1.rule, order[$1.division] ?? 0, $1.group)
            }
        }
    }

    /// What may be looked at.
    private struct Permitted {
        private let permitted: Set<Division>
        let omitted: [(division: Division, why: String)]

        init(_ guideline: Guideline, _ deciding: Decisions, _ rulebook: Rulebook, hasAreas: Bool) {
            let granted = deciding(PersonStanding(), deciding.reach.inside).grant?.items ?? []
            let asked = guideline.purposes[RuleGroups.purpose]?.items ?? []
            let title = guideline.purposes[RuleGroups.purpose]?.title ?? RuleGroups.purpose.rawValue
            let supplied = rulebook.mappings.sourcesOfItems
            func item(_ part: IdentifierPart) -> [ItemCode] {
                guideline.identifierItems[part].map { [$0] } ?? []
            }
            /// `nil` where it may be looked at and comes.
            func why(_ item: ItemCode) -> String? {
                let name = guideline.catalogue[item].map { "\(item)（\($0.title)）" } ?? item.rawValue
                if !asked.contains(item) { return "項目 \(name) が、利用目的「\(title)」に含まれていないため" }
                if !granted.contains(item) { return "項目 \(name) を、この役割で数えることが許されていないため" }
                let isIdentifier = guideline.identifierItems.values.contains(item)
                return isIdentifier || supplied[item] != nil ? nil : "項目 \(name) の記録元が、まだないため"
            }
            var permitted: Set<Division> = []
            var omitted: [(division: Division, why: String)] = []
            for division in Division.allCases {
                let items: [ItemCode] =
                    switch division {
                    case .age: item(.birth)
                    case .area: item(.address)
                    case .sex: item(.sex)
                    case .singleParent: ["C02", "C03"]
                    case .disability: ["D03"]
                    }
                if division == .area, !hasAreas {
                    omitted.append((division: division, why: "通学区域の表（Guidelines/areas.json5）がないため"))
                    continue
                }
                let reasons = items.compactMap(why)
                if reasons.count < items.count { permitted.insert(division) }
                omitted += reasons.map { (division: division, why: $0) }
            }
            self.permitted = permitted
            self.omitted = omitted
        }

        func groups(
            of child: MemberFacts, isSingle: Bool, _ areas: SchoolAreas, on day: Day
        ) -> [Division: String] {
            permitted.reduce(into: [:]) { groups, division in
                groups[division] =
                    switch division {
                    case .age: RuleTrial.ageGroup(child.birth, on: day)
                    case .area: child.area.flatMap(areas.area(of:)) ?? "不明"
                    case .sex: Self.word(child.sex)
                    case .singleParent: isSingle ? "ひとり親の手当・助成あり" : "記録なし"
                    case .disability:
                        child.says("D03", "certificate", nil) || child.says("D03", "service", ["有"])
                            ? "手帳・給付あり" : "記録なし"
                    }
            }
        }

        private static func word(_ sex: Sex?) -> String {
            switch sex {
            case .male: "男"
            case .female: "女"
            case nil: "不明"
            }
        }
    }
}

extension MemberFacts {
    /// Whether the newest fact of a kind says one of `words`; `nil`: any.
    fileprivate func says(_ item: ItemCode, _ kind: String, _ words: Set<String>?) -> Bool {
        let newest = facts.last { $0.fact.item == item && $0.fact.kind == kind }?.fact.value
        guard case .code(let word)? = newest else { return false }
        return words?.contains(word) ?? true
    }
}
