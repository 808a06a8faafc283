import Domain
import Foundation
import Linkage
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct LinkageReportingTests {
    private static let today = Day(number: 20_727)
    private static let model =
        URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/Guidelines/linkage/model.json"

    /// What a night knows of 24 families of two children, each of them on the register and at a nursery; the first two
    /// children are twins, and the first child of the second family has come this year.
    private struct Town {
        var entities = Entities()
        var groups = LinkageGroups(asOf: LinkageReportingTests.today)
        var records: [LinkageRecord] = []
        var outcome: LinkageOutcome?

        init() throws {
            let scratch = try ScratchFolder()
            let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
            for family in 0..<24 {
                for (place, given) in [("花", "ハナ"), ("海", "ウミ")].enumerated() {
                    let apart = family == 0 ? 0 : 900 * place
                    for source: SourceID in ["jumin", "hoiku"] {
                        add(
                            Identifiers(
                                names: [
                                    NameForm(
                                        kind: .legal, family: "山\(family)", given: "\(given.0)\(family)",
                                        givenKana: given.1, written: "山\(family)　\(given.0)\(family)")
                                ], birth: .day(Day(number: 17_000 + 37 * family + apart)), sex: .female,
                                address: Address(town: "若葉台1", block: "\(family + 1)-2"),
                                household: source == "jumin" ? HouseholdID("\(family)") : nil),
                            source: source, since: family == 1 && place == 0 ? 100 : 3000, keys)
                    }
                }
            }
            outcome = try Linker(model: LinkageModel.load(path: LinkageReportingTests.model), threads: 1)
                .link(records)
        }

        private mutating func add(
            _ identifiers: Identifiers, source: SourceID, since days: Int, _ keys: WorkspaceKeys
        ) {
            let isSpine = source == "jumin"
            let since = Fact(
                item: "A02", kind: "resident_since", value: .day(today.adding(days: -days)), on: nil)
            let record = Record(
                position: RowPosition(source: source, file: "f", line: records.count + 2, offset: 0),
                subject: .child, identifiers: identifiers, facts: isSpine ? [since] : [])
            let origin = Entities.Origin(source: source, isSpine: isSpine, isUnique: isSpine)
            let entity = entities.entity(
                of: record, IdentityDigest(of: record), origin: origin, on: today, keys: keys)
            groups.look(at: identifiers, of: entity.index, isSpine: isSpine)
            records.append(
                LinkageRecord(source: source, isSpine: isSpine, isUnique: isSpine, identifiers: identifiers))
        }

        func report(protecting protected: Set<Int> = []) throws -> LinkageReport {
            try LinkageReporting(
                outcome: #require(outcome), entities: entities, groups: groups, protected: protected
            )
            .report { list in
                Dictionary(
                    list.map { ($0, RowPosition(source: "s", file: "f", line: $0 + 2, offset: 0)) },
                    uniquingKeysWith: { first, _ in first })
            }
        }

        private var today: Day { LinkageReportingTests.today }
    }

    @Test func noExampleIsOfAnybodyUnderProtection() throws {
        let town = try Town()
        let open = try town.report()
        let twins = try #require(open.examples.first { $0.kind == .heldBack })
        #expect(open.heldBack > 0 && twins.left.line <= 5 && twins.right.line <= 5)
        let all = try #require(town.outcome).clusters
        let clusters = all.indices.filter { all[$0][0] < 4 }
        for example in try town.report(protecting: Set(clusters)).examples {
            #expect(example.left.line > 5 && example.right.line > 5, "\(example.kind)")
        }
        #expect(try town.report(protecting: Set(all.indices)).examples.isEmpty)
    }

    @Test func sharesAreOfTheSourcesAndGroupsThereAre() throws {
        let town = try Town()
        let report = try town.report()
        #expect(report.comparablePairs == 96 * 95 / 2 - 48 * 47 / 2)
        #expect(report.linkedSources == [.init(name: "hoiku", share: GuardedShare(all: 48, with: 48))])
        #expect(report.linkedGroups.first == .init(name: "all", share: GuardedShare(all: 48, with: 48)))
        #expect(report.foundChildren.first == .init(name: "all", share: GuardedShare(all: 48, with: 48)))
        #expect(report.clusterSizes == [.init(records: 2, persons: 48)])
        #expect(town.groups.children.count == 48 && town.groups.registerTwins == [0, 2])
        #expect(town.entities.newcomers == [4])
    }

    @Test(arguments: [
        (NameForm(kind: .alias, family: "山田"), true), (NameForm(kind: .legal, family: "NGUYEN"), true),
        (NameForm(kind: .latin, unsplit: "NGUYEN VAN AN"), true),
        (NameForm(kind: .legal, family: "グエン"), true),
        (NameForm(kind: .legal, unsplit: "グエンアン"), true), (NameForm(kind: .legal, family: "山田"), false),
        (NameForm(kind: .legal, familyKana: "ヤマダ"), false), (NameForm(kind: .former, family: "山田"), false),
    ])
    func aNameIsForeignByItsKindOrItsLetters(form: NameForm, expected: Bool) {
        var groups = LinkageGroups(asOf: Self.today)
        groups.look(at: Identifiers(names: [form]), of: 7, isSpine: false)
        #expect(groups.foreignName == (expected ? [7] : []))
    }

    @Test func aFamilyNameIsAnotherOneWhereNoGuardianHasIt() {
        func isOther(_ own: [NameForm], _ guardians: [NameForm]) -> Bool {
            var groups = LinkageGroups(asOf: Self.today)
            groups.look(at: Identifiers(names: own, guardians: guardians), of: 7, isSpine: false)
            return groups.changedFamilyName == [7]
        }
        let sato = NameForm(kind: .legal, family: "佐藤", familyKana: "サトウ")
        let variant = NameForm(kind: .legal, family: "左藤", familyKana: "サトウ")
        let mori = NameForm(kind: .legal, family: "森")
        #expect(isOther([sato], [mori]) && isOther([sato, NameForm(kind: .former, family: "森")], []))
        #expect(!isOther([sato], [mori, sato]) && !isOther([sato], [variant]))
        #expect(!isOther([sato], []) && !isOther([], [mori]))
    }
}
