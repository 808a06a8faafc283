import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

/// Rule files as nobody would write them: sound ones with something changed, and ones put together from the language's words.
struct RuleMaker {
    var generator: SeededGenerator
    let sound: [(id: String, text: String)]
    let catalogue: Catalogue

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        catalogue = Fixture.catalogue
        sound = try FileManager.default.contentsOfDirectory(atPath: Fixture.guidelines + "/rules").sorted()
            .filter { $0.hasSuffix(".json5") }.map { name in
                (
                    String(name.dropLast(6)),
                    try String(contentsOfFile: Fixture.guidelines + "/rules/" + name, encoding: .utf8)
                )
            }
    }

    mutating func any<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    mutating func chance(_ share: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < share
    }

    mutating func next() -> (id: String, text: String) {
        let (id, text) = any(sound)
        return chance(0.5) ? (id, mutated(text)) : (id, assembled(id))
    }

    /// One to three words, numbers or lines of a sound rule changed, dropped or doubled.
    private mutating func mutated(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 1...3, using: &generator) where lines.count > 1 {
            let place = Int.random(in: 0..<lines.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: place)
            case 2: lines.swapAt(place, Int.random(in: 0..<lines.count, using: &generator))
            case 3: lines[place] = lines[place].replacing(any(["1", "2", "3", "0", "5"]), with: number())
            case 4:
                var letters = Array(lines[place])
                if !letters.isEmpty {
                    letters[Int.random(in: 0..<letters.count, using: &generator)] = any(
                        ["{", "}", "\"", "[", ",", "あ", "x", ":", "\u{0}"])
                }
                lines[place] = String(letters)
            default:
                lines[place] = lines[place].replacing(
                    any(["all", "any", "of", "is", "within"]), with: word())
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A rule whose condition is put together at random, mostly well-formed.
    private mutating func assembled(_ id: String) -> String {
        let condition = condition(depth: 0)
        let items = Set(condition.matches(of: /"([A-Z]\d\d)\./).map { String($0.1) }).sorted()
        return """
            { id: "\(id)", version: 1, title: "試験", purpose: "support", items: \(chance(0.97) ? list(items) : list(["A07"])),
            difficulties: ["貧困"], urgency: "\(chance(0.5) ? "offer" : "normal")",
            population: { ageMonths: { from: \(whole(0, 40)), to: \(whole(30, 200)) } },
            when: \(condition),
            suppress: [], confirm: ["確かめること"], rationale: { why: "試験", source: "試験" }, author: "甲", approver: "乙",
            effective: { from: "2026-04-01" }, expected: { share: 0.1 } }
            """
    }

    private mutating func condition(depth: Int) -> String {
        let inner = depth < 3 ? ["all", "any", "not", "household", "age"] : []
        switch any(
            inner + ["latest", "exists", "count", "sum", "change", "consecutive", "trend", "open", "missing"])
        {
        case "all": return "{ all: [\(condition(depth: depth + 1)), \(condition(depth: depth + 1))] }"
        case "any": return "{ any: [\(condition(depth: depth + 1)), \(condition(depth: depth + 1))] }"
        case "not":
            return "{ not: \(condition(depth: depth + 1)), say: \"{source}にデータがありません（{asOf}現在）。\" }"
        case "household":
            let members = any(["all", "others", "siblings", "adults"])
            return "{ household: { members: \"\(members)\", where: \(condition(depth: depth + 1)) } }"
        case "age": return "{ age: { years: { from: \(whole(0, 10)), to: \(whole(8, 20)) } } }"
        case "count": return said("count: { \(facts(.code)), times: \(whole(1, 4)) }")
        case "sum":
            let half = chance(0.5) ? ", halfBefore: { months: \(whole(1, 6)) }" : ""
            return said("sum: { \(facts(.number)), atLeast: \(whole(1, 20))\(half) }")
        case "change":
            return said("change: { \(facts(.number)), atLeast: \(whole(1, 5)), times: \(whole(1, 3)) }")
        case "consecutive":
            return said("consecutive: { \(facts(.number)), atLeast: 1, months: \(whole(1, 5)) }")
        case "trend":
            let way = any(["rising", "falling"])
            return said("trend: { \(facts(.number)), times: \(whole(2, 4)), by: 1, direction: \"\(way)\" }")
        case "open": return said("open: { of: [\"D07.registration\"], closed: [\"D07.closed\"] }")
        case "missing":
            let due = any([
                "{ ageMonths: \(whole(0, 60)) }", "{ schoolEntry: true }", "{ after: { \(facts(.day)) } }",
            ])
            return "{ missing: { \(facts(.code)), due: [\(due)], grace: { days: \(whole(0, 90)) } }, "
                + "say: \"{source}にデータがありません（{asOf}現在）。\" }"
        case let test: return said("\(test): { \(facts(any([.code, .number, .day]))) }")
        }
    }

    private func said(_ condition: String) -> String { "{ \(condition), say: \"{source}の{date}の記録です。\" }" }

    private mutating func facts(_ type: FactType) -> String {
        let parts = catalogue.items.values.sorted { $0.code < $1.code }.filter { $0.code != "D07" }.flatMap {
            item in
            item.kinds.filter { $0.type == type }.map { "\(item.code).\($0.kind)" }
        }
        let look =
            chance(0.5) ? "months: \(whole(1, 36))" : any(["days: \(whole(1, 90))", "schoolYear: true"])
        return "of: [\"\(any(parts))\"], within: { \(look) }"
    }

    private mutating func whole(_ low: Int, _ high: Int) -> String {
        chance(0.97) ? String(Int.random(in: low...high, using: &generator)) : number()
    }

    private mutating func number() -> String {
        any([
            "-1", "0", "1e9", "99999999999999999999", "0.5", "NaN", "Infinity", "\"3\"", "null", "217",
            "1e308",
        ])
    }

    private mutating func word() -> String { any(["", "nobody", "賄", "__proto__", "all all", "{", "when"]) }

    private func list(_ items: [String]) -> String {
        "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// Somebody of whom anything may be recorded.
    mutating func person() -> JoinedPerson {
        func born() -> PartialDate {
            .day(Fixture.night.adding(days: -Int.random(in: 0...7000, using: &generator)))
        }
        let around = (0..<Int.random(in: 0...3, using: &generator)).map { index in
            HouseholdMember(id: PersonID("P-\(index + 1)"), birth: born(), facts: facts())
        }
        return JoinedPerson(id: "P-0", birth: born(), isResident: true, facts: facts(), household: around)
    }

    private mutating func facts() -> [SourcedFact] {
        let parts = catalogue.items.values.sorted { $0.code < $1.code }.flatMap { item in
            item.kinds.map { (item.code, $0) }
        }
        return (0..<Int.random(in: 0...30, using: &generator)).map { line in
            let (item, kind) = any(parts)
            let day = Fixture.night.adding(days: -Int.random(in: -20...900, using: &generator))
            let value: FactValue =
                switch kind.type {
                case .code: .code(any(kind.codes ?? [""]))
                case .number: .number(Double(Int.random(in: 0...12, using: &generator)))
                case .day: .day(day)
                }
            let source = Fixture.sources.sourcesOf[item]?.first ?? "unknown"
            return SourcedFact(
                Fact(item: item, kind: kind.kind, value: value, on: chance(0.95) ? .day(day) : nil),
                from: RowPosition(source: source, file: "x", line: line, offset: 0))
        }
    }
}

/// A thousand rule files, ten thousand by `RENKEI_CASES=10000`: each is refused with its place and its cure, or says of anybody what it says of them whole.
@Suite struct RandomRuleTests {
    @Test func everyRuleFileIsRefusedWithItsPlaceOrAppliedWithoutGuessing() throws {
        var maker = try RuleMaker(seed: testSeed)
        let wording = try FlaggingWording.load(folder: Fixture.guidelines)
        let nothing = RuleNight(day: Fixture.night, sources: [:], sourcesOf: [:])
        let night = Fixture.sources.night(of: RuleCase("T1", "", born: nil, [], ""))
        var (applied, flagged): (Int, Int) = (0, 0)
        for number in 0..<caseCount(1000) {
            let (id, text) = maker.next()
            let place = "RENKEI_SEED=\(testSeed), file \(number)\n\(text)"
            let rule: FlagRule
            do {
                let file = try ConfigurationFile.read(text, name: "rules/\(id).json5")
                var reader = RuleReader(
                    wording: wording, catalogue: Fixture.catalogue, purposes: ["support", "programmes"],
                    permits: nil)
                rule = try reader.read(file, stem: id)
            } catch {
                let faults = (error as? Faults)?.all ?? (error as? Fault).map { [$0] } ?? []
                #expect(!faults.isEmpty, "\(place)")
                for fault in faults {
                    #expect(
                        fault.kind == .configuration && fault.file == "rules/\(id).json5" && fault.line != nil
                            && !fault.message.isEmpty && !fault.fix.isEmpty, "\(fault) \(place)")
                }
                continue
            }
            applied += 1
            let set = RuleSet([rule])
            let person = maker.person()
            let told = set.outcomes(of: person, rules: [rule], on: night)[0]
            #expect(set.outcomes(of: person, rules: [rule], on: night)[0] == told, "\(place)")
            if case .flag(let flag) = told {
                flagged += 1
                #expect(
                    !flag.reasons.isEmpty && flag.reasons.allSatisfy { !$0.sentence.contains("{") },
                    "\(place)")
            }
            // With no source at all nothing is denied, whoever it is.
            let empty = JoinedPerson(
                id: "P-0", birth: person.birth, isResident: true, facts: [], household: [])
            if !text.contains("age:"), case .condition = rule.search, rule.dependencies.isEmpty {
                let silent = set.outcomes(of: empty, rules: [rule], on: nothing)[0]
                if case .noFinding = silent { Issue.record("denied without a source: \(place)") }
                if case .flag = silent { Issue.record("found without a source: \(place)") }
            }
        }
        // The makers must reach both sides, or they prove nothing.
        #expect(applied > caseCount(1000) / 20 && flagged > 0, "\(applied) applied, \(flagged) flagged")
    }
}
