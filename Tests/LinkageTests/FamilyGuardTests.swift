import Domain
import Testing

@testable import Linkage

/// Families share everything but the given name: what must never be linked, and what must.
@Suite struct FamilyGuardTests {
    private static let home = Address(town: "若葉台2", block: "3-4", building: "")

    private func record(
        _ source: SourceID, _ family: (String, String), _ given: (String, String), birth: String?,
        spine: Bool = false, address: Address? = home, number: String? = nil
    ) throws -> LinkageRecord {
        LinkageRecord(
            source: source, isSpine: spine, isUnique: spine || source == "gakurei",
            identifiers: Identifiers(
                names: [
                    NameForm(
                        kind: .legal, family: family.0, given: given.0, familyKana: family.1,
                        givenKana: given.1)
                ], birth: try birth.map { .day(try #require(Day(iso: $0))) }, sex: .male, address: address,
                number: number.map { PersonNumber(space: "atena", number: $0) }))
    }

    /// The town around, so that the prior and the names' frequencies are those of a town.
    private let crowd = InventedTown(households: 60, seed: 7).records
    private let sato = ("佐藤", "サトウ")

    private func link(_ records: [LinkageRecord]) throws -> (clusters: [[Int]], review: [Link]) {
        let outcome = try Linker(model: try shippedModel(), threads: 1).link(records + crowd)
        let own = outcome.clusters.map { $0.filter { $0 < records.count } }.filter { !$0.isEmpty }
        return (own, outcome.review.filter { $0.right < records.count })
    }

    /// Two residents whom the record fits nearly alike: what people want to look at must not decide whether it is linked.
    @Test func theReviewThresholdLinksNobody() throws {
        let records = try [
            record("jumin", sato, ("健太", "ケンタ"), birth: "2018-05-12", spine: true),
            record(
                "jumin", sato, ("謙多", "ケンタ"), birth: "2018-05-12", spine: true,
                address: Address(town: "若葉台2", block: "9-9", building: "")),
            record(
                "kenshin", sato, ("", "ケンタ"), birth: "2018-05-12",
                address: Address(town: "若葉台2", block: "", building: "")),
        ]
        var model = try shippedModel()
        var wasLeft = false
        for automatic in stride(from: 7.0, through: 30, by: 0.5) {
            model.thresholds.automatic = automatic
            let clusters = try [2, automatic - 0.01].map { review in
                model.thresholds.review = review
                let outcome = try Linker(model: model, threads: 1).link(records + crowd)
                if automatic > review + 1,
                    outcome.review.contains(where: { $0.right == 2 && $0.weight >= automatic })
                {
                    wasLeft = true
                }
                return outcome.clusters
            }
            #expect(clusters[0] == clusters[1], "\(automatic)")
        }
        #expect(wasLeft)
    }

    @Test func twinsStayTwo() throws {
        let twins = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("jumin", sato, ("悠人", "ユウト"), birth: "2018-05-12", spine: true),
            record("hoiku", sato, ("悠真", "ユウマ"), birth: "2018-05-12"),
            record("hoiku", sato, ("悠人", "ユウト"), birth: "2018-05-12"),
            record("kenshin", sato, ("", "ユウマ"), birth: "2018-05-12"),
        ]
        #expect(try link(twins).clusters == [[0, 2, 4], [1, 3]])
    }

    /// The commonest slip of a clerk: the twin's number on the child's form.
    @Test func theTwinsNumberLinksNobody() throws {
        let twins = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true, number: "1"),
            record("jumin", sato, ("悠人", "ユウト"), birth: "2018-05-12", spine: true, number: "2"),
            record("kenshin", sato, ("悠人", "ユウト"), birth: "2018-05-12", number: "1"),
            record("soudan", sato, ("拓海", "タクミ"), birth: "2018-05-12", number: "1"),
        ]
        let found = try link(twins)
        #expect(found.clusters == [[0], [1], [2], [3]])
    }

    /// Who has nobody beside them whom it could mean, is known by the number though the reading is another one of the same kanji.
    @Test func theNumberLinksWhoHasNoTwin() throws {
        let child = try [
            record("jumin", sato, ("寿仁", "トシヒト"), birth: "2018-05-12", spine: true, number: "1"),
            record("jidoteate", sato, ("", "ヒサヒト"), birth: "2018-05-12", number: "1"),
        ]
        #expect(try link(child).clusters == [[0, 1]])
    }

    @Test func twinsWithoutARegisterRecordStayTwo() throws {
        let twins = try [
            record("hoiku", sato, ("悠真", "ユウマ"), birth: "2018-05-12"),
            record("kenshin", sato, ("悠人", "ユウト"), birth: "2018-05-12"),
        ]
        #expect(try link(twins).clusters == [[0], [1]])
    }

    @Test func aCloseReadingIsNoAgreementForTwins() throws {
        let pair = try [
            record("jumin", sato, ("", "ケンタロウ"), birth: "2018-05-12", spine: true),
            record("hoiku", sato, ("", "ケンジロウ"), birth: "2018-05-12"),
        ]
        // The register knows one child of that day, and one character was misheard.
        #expect(try link(pair).clusters == [[0, 1]])
        let twin = try record("jumin", sato, ("", "ユウタ"), birth: "2018-05-12", spine: true)
        #expect(try link(pair + [twin]).clusters == [[0], [1], [2]])
        // A school's list knows both, whatever the register says.
        let school = try [("", "ケンタロウ"), ("", "ケンジロウ")].map { given in
            let record = try record("gakurei", sato, given, birth: "2018-05-12")
            return LinkageRecord(
                source: record.source, isSpine: false, isUnique: true, identifiers: record.identifiers)
        }
        #expect(try link(pair + school).clusters == [[0, 2], [1, 3]])
    }

    /// A grandchild may bear its grandmother's name in her house.
    @Test func oneNameInOneHouseIsNotOnePersonIfTheBirthDaysDiffer() throws {
        let namesakes = try [
            record("jumin", ("東海林", "ショウジ"), ("宇宙", "コスモ"), birth: "1950-11-23", spine: true),
            record("soudan", ("東海林", "ショウジ"), ("宇宙", "コスモ"), birth: "2018-05-12"),
        ]
        let (clusters, review) = try link(namesakes)
        #expect(clusters == [[0], [1]])
        #expect(review.map { [$0.left, $0.right] } == [[0, 1]])
    }

    private func enrolled(
        _ source: SourceID, _ given: (String, String), birth: PartialDate, school: String
    ) -> LinkageRecord {
        LinkageRecord(
            source: source, isSpine: false, isUnique: source == "gakurei",
            identifiers: Identifiers(
                names: [
                    NameForm(
                        kind: .legal, family: sato.0, given: given.0, familyKana: sato.1, givenKana: given.1)
                ], birth: birth, sex: .male, address: source == "gakurei" ? Self.home : nil, school: school))
    }

    private func age(_ iso: String) throws -> PartialDate {
        let today = Day(number: 20_727)
        return .age(try #require(Day(iso: iso)).age(on: today), on: today)
    }

    /// A class list knows name, school and age only; twins differ in nothing but the given name.
    @Test func twinsOfOneSchoolStayTwoWhereOnlyTheAgeIsKnown() throws {
        let day = PartialDate.day(try #require(Day(iso: "2018-05-12")))
        let twins = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("jumin", sato, ("悠人", "ユウト"), birth: "2018-05-12", spine: true),
            enrolled("gakurei", ("悠真", "ユウマ"), birth: day, school: "若葉野市立第一小学校"),
            enrolled("shukketsu", ("悠真", "ユウマ"), birth: age("2018-05-12"), school: "第一小学校"),
            enrolled("shukketsu", ("悠人", "ユウト"), birth: age("2018-05-12"), school: "第一小学校"),
        ]
        let clusters = try link(twins).clusters
        #expect(!clusters.contains { $0.contains(0) && $0.contains(1) })
        #expect(clusters.contains { Set([0, 2, 3]).isSubset(of: $0) })
        #expect(!clusters.contains { $0.contains(4) && ($0.contains(2) || $0.contains(3)) })
        let pattern = AgreementPattern(
            given: .different, family: .kanjiEqual, birth: .consistent, sex: .same, household: .missing,
            school: .same, number: .missing)
        #expect(pattern.isTwin && pattern.isContradiction)
    }

    /// Two residents of one name and age: the school-age register says which of them goes to the school.
    @Test func theSchoolTellsNamesakesApart() throws {
        let other = Address(town: "若葉台5", block: "1-1")
        let day = { (iso: String) in PartialDate.day(try #require(Day(iso: iso))) }
        let records = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-07-23", spine: true, address: other),
            enrolled("gakurei", ("悠真", "ユウマ"), birth: day("2018-05-12"), school: "第一小学校"),
            enrolled("shukketsu", ("悠真", "ユウマ"), birth: age("2018-05-12"), school: "第一小学校"),
        ]
        #expect(try link(records).clusters == [[0, 2, 3], [1]])
    }

    @Test func siblingsStayTwo() throws {
        let siblings = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("hoiku", sato, ("陽菜", "ヒナ"), birth: "2020-08-01"),
        ]
        #expect(try link(siblings).clusters == [[0], [1]])
    }

    @Test func aChildIsFoundAfterItsFamilyNameChanged() throws {
        let child = try [
            record("jumin", ("鈴木", "スズキ"), ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("gakurei", sato, ("悠真", "ユウマ"), birth: "2018-05-12"),
        ]
        #expect(try link(child).clusters == [[0, 1]])
    }

    @Test func anotherNumberOfTheSameSpaceIsNeverLinkedAutomatically() throws {
        let pair = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true, number: "11"),
            record("kenshin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", number: "12"),
        ]
        let (clusters, review) = try link(pair)
        #expect(clusters == [[0], [1]])
        #expect(review.map { [$0.left, $0.right] } == [[0, 1]])
    }

    @Test func theSameNumberCarriesAKanaSlip() throws {
        let pair = try [
            record("jumin", sato, ("健太郎", "ケンタロウ"), birth: "2018-05-12", spine: true, number: "11"),
            record("kenshin", ("", "サトウ"), ("", "ケンタロオ"), birth: "2018-05-12", address: nil, number: "11"),
        ]
        #expect(try link(pair).clusters == [[0, 1]])
    }

    /// Two residents of one name and birth day: nobody guesses whose the record is.
    @Test func aRecordBetweenTwoResidentsGoesToReview() throws {
        let other = Address(town: "若葉台5", block: "1-1")
        let records = try [
            record("jumin", ("東海林", "ショウジ"), ("宇宙", "コスモ"), birth: "2018-05-12", spine: true),
            record("jumin", ("東海林", "ショウジ"), ("宇宙", "コスモ"), birth: "2018-05-12", spine: true, address: other),
            record("hoiku", ("東海林", "ショウジ"), ("宇宙", "コスモ"), birth: "2018-05-12", address: nil),
        ]
        let (clusters, review) = try link(records)
        #expect(clusters == [[0], [1], [2]])
        #expect(Set(review.map { [$0.left, $0.right] }) == [[0, 2], [1, 2]])
    }

    @Test func twoRowsOfAUniqueSourceAreNotOnePersonEvenIfAlike() throws {
        let rows = try [
            record("jumin", sato, ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("gakurei", sato, ("悠真", "ユウマ"), birth: "2018-05-12"),
            record("gakurei", sato, ("", "ユウマ"), birth: "2018-05-12"),
        ]
        let (clusters, review) = try link(rows)
        #expect(clusters == [[0, 1], [2]])
        #expect(review.map { [$0.left, $0.right] } == [[0, 2]])
    }

    @Test func aWeightAloneNeverSuffices() {
        let pattern = AgreementPattern(
            given: .missing, family: .kanjiEqual, birth: .sameDay, sex: .same, household: .address,
            school: .same, number: .missing)
        #expect(!pattern.mayBeAutomatic)
        #expect(
            AgreementPattern(
                given: .missing, family: .kanjiEqual, birth: .sameDay, sex: .same, household: .address,
                school: .missing, number: .same
            ).mayBeAutomatic)
    }
}
