import Domain
import Flagging
import Nightly

/// Counts by a word; where a count is small, not even its word is told.
struct ToldCounts: Encodable {
    let counts: [String: Int]
    /// Whether there are more that are not told.
    let isPartial: Bool

    init(_ counts: [String: Int]) {
        let told = SmallCounts.told(counts)
        self.counts = told.compactMapValues { $0 }
        isPartial = told.contains { $0.value == nil }
    }

    /// Most first.
    var sorted: [(key: String, value: Int)] {
        counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    }

    var text: String {
        let told = sorted.map { "\($0.key) \($0.value)人" }
        if told.isEmpty { return "\(SmallCounts.least)人に満たないため示しません" }
        return told.joined(separator: "、") + (isPartial ? "（ほかは\(SmallCounts.least)人に満たないなどのため示しません）" : "")
    }
}

/// What rules would find, and how far the staff gets in a week.
struct TrialView: Encodable {
    struct Line: Encodable {
        let rule: String
        let version: Int
        let title: String
        /// `nil`, of every count: too few to be told.
        let persons: Int?
        let expected: Int?
        let suppressed: Int?
        let notEvaluated: Int?
        let waiting: [String]
        let areas: ToldCounts
        /// 通学区域; `nil`: the city has no table of them.
        let schools: ToldCounts?
        let groups: ToldCounts
    }

    struct Week: Encodable {
        let capacity: Int
        let thisWeek: Int
        let backlog: Int
        /// Of those who stay, how soon somebody should look; `nil` where another capacity would tell by it how many few there are.
        let backlogByUrgency: ToldCounts?

        var text: String {
            let words: KeyValuePairs<Urgency, String> = [
                .immediate: "本日中に確認", .soon: "今週中に確認", .normal: "順に確認", .offer: "支援のご案内",
            ]
            let rest = words.compactMap { urgency, word in
                backlogByUrgency?.counts[urgency.rawValue].map { "\(word) \($0)人" }
            }
            return "1週間に\(capacity)件なら、今週確認できるのは\(thisWeek)人、残るのは\(backlog)人"
                + (rest.isEmpty ? "です。" : "（\(rest.joined(separator: "、"))）です。")
        }
    }

    let outcome = "ok"
    let asOf: String
    /// `nil`: too few to be told.
    let persons: Int?
    let lines: [Line]
    /// `nil`: nobody asked, or there are too few.
    let week: Week?

    init(_ trial: RuleTrial, _ rules: RuleSet, capacity: Int?) {
        asOf = trial.asOf.description
        // Beside the counts of each rule: who is in the whole and in no rule that is told would be known by subtraction.
        persons =
            SmallCounts.told(
                apart: trial.counts.map { trial.found[$0.rule]?.count ?? 0 } + [trial.queue.count]
            )
            .last ?? nil
        lines = trial.counts.compactMap { count in
            guard let rule = rules.rule(count.rule) else { return nil }
            let found = trial.found[count.rule] ?? []
            return Line(
                rule: rule.id.rawValue, version: rule.version, title: rule.title,
                persons: SmallCounts.told(found.count),
                expected: count.applied.map { Int((rule.expectedShare * Double($0)).rounded()) },
                suppressed: SmallCounts.told(count.suppressed),
                notEvaluated: SmallCounts.told(count.notEvaluated),
                waiting: (count.waiting ?? []).map(\.rawValue),
                areas: ToldCounts(trial.tally(found, by: \.area)),
                schools: trial.knowsSchools ? ToldCounts(trial.tally(found, by: \.school)) : nil,
                groups: ToldCounts(trial.tally(found, by: \.group)))
        }
        week =
            persons == nil
            ? nil
            : capacity.map { capacity in
                func byUrgency(_ cases: some Collection<RuleTrial.Queued>) -> [String: Int] {
                    Dictionary(grouping: cases, by: \.urgency.rawValue).mapValues(\.count)
                }
                let rest = trial.queue.dropFirst(capacity)
                let isTold = byUrgency(trial.queue).values.allSatisfy { SmallCounts.told($0) != nil }
                return Week(
                    capacity: capacity, thisWeek: min(capacity, trial.queue.count), backlog: rest.count,
                    backlogByUrgency: isTold ? ToldCounts(byUrgency(rest)) : nil)
            }
    }

    var text: String {
        func told(_ count: Int?) -> String { count.map(String.init) ?? "示さない" }
        var text = [
            "\(asOf)の公開に当てた結果（ケースは作りません）",
            TextTable.text(
                ["規則", "版", "題名", "該当", "見込み", "候補にしない", "判定できない", "待っている記録元"],
                lines.map {
                    [
                        $0.rule, "\($0.version)", $0.title, told($0.persons),
                        $0.expected.map(String.init) ?? "—",
                        told($0.suppressed), told($0.notEvaluated), $0.waiting.joined(separator: " "),
                    ]
                }, limit: 36),
        ]
        for line in lines where line.persons.map({ $0 > 0 }) == true {
            text.append("\(line.rule) 地域: \(line.areas.text)")
            if let schools = line.schools { text.append("\(line.rule) 通学区域: \(schools.text)") }
            text.append("\(line.rule) 年齢: \(line.groups.text)")
        }
        text.append("どれかに該当する人: \(persons.map { "\($0)人" } ?? "示さない")")
        text.append("\(SmallCounts.least)人に満たない数は示しません。")
        if let week { text.append(week.text) }
        return text.joined(separator: "\n")
    }
}

