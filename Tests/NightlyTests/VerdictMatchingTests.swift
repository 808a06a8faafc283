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

    private func verdict(_ id: Int, _ left: VerdictSide, _ right: VerdictSide, isSame: Bool) -> KeptVerdict {
        KeptVerdict(id: id, left: left, right: right, isSame: isSame, needsSecond: false, steps: [])
    }

    private let origin = Entities.Origin(source: "hoiku", isSpine: false, isUnique: false)

    @Test func aRecordIsKnownByItsKeyOrByItsSourcesNumber() throws {
        let keys = try keys()
        let number = PersonNumber(space: "hoiku", number: "12")
        var matching = VerdictMatching(
            [
                verdict(
                    1, VerdictSide(key: "old", number: keys.numberKey(source: "hoiku", number)),
                    VerdictSide(key: "b", number: nil), isSame: true),
                verdict(
                    2, VerdictSide(key: "b", number: nil), VerdictSide(key: "gone", number: nil),
                    isSame: false),
            ], keys: keys)
        for (record, key) in ["edited", "b", "c"].enumerated() {
            matching.look(
                at: (key, Identifiers(number: record == 0 ? number : nil)), of: record, in: origin)
        }
        #expect(matching.pairs == PairVerdicts(same: [.init(0, 1)]))
        // Another source's same number is somebody else's.
        var other = VerdictMatching([], keys: keys)
        other.look(at: ("edited", Identifiers(number: number)), of: 0, in: origin)
        #expect(other.pairs == PairVerdicts())
    }

    @Test func aVerdictThatDoesNotHoldIsCountedAndTold() throws {
        let keys = try keys()
        var matching = VerdictMatching(
            [
                verdict(
                    4, VerdictSide(key: "a", number: nil), VerdictSide(key: "b", number: nil), isSame: true),
                verdict(
                    5, VerdictSide(key: "c", number: nil), VerdictSide(key: "d", number: nil), isSame: true),
                verdict(
                    6, VerdictSide(key: "a", number: nil), VerdictSide(key: "z", number: nil), isSame: true),
            ], keys: keys)
        let names = ["a", "b", "c", "d"]
        for (record, key) in names.enumerated() {
            matching.look(at: (key, Identifiers()), of: record, in: origin)
        }
        // `a` and `b` are two rows of the register.
        let records = names.enumerated().map { index, _ in
            LinkageRecord(source: "jumin", isSpine: index < 2, isUnique: false, identifiers: Identifiers())
        }
        let model = try LinkageModel.load(path: Self.checkout + "/Guidelines/linkage/model.json")
        let outcome = try Linker(model: model, threads: 1).link(records, verdicts: matching.pairs)
        let recordKeys = names.map { RecordKey($0) }
        var state = IdentityState()
        state.apply(matching.events(of: recordKeys))
        let night = state.night(clusters: outcome.clusters.map { $0.map { recordKeys[$0] } }) {
            key, attempt in
            PersonID("\(key)-\(attempt)")
        }
        let log = NightLog(seconds: { 0 }, listener: { _ in })
        let counts = matching.settle(outcome, unheeded: night.unheeded, of: recordKeys, log: log)
        #expect(counts?.heeded == 1 && counts?.resting == 1 && counts?.conflicting == [4])
        #expect(log.notices.count == 1 && log.notices[0].contains("V-4"))
    }
}
