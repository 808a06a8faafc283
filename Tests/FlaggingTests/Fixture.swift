import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Flagging

/// A night in the invented 若葉野市: 1 October 2026, every source current to that day unless a case says otherwise.
enum Fixture {
    static let night = day("2026-10-01")
    private static let project = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
    static let guidelines = project.appending(path: "Guidelines").path

    /// The extracts of the sample city; every other item of the catalogue has a source of its own, named by its code.
    static let sources = CaseSources(
        [
            .init("jumin", "住民記録", ["A02", "A04", "A07"]), .init("jidoteate", "児童手当", ["C01"]),
            .init("jidofuyo", "児童扶養手当", ["C02"]), .init("seiho", "生活保護", ["D01"]),
            .init("kenshin", "乳幼児健診", ["B06"]), .init("yobosesshu", "予防接種", ["B07"]),
            .init("ninsanpu", "妊娠届・産婦健診", ["B01", "B04"]), .init("hoiku", "保育所等在籍・登園", ["C04", "C06"]),
            .init("gakurei", "学齢簿", ["F01"]), .init("shukketsu", "出欠", ["F03"]),
            .init("shugakuenjo", "就学援助", ["F02"]), .init("soudan", "家庭児童相談・要対協台帳", ["D05", "D06", "D07"]),
        ], supposed: catalogue.items.values.sorted { $0.code < $1.code })

    static let shippedCatalogue: Catalogue = {
        do {
            return try Guideline.load(folder: guidelines, digest: { _ in "" }).catalogue
        } catch {
            fatalError("the shipped guidelines: \(error)")
        }
    }()

    /// The shipped catalogue, and an item that no rule may read whatever it is called.
    static let catalogue = Catalogue(
        shippedCatalogue.items.values + [
            Item(
                code: "X01", title: "国籍等", holder: "市", sensitivity: .normal, difficulties: [],
                justification: "試験", retentionYears: 5,
                kinds: [ItemKind(kind: "nationality", title: "国籍", type: .code, codes: ["日本", "その他"])])
        ])

    static let cases: [RuleCase] = {
        do {
            return try RuleCaseFile.load(
                folder: project.appending(path: "samples/rules").path, catalogue: catalogue, sources: sources)
        } catch {
            fatalError("the shipped cases: \(error)")
        }
    }()

    static func shipped() throws -> RuleSet {
        try RuleSet.load(folder: guidelines, catalogue: catalogue, purposes: ["support", "programmes"])
    }

    static func day(_ text: String) -> Day { Day(iso: text) ?? Day(number: 0) }
}

extension RuleCase: CustomTestStringConvertible {
    package var testDescription: String { "\(rule) \(name)" }

    /// A case of the tests alone, on the night of the fixture.
    init(
        _ rule: RuleID, _ name: String, born: String?, _ facts: [String], resident: Bool = true,
        around: [(born: String?, facts: [String])] = [], _ expected: String
    ) {
        self.init(
            rule: rule, name: name, own: Member(born: born, facts: facts), day: Fixture.night,
            expected: expected)
        isResident = resident
        self.around = around.map { Member(born: $0.born, facts: $0.facts) }
    }

    var person: JoinedPerson { Fixture.sources.person(of: self) }

    func outcome(_ set: RuleSet, of person: JoinedPerson? = nil) -> RuleOutcome? {
        set.outcome(of: self, sources: Fixture.sources, person: person)
    }
}