/// How a change of rules would change who is found.
struct DiffView: Encodable {
    struct Line: Encodable {
        let rule: String
        let versions: [Int?]
        /// `nil`, of every count: too few to be told, or what would tell such a one.
        let before: Int?
        let after: Int?
        let new: Int?
        let gone: Int?
        let newAreas, newGroups, goneAreas, goneGroups: ToldCounts
    }

    let outcome = "ok"
    let lines: [Line]

    init(before: RuleTrial, after: RuleTrial, old: RuleSet, new: RuleSet) {
        let ids = Set(old.rules.map(\.id) + new.rules.map(\.id)).sorted()
        lines = ids.compactMap { id in
            let (was, now) = (before.found[id] ?? [], after.found[id] ?? [])
            let versions = [old.rule(id)?.version, new.rule(id)?.version]
            guard was != now || versions[0] != versions[1] else { return nil }
            let (come, gone) = (now.subtracting(was), was.subtracting(now))
            let isFew = [come, gone].contains { SmallCounts.told($0.count) == nil }
            return Line(
                rule: id.rawValue, versions: versions, before: SmallCounts.told(was.count),
                after: isFew ? nil : SmallCounts.told(now.count), new: SmallCounts.told(come.count),
                gone: SmallCounts.told(gone.count), newAreas: ToldCounts(after.tally(come, by: \.area)),
                newGroups: ToldCounts(after.tally(come, by: \.group)),
                goneAreas: ToldCounts(before.tally(gone, by: \.area)),
                goneGroups: ToldCounts(before.tally(gone, by: \.group)))
        }
    }

    var text: String {
        if lines.isEmpty { return "該当は変わりません。" }
        func told(_ count: Int?) -> String { count.map { "\($0)人" } ?? "示さない" }
        func version(_ number: Int?) -> String { number.map { "第\($0)版" } ?? "なし" }
        return lines.map { line in
            var text =
                "規則 \(line.rule)（\(version(line.versions[0]))→\(version(line.versions[1]))）: "
                + "\(told(line.before))→\(told(line.after))（新しく: \(told(line.new))、該当しなくなる: \(told(line.gone))）"
            if line.new != 0 { text += "\n  新しく 地域: \(line.newAreas.text)\n  新しく 年齢: \(line.newGroups.text)" }
            if line.gone != 0 {
                text += "\n  該当しなくなる 地域: \(line.goneAreas.text)\n  該当しなくなる 年齢: \(line.goneGroups.text)"
            }
            return text
        }.joined(separator: "\n")
    }
}

/// What became of what rules found.
struct BacktestView: Encodable {
    struct Line: Encodable {
        let rule: String
        let version: Int
        let group: String?
        /// `nil`, of every count: too few to be told.
        let cases: Int?
        let assessed: Int?
        let helped: Int?
        let precision: Double?
        let medianDays: Int?
        let foundAssessed: Int?
        let foundHelped: Int?

        init(_ line: RuleBacktest.Line) {
            let isTold = line.assessed >= SmallCounts.least
            (rule, version, group) = (line.rule.rawValue, line.version, line.group.isEmpty ? nil : line.group)
            cases = line.cases >= SmallCounts.least || line.cases == 0 ? line.cases : nil
            assessed = isTold ? line.assessed : nil
            helped = isTold ? line.helped : nil
            precision = isTold ? line.precision.map { ($0 * 1000).rounded() / 1000 } : nil
            medianDays = line.days.count >= SmallCounts.least ? line.medianDays : nil
            foundAssessed = isTold ? line.foundAssessed : nil
            foundHelped = isTold ? line.foundHelped : nil
        }

        var cells: [String] {
            func told(_ number: Int?) -> String { number.map(String.init) ?? "示さない" }
            return [
                rule, "\(version)", group ?? "すべて", told(cases), told(assessed), told(helped),
                precision.map { "\($0)" } ?? "示さない", told(medianDays), told(foundAssessed), told(foundHelped),
            ]
        }
    }

    let outcome = "ok"
    let lines: [Line]
    let groups: [Line]

    init(_ backtest: RuleBacktest) {
        lines = backtest.lines.map(Line.init)
        // A group that stands alone would be told by the whole.
        groups = Dictionary(grouping: backtest.groups) { "\($0.rule) \($0.version)" }.values.flatMap {
            groups in
            let told = SmallCounts.told(
                Dictionary(groups.map { ($0.group, $0.assessed) }, uniquingKeysWith: +))
            return groups.filter { $0.assessed >= SmallCounts.least && told[$0.group] != .some(nil) }
        }.sorted { ($0.rule, $0.version, $0.group) < ($1.rule, $1.version, $1.group) }.map(Line.init)
    }

    var text: String {
        if lines.isEmpty { return "まだケースがありません。" }
        return TextTable.text(
            [
                "規則", "版", "年齢", "ケース", "結果の出た", "支援・見守り", "適合", "動くまでの日", "今も該当", "うち支援・見守り",
            ], (lines + groups).map(\.cells))
            + "\n結果の出たケースが\(SmallCounts.least)件に満たない行は、件数を示しません。"
    }
}
