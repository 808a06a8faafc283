import Domain
import TestSupport
import Testing

@testable import Policy

/// What changes between two guidelines, and who may use what, beside asking about every point.
@Suite("Differences")
struct DifferenceTests {
    private func everyChange(_ old: Guideline, _ new: Guideline) -> Set<String> {
        var changes: Set<String> = []
        let roles = Set(old.roles.keys).union(new.roles.keys)
        let purposes = Set(old.purposes.keys).union(new.purposes.keys)
        let items = Set(old.catalogue.items.keys).union(new.catalogue.items.keys)
        for role in roles {
            for action in Action.allCases {
                for purpose in purposes {
                    for item in action.concernsItems ? items.map(Optional.some) : [nil] {
                        for situation in Situation.allCases {
                            let answers = [old, new].map { guideline in
                                let asked = request(
                                    action, items: item.map { [$0] } ?? [], roles: [role], purpose: purpose,
                                    standing: situation.standing,
                                    actor: guideline.roles[role]?.isSystem == true
                                        ? .system("night") : .user("tanaka"),
                                    isScheduled: situation.isScheduled, isDeclared: situation.isDeclared,
                                    hasReason: true, second: .user("suzuki"), remit: situation.remit)
                                return guideline.decide(asked).grant?.obligations.all
                            }
                            guard answers[0] != answers[1] else { continue }
                            // Of a role of the whole city one of the three says it.
                            guard situation.remit == .within || role == "pupil" else { continue }
                            let kind: GuidelineDifference.Kind =
                                answers[0] == nil ? .gained : answers[1] == nil ? .revoked : .obliged
                            changes.insert(
                                "\(kind) \(role) \(action) \(purpose) \(item?.rawValue ?? "") \(situation.position)"
                            )
                        }
                    }
                }
            }
        }
        return changes
    }

    @Test func itListsExactlyTheTuplesThatBruteForceFinds() {
        let before = guideline([
            statement(.permit, id: "p", roles: .only(["staff"])),
            statement(.forbid, id: "f", items: .only(["X3"]), when: Condition(consent: .refused)),
        ])
        let after = guideline(
            [
                statement(.permit, id: "p", roles: .except(["night"]), items: .only(["X1", "X3"])),
                statement(
                    .oblige, id: "o", items: .only(["X1"]), when: Condition(protected: true),
                    obligations: [.maskPhone]),
                statement(.permit, id: "r", actions: [.record]),
            ],
            purposes: [purpose("help"), purpose("new", items: ["X2"], isEmergency: true)])
        let unbound = guideline([statement(.permit)], pupil: .city)
        let bound = guideline([statement(.permit)])
        for (old, new) in [
            (before, after), (after, before), (before, before), (unbound, bound), (bound, unbound),
        ] {
            let difference = GuidelineDifference(from: old, to: new, on: today)
            let found = difference.changes.map {
                "\($0.kind) \($0.role) \($0.action) \($0.purpose) \($0.item?.rawValue ?? "") \($0.situation.position)"
            }
            #expect(Set(found).count == found.count)
            #expect(Set(found) == everyChange(old, new))
        }
    }

    @Test func theHeadlineCountsTheSafeguardsThatFallAndWhoGainsWhat() {
        let reads = statement(
            .permit, id: "p", roles: .only(["staff"]), actions: [.read], purposes: .only(["help"]))
        let old = guideline([
            reads,
            statement(
                .oblige, id: "m", items: .only(["X1"]), when: Condition(protected: true),
                obligations: [.maskAddress, .maskPhone]),
            statement(.forbid, id: "r", items: .only(["X1"]), when: Condition(consent: .refused)),
            statement(.forbid, id: "s", items: .only(["X2"]), when: Condition(protected: true)),
            statement(.forbid, id: "c", items: .only(["X3"]), when: Condition(consent: .notRecorded)),
        ])
        let new = guideline([
            reads,
            statement(
                .permit, id: "q", roles: .only(["other"]), actions: [.list], items: .only(["X1"]),
                purposes: .only(["else"])),
        ])
        let wider = GuidelineDifference(from: old, to: new, on: today).headline
        #expect(wider.masksFallen == 2 && wider.openedToProtected == 1)
        #expect(wider.refusalsFallen == 1 && wider.consentsFallen == 1 && wider.narrowed == 0)
        #expect(
            wider.gains == [
                .init(role: "other", purpose: "else", actions: [.list], items: ["X1"]),
                .init(role: "staff", purpose: "help", actions: [.read], items: ["X1", "X2", "X3"]),
            ])
        let narrower = GuidelineDifference(from: new, to: old, on: today).headline
        #expect(narrower.masksFallen == 0 && narrower.openedToProtected == 0 && narrower.gains.isEmpty)
        #expect(narrower.refusalsFallen == 0 && narrower.consentsFallen == 0 && narrower.narrowed == 4)
    }

    @Test func aPurposeThatEndsTakesItsTuplesWithIt() {
        let old = guideline([statement(.permit, actions: [.read])])
        let new = guideline(
            [statement(.permit, actions: [.read])],
            purposes: [purpose("help", from: today, to: today), purpose("else", items: ["X1"])])
        #expect(GuidelineDifference(from: old, to: new, on: today).changes.isEmpty)
        let later = GuidelineDifference(from: old, to: new, on: today.adding(days: 1)).changes
        #expect(!later.isEmpty && later.allSatisfy { $0.kind == .revoked && $0.purpose == "help" })
    }

    @Test func whoMayUseAnItemIsWhoGetsItWhenAsking() throws {
        let guideline = try shipped()
        let found = Set(
            guideline.accesses(on: today).filter { $0.open != nil && $0.item != nil }.map {
                "\($0.role) \($0.action) \($0.purpose) \($0.item?.rawValue ?? "")"
            })
        var expected: Set<String> = []
        for asked in guideline.everyRequest()
        where asked.action.concernsItems && asked.standing == PersonStanding() {
            for item in guideline.decide(asked).items {
                expected.insert("\(asked.roles[0]) \(asked.action) \(asked.purpose) \(item)")
            }
        }
        #expect(found == expected && found.count > 100)
    }

    @Test func aRegisterNamesThePurposesAndItemsOfItsFile() throws {
        let registers = try shipped().fileRegisters(on: today)
        #expect(registers.map(\.name) == ["こどもデータ連携ファイル", "住民基本台帳における支援措置ファイル"])
        #expect(registers[0].items.contains("B06") && !registers[0].items.contains("E01"))
        #expect(registers[1].purposes.map(\.id) == ["safety"])
        #expect(try shipped().fileRegisters(on: Day(number: 0)).isEmpty)
    }

    @Test func filesComeBackFromTheirBytesAsTheyWere() throws {
        let files = try GuidelineFiles(folder: shippedFolder)
        let again = try #require(GuidelineFiles(canonicalBytes: files.canonicalBytes))
        #expect(again.canonicalBytes == files.canonicalBytes)
        #expect(try Guideline.load(again, digest: checksum).revision == shipped().revision)
        for cut in [1, 7, 8, 30, files.canonicalBytes.count - 1] {
            let part = GuidelineFiles(canonicalBytes: Array(files.canonicalBytes.prefix(cut)))
            #expect(part?.canonicalBytes.count ?? 0 < files.canonicalBytes.count)
        }
    }
}
