import Domain
import Identity
import Store

/// Finds out whom tonight what people said of the use of their data is about.
///
/// It is kept of records, not of a person's id: where two were taken for one and part again, it goes with the records.
struct ConsentMatching {
    private let consents: [KeptConsent]
    /// The place in `consents` of each kept record.
    private let owners: [Int]
    private var matching: KeptRecordMatching
    /// Every id that somebody bore who was shredded: their records come no more, as somebody wanted.
    private let shredded: Set<PersonID>

    /// - Parameter consents: those that are not ended.
    init(_ consents: [KeptConsent], keys: WorkspaceKeys) {
        self.consents = consents
        shredded = keys.ring.shredded.reduce(into: []) { $0.formUnion($1.persons) }
        owners = consents.enumerated().flatMap { place, consent in consent.records.map { _ in place } }
        matching = KeptRecordMatching(consents.flatMap(\.records), keys: keys)
    }

    /// Whether anything said may be about a record.
    func mayConcern(
        _ key: RecordKey, _ number: PersonNumber?, in origin: Entities.Origin, subject: Subject
    ) -> Bool {
        matching.mayConcern(key, number, in: origin, subject: subject)
    }

    mutating func look(
        at entity: (key: String, identifiers: Identifiers), of record: Int, in origin: Entities.Origin,
        subject: Subject
    ) {
        matching.look(at: entity, of: record, in: origin, subject: subject)
    }

    /// By number of the consent; none where no record of it came.
    ///
    /// - Parameter persons: who each record is, by its place.
    func reach(_ persons: (Int) -> PersonID) -> [Int: Set<PersonID>] {
        var reach: [Int: Set<PersonID>] = [:]
        for (owner, found) in zip(owners, matching.found) where !found.records.isEmpty {
            reach[consents[owner].id, default: []].formUnion(found.records.map(persons))
        }
        return reach
    }

    /// What an official should read about those in force of whom no record came; `nil` where there are none.
    func notice(_ reach: [Int: Set<PersonID>], on day: Day) -> String? {
        let resting = consents.filter {
            $0.isInForce(on: day) && reach[$0.id] == nil && !shredded.contains($0.person)
        }
        guard !resting.isEmpty else { return nil }
        let names = resting.prefix(20).map { "M-\($0.id)" }.joined(separator: "、")
        return
            "同意・利用停止の申出のうち\(resting.count)件（\(names)\(resting.count > 20 ? "ほか" : "")）は、その方の記録が今夜の抽出にありません。"
            + "申出は残り、記録がまた来れば効きます。番号も氏名も生年月日も変わった方がいないか、「renkei consent list」で確かめてください。"
    }
}
