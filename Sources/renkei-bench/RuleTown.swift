import Domain
import Flagging

/// Invented children with 24 months of facts, eight bytes a fact, and how rules read them.
struct RuleTown: Sendable {
    /// A part of an item that the town has facts of.
    struct Part: Sendable {
        let item: ItemCode
        let kind: String
        let codes: [String]
    }

    enum Index: Int {
        case since, status, move, allowance, checkUp, dose, nursery, unexplained, school, absent, late, visits
    }

    static let parts: [Part] = [
        Part(item: "A02", kind: "resident_since", codes: []),
        Part(item: "A07", kind: "status", codes: ["住登", "転出", "死亡"]),
        Part(item: "A04", kind: "move", codes: ["転入", "転居"]),
        Part(item: "C01", kind: "status", codes: ["受給中", "差止"]),
        Part(item: "B06", kind: "18m", codes: ["受診", "未受診"]),
        Part(item: "B07", kind: "dose", codes: ["MR", "水痘", "日本脳炎"]),
        Part(item: "C04", kind: "enrolled", codes: ["在籍", "退園"]),
        Part(item: "C06", kind: "unexplained_days", codes: []),
        Part(item: "F01", kind: "enrolment", codes: ["就学", "転出"]),
        Part(item: "F03", kind: "absent_days", codes: []),
        Part(item: "F03", kind: "late_days", codes: []), Part(item: "F04", kind: "visits", codes: []),
    ]

    /// A fact as the town keeps it: part, day since `Self.first`, and a code's place or a number.
    struct Packed: Sendable {
        let part: UInt8
        let value: UInt8
        let day: UInt16
    }

    static let first = Day(number: 10_000)

    let asOf: Day
    let births: [Day]
    let starts: [Int]
    let facts: [Packed]

    init(children: Int, seed: UInt64, asOf: Day) {
        var generator = SeededGenerator(seed: seed)
        var (births, starts, facts): ([Day], [Int], [Packed]) = ([], [0], [])
        let months = (0..<24).map {
            Day(asOf.adding(months: -1 - $0).year, asOf.adding(months: -1 - $0).month, 1) ?? asOf
        }
        func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
        func add(_ part: Index, _ day: Day, _ value: Int = 0) {
            let days = UInt16(clamping: day.number - Self.first.number)
            facts.append(Packed(part: UInt8(part.rawValue), value: UInt8(clamping: value), day: days))
        }
        for _ in 0..<children {
            let birth = asOf.adding(days: -number(30..<6500))
            births.append(birth)
            let (age, grade) = (birth.ageInMonths(on: asOf), birth.schoolGrade(on: asOf))
            let moved = number(0..<40) == 0 ? asOf.adding(days: -number(1..<720)) : nil
            let since = moved.map { max($0, birth) } ?? birth
            add(.since, since)
            add(.status, since, number(0..<300) == 0 ? 1 : 0)
            if let moved { add(.move, moved, number(0..<2)) }
            if number(0..<50) > 0 { add(.allowance, birth.adding(days: 20), number(0..<200) == 0 ? 1 : 0) }
            if age >= 20, number(0..<30) > 0 {
                add(.checkUp, birth.adding(months: 19), number(0..<25) == 0 ? 1 : 0)
            }
            if number(0..<20) > 0 {
                for dose in 0..<6 where age > 2 + dose * 9 {
                    add(.dose, birth.adding(months: 2 + dose * 9), number(0..<3))
                }
            }
            let tired = number(0..<30) == 0
            for month in months.reversed() {
                let then = birth.schoolGrade(on: month)
                if (1...9).contains(then), month.month != 8 {
                    add(.absent, month, tired ? number(0..<8) : max(0, number(0..<9) - 6))
                    add(.late, month, tired ? number(0..<5) : max(0, number(0..<9) - 7))
                    if tired { add(.visits, month, number(0..<4)) }
                } else if then < 1, birth.ageInMonths(on: month) >= 12, number(0..<30) > 0 {
                    add(.nursery, month)
                    add(.unexplained, month, max(0, number(0..<40) - 37))
                }
            }
            if (1...9).contains(grade), number(0..<100) > 0 {
                add(.school, asOf.adding(days: -200), number(0..<200) == 0 ? 1 : 0)
            }
            starts.append(facts.count)
        }
        (self.asOf, self.births, self.starts, self.facts) = (asOf, births, starts, facts)
    }

    func day(_ packed: Packed) -> Day { Self.first.adding(days: Int(packed.day)) }

    /// A child as the rules see it.
    func person(_ index: Int) -> JoinedPerson {
        var own: [SourcedFact] = []
        own.reserveCapacity(starts[index + 1] - starts[index])
        for place in starts[index]..<starts[index + 1] {
            let packed = facts[place]
            let part = Self.parts[Int(packed.part)]
            let day = day(packed)
            let value: FactValue =
                packed.part == 0
                ? .day(day)
                : part.codes.isEmpty ? .number(Double(packed.value)) : .code(part.codes[Int(packed.value)])
            own.append(
                SourcedFact(
                    Fact(item: part.item, kind: part.kind, value: value, on: .day(day)),
                    from: RowPosition(source: "bench", file: "bench", line: place, offset: 0)))
        }
        return JoinedPerson(
            id: "P", birth: .day(births[index]), isResident: true, facts: own, household: [])
    }
}
