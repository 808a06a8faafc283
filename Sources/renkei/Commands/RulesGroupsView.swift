import Domain
import Linkage
import Nightly

/// How rules bear on groups of children, for people and machines; small counts are not told, nor what would give them away.
struct GroupsView: Encodable {
    struct Line: Encodable {
        let rule, division, group: String
        /// `nil`: too few to be told, here and below.
        let children, flagged: Int?
        let perThousand: Double?
        /// Of the share flagged to that of the whole, and the 95 % interval of the group's share over it.
        let ratio, ratioLow, ratioHigh: Double?
        let assessed: Int?
        let share, low, high: Double?

        var cells: [String] {
            func told(_ number: Int?) -> String { number.map(String.init) ?? "示さない" }
            func interval(_ middle: Double?, _ low: Double?, _ high: Double?) -> String {
                middle.map { "\($0)（\(low ?? 0)〜\(high.map { "\($0)" } ?? "")）" } ?? "示さない"
            }
            return [
                rule, division, group, told(children), told(flagged),
                perThousand.map { "\($0)" } ?? "示さない", interval(ratio, ratioLow, ratioHigh),
                told(assessed), interval(share, low, high),
            ]
        }
    }
    struct Omitted: Encodable {
        let division, why: String
    }

    let outcome = "ok"
    let asOf: String
    let groups: [Line]
    let omitted: [Omitted]

    init(_ groups: RuleGroups) {
        asOf = groups.asOf.description
        omitted = groups.omitted.map { Omitted(division: $0.division.rawValue, why: $0.why) }
        let byRule = Dictionary(grouping: groups.lines, by: \.rule)
        self.groups = byRule.keys.sorted().flatMap { rule in
            RuleGroups.Division.allCases.flatMap { division in
                Self.lines(byRule[rule]?.filter { $0.division == division } ?? [])
            }
        }
    }

    /// Of one rule and one division: what is hidden in one group must not follow from the others and the whole.
    private static func lines(_ lines: [RuleGroups.Line]) -> [Line] {
        func told(_ count: KeyPath<RuleGroups.Line, Int>) -> [String: Int?] {
            SmallCounts.told(
                Dictionary(lines.map { ($0.group, $0[keyPath: count]) }, uniquingKeysWith: +),
                hidingSums: true)
        }
        let (children, flagged, assessed) = (told(\.children), told(\.flagged), told(\.assessed))
        let (all, found) = lines.reduce((0, 0)) { ($0.0 + $1.children, $0.1 + $1.flagged) }
        let whole = all > 0 && found >= SmallCounts.least ? Double(found) / Double(all) : nil
        func rounded(_ number: Double?, _ places: Double) -> Double? {
            number.map { ($0 * places).rounded() / places }
        }
        return lines.map { line in
            let persons = children[line.group].flatMap(\.self)
            let flags = persons == nil ? nil : flagged[line.group].flatMap(\.self)
            let rate = flags.flatMap { flags in
                persons.flatMap { $0 > 0 && flags <= $0 ? ShareInterval(flags, of: $0) : nil }
            }
            let ended = assessed[line.group].flatMap(\.self)
            let share = ended.flatMap {
                $0 >= SmallCounts.least ? ShareInterval(line.helped, of: $0) : nil
            }
            func ratio(_ part: Double?) -> Double? {
                whole.flatMap { whole in rounded(part.map { $0 / whole }, 100) }
            }
            return Line(
                rule: line.rule.rawValue, division: line.division.rawValue, group: line.group,
                children: persons, flagged: flags, perThousand: rounded(rate.map { $0.middle * 1000 }, 10),
                ratio: ratio(rate?.middle), ratioLow: ratio(rate?.low), ratioHigh: ratio(rate?.high),
                assessed: ended, share: rounded(share?.middle, 1000), low: rounded(share?.low, 1000),
                high: rounded(share?.high, 1000))
        }
    }

    var text: String {
        var text = [
            "\(asOf)の公開について、規則の点検のために数えたもの（規則の条件には使いません）",
            TextTable.text(
                [
                    "規則", "区分", "集まり", "対象（人）", "該当（人）", "千人あたり", "全体との比", "結果の出た", "支援・見守りの割合",
                ], groups.map(\.cells), limit: 30),
        ]
        text += omitted.map { "見ていないもの: \($0.division)。\($0.why)" }
        text.append(
            "\(SmallCounts.least)人に満たない数と、そこから逆算できる数は示しません。（ ）は95%の区間です。比は、集まりの割合を全体の割合で割ったもので、1なら全体と同じです。"
        )
        return text.joined(separator: "\n")
    }
}
