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

    var text: String {
        let told = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "\($0.key) \($0.value)人" }
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
        let persons: Int
        let expected: Int?
        let suppressed: Int
        let notEvaluated: Int
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
        /// Of those who stay, how soon somebody should look.
        let backlogByUrgency: [String: Int]
    }

    let outcome = "ok"
    let asOf: String
    let persons: Int
    let lines: [Line]
    let week: Week?

    init(_ trial: RuleTrial, _ rules: RuleSet, capacity: Int?) {
        asOf = trial.asOf.description
        persons = trial.queue.count
        lines = trial.counts.compactMap { count in
            guard let rule = rules.rule(count.rule) else { return nil }
            let found = trial.found[count.rule] ?? []
            return Line(
                rule: rule.id.rawValue, version: rule.version, title: rule.title, persons: found.count,
                expected: count.applied.map { Int((rule.expectedShare * Double($0)).rounded()) },
                suppressed: count.suppressed, notEvaluated: count.notEvaluated,
                waiting: (count.waiting ?? []).map(\.rawValue),
                areas: ToldCounts(trial.tally(found, by: \.area)),
                schools: trial.knowsSchools ? ToldCounts(trial.tally(found, by: \.school)) : nil,
                groups: ToldCounts(trial.tally(found, by: \.group)))
        }
        week = capacity.map { capacity in
            let rest = trial.queue.dropFirst(capacity)
            return Week(
                capacity: capacity, thisWeek: min(capacity, trial.queue.count), backlog: rest.count,
                backlogByUrgency: Dictionary(grouping: rest, by: \.urgency.rawValue).mapValues(\.count))
        }
    }

    var text: String {
        var text = [
            "\(asOf)の公開に当てた結果（ケースは作りません）",
            TextTable.text(
                ["規則", "版", "題名", "該当", "見込み", "候補にしない", "判定できない", "待っている記録元"],
                lines.map {
                    [
                        $0.rule, "\($0.version)", $0.title, "\($0.persons)",
                        $0.expected.map(String.init) ?? "—",
                        "\($0.suppressed)", "\($0.notEvaluated)", $0.waiting.joined(separator: " "),
                    ]
                }, limit: 36),
        ]
        for line in lines where line.persons > 0 {
            text.append("\(line.rule) 地域: \(line.areas.text)")
            if let schools = line.schools { text.append("\(line.rule) 通学区域: \(schools.text)") }
            text.append("\(line.rule) 年齢: \(line.groups.text)")
        }
        text.append("どれかに該当する人: \(persons)人")
        if let week {
            let rest = ["immediate", "soon", "normal", "offer"].compactMap { word in
                week.backlogByUrgency[word].map { "\(word) \($0)" }
            }
            text.append(
                "1週間に\(week.capacity)件なら、今週確認できるのは\(week.thisWeek)人、残るのは\(week.backlog)人"
                    + (rest.isEmpty ? "です。" : "（\(rest.joined(separator: "、"))）です。"))
        }
        return text.joined(separator: "\n")
    }
}

/// How a change of rules would change who is found.
struct DiffView: Encodable {
    struct Line: Encodable {
        let rule: String
        let versions: [Int?]
        let before: Int
        let after: Int
        let new: Int
        let gone: Int
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
            return Line(
                rule: id.rawValue, versions: versions, before: was.count, after: now.count, new: come.count,
                gone: gone.count, newAreas: ToldCounts(after.tally(come, by: \.area)),
                newGroups: ToldCounts(after.tally(come, by: \.group)),
                goneAreas: ToldCounts(before.tally(gone, by: \.area)),
                goneGroups: ToldCounts(before.tally(gone, by: \.group)))
        }
    }

    var text: String {
        if lines.isEmpty { return "該当は変わりません。" }
        func version(_ number: Int?) -> String { number.map { "第\($0)版" } ?? "なし" }
        return lines.map { line in
            var text =
                "規則 \(line.rule)（\(version(line.versions[0]))→\(version(line.versions[1]))）: "
                + "\(line.before)人→\(line.after)人（新しく\(line.new)人、該当しなくなる\(line.gone)人）"
            if line.new > 0 { text += "\n  新しく 地域: \(line.newAreas.text)\n  新しく 年齢: \(line.newGroups.text)" }
            if line.gone > 0 {
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
