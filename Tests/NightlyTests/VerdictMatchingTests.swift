import Domain
import Foundation
import Identity
import Linkage
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct VerdictMatchingTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func keys() throws -> WorkspaceKeys {
        let scratch = try ScratchFolder()
        return try WorkspaceKeys.create(folder: scratch.file("keys"))
    }

    private func verdict(_ id: Int, _ left: KeptRecord, _ right: KeptRecord, isSame: Bool) -> KeptVerdict {
        KeptVerdict(id: id, left: left, right: right, isSame: isSame, needsSecond: false, steps: [])
    }

    private let origin = Entities.Origin(source: "hoiku", isSpine: false, isUnique: false)

    private static let number = PersonNumber(space: "hoiku", number: "12")

    private static func child(_ given: String, born day: Int) -> Identifiers {
        Identifiers(
            names: [NameForm(kind: .legal, family: "若葉", given: given, givenKana: "ハナ")],
            birth: .day(Day(number: day)), number: number)
    }

    /// A verdict on a numbered record, whose key was `old`, and `b`.
    private func judged(_ keys: WorkspaceKeys) -> VerdictMatching {
        VerdictMatching(
            [
                verdict(
                    1,
                    KeptRecord(
                        key: "old",
                        number: keys.numberKey(source: "hoiku", subject: .child, Self.number),
                        marks: keys.marks(source: "hoiku", Self.child("花", born: 15_000))),
                    KeptRecord(key: "b", number: nil), isSame: true)
            ], keys: keys)
    }

    /// The pairs that the verdict is about where `b` comes with these records.
    private func pairs(
        _ matching: VerdictMatching, _ others: [(key: String, identifiers: Identifiers)],
        source: SourceID = "hoiku", subject: Subject = .child
    ) -> Set<PairVerdicts.Pair> {
        var matching = matching
        let origin = Entities.Origin(source: source, isSpine: false, isUnique: false)
        matching.look(at: ("b", Identifiers()), of: 0, in: origin, subject: .child)
        for (record, other) in others.enumerated() {
            matching.look(at: other, of: record + 1, in: origin, subject: subject)
        }
        return matching.pairs.same
    }

    @Test func aRecordIsKnownByItsKeyOrByItsSourcesNumberWithBirthAndGivenName() throws {
        let matching = judged(try keys())
        let moved = Self.child("花", born: 15_000)
        #expect(pairs(matching, [("old", Identifiers())]) == [.init(0, 1)])
        #expect(pairs(matching, [("moved", moved)]) == [.init(0, 1)])
        // Written with another kanji, read as before.
        #expect(pairs(matching, [("moved", Self.child("華", born: 15_000))]) == [.init(0, 1)])
        // While the very record comes, another row with its number is another record.
        #expect(pairs(matching, [("moved", moved), ("old", moved)]) == [.init(0, 2)])
    }

    @Test func aNumberThatIsSomebodyElsesNowCarriesNoVerdict() throws {
        let matching = judged(try keys())
        let same = Self.child("花", born: 15_000)
        #expect(pairs(matching, [("other", Self.child("花", born: 15_001))]).isEmpty)
        var twin = Self.child("空", born: 15_000)
        twin.names[0].givenKana = "ソラ"
        #expect(pairs(matching, [("twin", twin)]).isEmpty)
        #expect(pairs(matching, [("nameless", Identifiers(number: Self.number))]).isEmpty)
        #expect(pairs(matching, [("other", same)], source: "gakurei").isEmpty)
        #expect(pairs(matching, [("guardian", same)], subject: .guardian).isEmpty)
    }

    @Test func aVerdictWhoseNumberWentToSomebodyElseRestsAndIsTold() throws {
        var matching = judged(try keys())
        matching.look(at: ("b", Identifiers()), of: 0, in: origin, subject: .child)
        matching.look(at: ("other", Self.child("空", born: 14_000)), of: 1, in: origin, subject: .child)
        let model = try LinkageModel.load(path: Self.checkout + "/Guidelines/linkage/model.json")
        let record = LinkageRecord(
            source: "hoiku", isSpine: false, isUnique: false, identifiers: Identifiers())
        let outcome = try Linker(model: model, threads: 1).link([record, record], verdicts: matching.pairs)
        let log = NightLog(seconds: { 0 }, listener: { _ in })
        let counts = matching.settle(outcome, unheeded: [], log: log) { ["b", "other"][$0] }
        #expect(counts?.resting == 1 && counts?.heeded == 0)
        #expect(log.notices.count == 1 && log.notices[0].contains("V-1"))
    }

    @Test func ofTwoOppositeVerdictsOnAPairTheOneThatCannotBeDoneIsTold() throws {
        let (a, b) = (KeptRecord(key: "a", number: nil), KeptRecord(key: "b", number: nil))
        for isSameFirst in [true, false] {
            var matching = VerdictMatching(
                [verdict(1, a, b, isSame: isSameFirst), verdict(2, a, b, isSame: !isSameFirst)],
                keys: try keys())
            for (record, key) in ["a", "b"].enumerated() {
                matching.look(at: (key, Identifiers()), of: record, in: origin, subject: .child)
            }
            let model = try LinkageModel.load(path: Self.checkout + "/Guidelines/linkage/model.json")
            let record = LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false, identifiers: Identifiers())
            let outcome = try Linker(model: model, threads: 1).link(
                [record, record], verdicts: matching.pairs)
            let recordKeys: [RecordKey] = ["a", "b"]
            var state = IdentityState()
            state.apply(matching.events { recordKeys[$0] })
            let night = state.night(clusters: outcome.clusters.map { $0.map { recordKeys[$0] } }) {
                key, attempt in PersonID("\(key)-\(attempt)")
            }
            let log = NightLog(seconds: { 0 }, listener: { _ in })
            let counts = matching.settle(outcome, unheeded: night.unheeded, log: log) { recordKeys[$0] }
            #expect(counts?.heeded == 1 && counts?.conflicting == [isSameFirst ? 1 : 2], "\(isSameFirst)")
        }
    }

    @Test func aVerdictThatDoesNotHoldIsCountedAndTold() throws {
        let keys = try keys()
        var matching = VerdictMatching(
            [
                verdict(
                    4, KeptRecord(key: "a", number: nil), KeptRecord(key: "b", number: nil), isSame: true),
                verdict(
                    5, KeptRecord(key: "c", number: nil), KeptRecord(key: "d", number: nil), isSame: true),
                verdict(
                    6, KeptRecord(key: "a", number: nil), KeptRecord(key: "z", number: nil), isSame: true),
            ], keys: keys)
        let names = ["a", "b", "c", "d"]
        for (record, key) in names.enumerated() {
            matching.look(at: (key, Identifiers()), of: record, in: origin, subject: .child)
        }
        // `a` and `b` are two rows of the register.
        let records = names.enumerated().map { index, _ in
            LinkageRecord(source: "jumin", isSpine: index < 2, isUnique: false, identifiers: Identifiers())
        }
        let model = try LinkageModel.load(path: Self.checkout + "/Guidelines/linkage/model.json")
        let outcome = try Linker(model: model, threads: 1).link(records, verdicts: matching.pairs)
        let recordKeys = names.map { RecordKey($0) }
        var state = IdentityState()
        state.apply(matching.events { recordKeys[$0] })
        let night = state.night(clusters: outcome.clusters.map { $0.map { recordKeys[$0] } }) {
            key, attempt in
            PersonID("\(key)-\(attempt)")
        }
        let log = NightLog(seconds: { 0 }, listener: { _ in })
        let counts = matching.settle(outcome, unheeded: night.unheeded, log: log) { recordKeys[$0] }
        #expect(counts?.heeded == 1 && counts?.resting == 1 && counts?.conflicting == [4])
        #expect(log.notices.count == 1 && log.notices[0].contains("V-4"))
    }
}
