import Domain
import TestSupport
import Testing

@testable import Linkage

/// A model that a city taught is held against the one in force.
@Suite struct ModelTrialTests {
    /// A town whose departments share numbers, so that who is who is known without names; or one without any number.
    private func numbered(_ town: InventedTown, _ isNumbered: Bool = true) -> [LinkageRecord] {
        zip(town.records, town.truth).map { record, person in
            var identifiers = record.identifiers
            identifiers.number = isNumbered ? PersonNumber(space: "atena", number: "\(person)") : nil
            return LinkageRecord(
                source: record.source, isSpine: record.isSpine, isUnique: record.isUnique,
                identifiers: identifiers)
        }
    }

    @Test func aModelThatAFewRecordsTaughtIsHeldAgainstTheOneInForce() throws {
        let town = InventedTown(households: 200, seed: testSeed)
        let shipped = try shippedModel()
        func trial(_ records: [LinkageRecord], _ base: LinkageModel) throws -> ModelTrial {
            try ModelTrial.run(
                records: records, verdicts: PairVerdicts(), sampled: PairVerdicts(), base: base, seed: 1,
                threads: 2, sampledPairs: 50_000)
        }
        // Nothing but names and dates: nobody can tell.
        #expect(try trial(numbered(town, false), shipped).outcome == .unknown)
        let known = try trial(numbered(town), shipped)
        #expect(known.matches >= ModelTrial.least, "seed \(testSeed)")
        if known.outcome == .worse { #expect(known.own.loss > known.inForce.loss, "seed \(testSeed)") }
        // A model that takes everybody for one person is easily bettered.
        var credulous = shipped
        credulous.prior.partnersPerRecord = 300
        #expect(try trial(numbered(town), credulous).outcome == .good, "seed \(testSeed)")
        #expect(try trial(numbered(town), shipped) == known)
    }
}
