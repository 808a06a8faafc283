import Domain

/// What each shipped rule says of small invented people; the golden reasons are made from the same cases.
enum ShippedRuleCases {
    static let all = checkUps + places + absences + mothers + offers

    private static let missed = ["B06.18m=未受診@2026-05", "B06.encouraged@2026-06-10"]
    private static let precise = ["B06.18m=受診@2026-05-12", "B06.18m_result=要精密@2026-05-12"]

    static let checkUps: [RuleCase] = [
        RuleCase(
            "U1", "missed after encouragement, nobody saw the child", born: "2024-09-15", missed,
            "flag 2026-06-10"),
        RuleCase(
            "U1", "seen by a visit in the same row", born: "2024-09-15", missed + ["B06.seen=訪問@2026-05"],
            "none"),
        RuleCase(
            "U1", "seen, without a date", born: "2024-09-15", missed + ["B06.seen=園"], "unknown undated"),
        RuleCase(
            "U1", "seen, without a date and with one", born: "2024-09-15",
            missed + ["B06.seen=園", "B06.seen=訪問@2026-07-01"], "none"),
        RuleCase(
            "U1", "encouraged, nobody knows when", born: "2024-09-15",
            ["B06.18m=未受診@2026-05", "B06.encouraged=x"], "unknown undated"),
        RuleCase(
            "U1", "missed once without a date, attended since", born: "2024-09-15",
            ["B06.18m=未受診", "B06.18m=受診@2026-05", "B06.encouraged@2026-06-10"], "none"),
        RuleCase(
            "U1", "seen only for the check-up before", born: "2024-09-15", missed + ["B06.seen=訪問@2025-02"],
            "flag 2026-06-10"),
        RuleCase("U1", "attended later", born: "2024-09-15", missed + ["B06.18m=受診@2026-07-01"], "none"),
        RuleCase(
            "U1", "both said for one day", born: "2024-09-15", missed + ["B06.18m=受診@2026-05-01"], "none"),
        RuleCase("U1", "not recorded is not missed", born: "2024-09-15", [], "none"),
        RuleCase("U1", "missed but never encouraged", born: "2024-09-15", ["B06.18m=未受診@2026-05"], "none"),
        RuleCase(
            "U1", "the last day of grace", born: "2024-09-15",
            ["B06.18m=未受診@2026-05", "B06.encouraged@2026-08-03"],
            "not yet 2026-10-02"),
        RuleCase(
            "U1", "the day after grace", born: "2024-09-15",
            ["B06.18m=未受診@2026-05", "B06.encouraged@2026-08-02"],
            "flag 2026-08-02"),
        RuleCase(
            "U1", "stale check-ups", born: "2024-09-15", missed, stale: ["kenshin"], "unknown stale-source"),
        RuleCase(
            "U1", "check-ups did not arrive", born: "2024-09-15", [], absent: ["kenshin"],
            "unknown stale-source"),
        RuleCase("U1", "held back by policy", born: "2024-09-15", [], withheld: ["B06"], "unknown withheld"),
        RuleCase(
            "U1", "already supported", born: "2024-09-15", missed + ["D07.registration=要支援@2026-01-10"],
            "suppressed already-supported"),
        RuleCase(
            "U1", "support was closed", born: "2024-09-15",
            missed + ["D07.registration=要支援@2026-01-10#7", "D07.closed@2026-06-01#7"], "flag 2026-06-10"),
        RuleCase(
            "U1", "support was closed and opened again", born: "2024-09-15",
            missed + [
                "D07.registration=要支援@2025-01-10#7", "D07.closed@2026-06-01#7",
                "D07.registration=要保護@2026-05-01#8",
            ],
            "suppressed already-supported"),
        RuleCase(
            "U1", "support begins tomorrow", born: "2024-09-15", missed + ["D07.registration=要支援@2026-10-02"],
            "flag 2026-06-10"),
        RuleCase("U1", "four months tomorrow", born: "2026-06-02", [], "n/a"),
        RuleCase("U1", "not on the register", born: "2024-09-15", missed, resident: false, "n/a"),
        RuleCase(
            "U1", "needs a closer look, no later record", born: "2024-09-15", precise, "flag 2026-05-12"),
        RuleCase("U1", "looked at later", born: "2024-09-15", precise + ["B06.seen=園@2026-08-01"], "none"),
        RuleCase(
            "U1", "closer look within 90 days", born: "2024-09-15",
            ["B06.18m=受診@2026-07-04", "B06.18m_result=要精密@2026-07-04"], "not yet 2026-10-02"),
        RuleCase("U1", "before the rule was in force", born: "2024-09-15", missed, on: "2026-03-31", "n/a"),
    ]

    private static let foundAt3 = [
        "B06.3y=受診@2025-08-20", "B07.dose=MR@2025-05-01", "A02.resident_since@2022-08-01",
    ]

    static let places: [RuleCase] = [
        RuleCase("U2", "no place, not seen for a year", born: "2022-08-01", foundAt3, "flag 2025-08-01"),
        RuleCase(
            "U2", "enrolled last month", born: "2022-08-01", foundAt3 + ["C04.enrolled=在籍@2026-09"], "none"),
        RuleCase(
            "U2", "left in May", born: "2022-08-01",
            foundAt3 + ["C04.enrolled=在籍@2026-04", "C04.enrolled=退園@2026-05"], "flag 2025-08-01"),
        RuleCase(
            "U2", "vaccinated this year", born: "2022-08-01", foundAt3 + ["B07.dose=日本脳炎@2026-02-02"], "none"),
        RuleCase(
            "U2", "vaccinated, nobody knows when", born: "2022-08-01", foundAt3 + ["B07.dose=日本脳炎"],
            "unknown undated"),
        RuleCase(
            "U2", "a check-up that was missed, nobody knows when, is no presence", born: "2022-08-01",
            foundAt3 + ["B06.3y=未受診"], "flag 2025-08-01"),
        RuleCase(
            "U2", "moved in last month, vaccinated nobody knows when", born: "2022-08-01",
            ["A02.resident_since@2026-09-01", "B07.dose=日本脳炎"], "not yet 2026-11-30"),
        RuleCase(
            "U2", "moved in last month", born: "2022-08-01", ["A02.resident_since@2026-09-01"],
            "not yet 2026-11-30"),
        RuleCase("U2", "three tomorrow", born: "2023-10-02", [], "n/a"),
        RuleCase("U2", "at school", born: "2019-09-01", [], "n/a"),
        RuleCase(
            "U2", "nursery extract is stale", born: "2022-08-01", foundAt3, stale: ["hoiku"],
            "unknown stale-source"),
        RuleCase(
            "U3", "school age and not on the school register", born: "2019-05-10",
            ["A02.resident_since@2019-05-10"], "flag 2026-04-01"),
        RuleCase("U3", "enrolled", born: "2019-05-10", ["F01.enrolment=就学"], "none"),
        RuleCase("U3", "exempted is recorded", born: "2019-05-10", ["F01.enrolment=就学免除"], "none"),
        RuleCase(
            "U3", "left the school register, still resident", born: "2019-05-10", ["F01.enrolment=転出"],
            "flag 2026-10-01"),
        RuleCase(
            "U3", "moved in 29 days ago", born: "2015-05-10", ["A02.resident_since@2026-09-02"],
            "not yet 2026-10-02"),
        RuleCase(
            "U3", "moved in 30 days ago", born: "2015-05-10", ["A02.resident_since@2026-09-01"],
            "flag 2026-09-01"),
        RuleCase(
            "U3", "born on 1 April, entered school this year", born: "2020-04-01", [], on: "2026-05-01",
            "flag 2026-04-01"),
        RuleCase("U3", "born on 2 April, school next year", born: "2020-04-02", [], "n/a"),
        RuleCase("U3", "moved out", born: "2019-05-10", ["A07.status=転出@2026-09-01"], "suppressed moved-out"),
        RuleCase("U3", "died", born: "2019-05-10", ["A07.status=死亡@2026-09-01"], "suppressed deceased"),
        RuleCase(
            "U3", "moved out and came back", born: "2019-05-10",
            ["A07.status=転出@2024-09-01", "A07.status=住登@2026-04-01"], "flag 2026-04-01"),
        RuleCase(
            "U3", "school register not loaded", born: "2019-05-10", [], absent: ["gakurei"],
            "unknown stale-source"),
        RuleCase(
            "U3", "school register held back", born: "2019-05-10", [], withheld: ["F01"], "unknown withheld"),
        RuleCase("U3", "birth date unknown", born: nil, [], "unknown birth-unknown"),
        RuleCase("C6", "birth date unknown, never absent", born: nil, [], "none"),
        RuleCase("U3", "birth date unknown, off the register", born: nil, [], resident: false, "n/a"),
        RuleCase(
            "U4", "resident for 90 days without a record", born: "2020-01-01",
            ["A02.resident_since@2026-07-03"], "flag 2026-07-03"),
        RuleCase(
            "U4", "no record, but at school", born: "2016-01-01",
            ["A02.resident_since@2016-01-01", "F01.enrolment=就学"], "none"),
        RuleCase(
            "U4", "no record, but vaccinated last year", born: "2023-01-01",
            ["A02.resident_since@2023-01-01", "B07.dose=水痘@2025-07-01"], "none"),
        RuleCase(
            "U4", "no record, but vaccinated nobody knows when", born: "2023-01-01",
            ["A02.resident_since@2023-01-01", "B07.dose=水痘"], "unknown undated"),
        RuleCase(
            "U4", "no record, and the nursery extract is stale", born: "2020-01-01",
            ["A02.resident_since@2026-07-03"], stale: ["hoiku"], "unknown stale-source"),
        RuleCase(
            "U4", "stopped, and the nursery extract is stale", born: "2020-01-01",
            ["C01.status=差止@2020-02-01"], stale: ["hoiku"], "flag 2020-02-01"),
        RuleCase(
            "U4", "resident for 89 days", born: "2020-01-01", ["A02.resident_since@2026-07-04"],
            "not yet 2026-10-02"),
        RuleCase("U4", "receiving", born: "2020-01-01", ["C01.status=受給中@2020-02-01"], "none"),
        RuleCase("U4", "stopped", born: "2020-01-01", ["C01.status=差止@2020-02-01"], "flag 2020-02-01"),
        RuleCase(
            "U4", "ended, then granted again", born: "2020-01-01",
            ["C01.status=消滅@2020-02-01", "C01.status=受給中@2026-04-01"], "none"),
        RuleCase(
            "U4", "newborn", born: "2026-08-20", ["A02.resident_since@2026-08-20"], "not yet 2026-11-18"),
        RuleCase("U4", "fifteen today", born: "2011-10-01", [], "n/a"),
        RuleCase("U4", "fifteen tomorrow, no record", born: "2011-10-02", [], "flag 2011-10-02"),
        RuleCase(
            "X1", "no record 60 days after moving in", born: "2023-04-10", ["A04.move=転入@2026-08-02"],
            "flag 2026-08-02"),
        RuleCase(
            "X1", "59 days after moving in", born: "2023-04-10", ["A04.move=転入@2026-08-03"],
            "not yet 2026-10-02"),
        RuleCase(
            "X1", "older doses have arrived", born: "2023-04-10",
            ["A04.move=転入@2026-08-02", "B07.dose=BCG@2023-09-01"], "none"),
        RuleCase("X1", "moved within the city", born: "2023-04-10", ["A04.move=転居@2026-08-02"], "none"),
        RuleCase(
            "X1", "moved in more than a year ago", born: "2023-04-10", ["A04.move=転入@2025-10-01"], "none"),
        RuleCase("X1", "six years old", born: "2020-10-01", ["A04.move=転入@2026-08-02"], "n/a"),
        RuleCase(
            "X1", "vaccinations are stale", born: "2023-04-10", ["A04.move=転入@2026-08-02"],
            stale: ["yobosesshu"], "unknown stale-source"),
    ]

    private static func absent(_ days: [Int]) -> [String] {
        zip(["04", "05", "06", "07", "09"], days).map { "F03.absent_days=\($1)@2026-\($0)" }
    }

    static let absences: [RuleCase] = [
        RuleCase("S1", "30 days in a year", born: "2014-06-01", absent([4, 5, 6, 7, 8]), "flag 2026-04-01"),
        RuleCase("S1", "29 days", born: "2014-06-01", absent([4, 5, 6, 7, 7]), "none"),
        RuleCase(
            "S1", "29 days and one more nobody knows when", born: "2014-06-01",
            absent([4, 5, 6, 7, 7]) + ["F03.absent_days=1"], "unknown undated"),
        RuleCase(
            "S1", "20 days and one more nobody knows when", born: "2014-06-01",
            absent([4, 4, 4, 4, 4]) + ["F03.absent_days=1"], "none"),
        RuleCase(
            "S1", "the same months in two rosters", born: "2014-06-01",
            absent([4, 5, 6, 0, 0]) + absent([4, 5, 6, 0, 0]), "none"),
        RuleCase(
            "S1", "days of the year before do not count", born: "2014-06-01",
            absent([4, 5, 6, 7, 7]) + ["F03.absent_days=9@2025-09"], "none"),
        RuleCase(
            "S1", "too few, and the extract is stale", born: "2014-06-01", absent([4, 5, 6, 7, 7]),
            stale: ["shukketsu"], "unknown stale-source"),
        RuleCase(
            "S1", "enough, but the extract is stale", born: "2014-06-01", absent([4, 5, 6, 7, 8]),
            stale: ["shukketsu"], "unknown stale-source"),
        RuleCase("S1", "no attendance recorded", born: "2014-06-01", [], "none"),
        RuleCase(
            "S1", "not on the register but at school here", born: "2014-06-01", absent([4, 5, 6, 7, 8]),
            resident: false, "flag 2026-04-01"),
        RuleCase("S1", "before school", born: "2021-06-01", absent([4, 5, 6, 7, 8]), "n/a"),
        RuleCase(
            "S2", "three days, twice the own mean", born: "2014-06-01", absent([1, 2, 1, 2, 3]),
            "flag 2026-09-01"),
        RuleCase(
            "S2", "three days, less than twice the own mean", born: "2014-06-01", absent([1, 2, 2, 2, 3]),
            "none"),
        RuleCase("S2", "two days after none", born: "2014-06-01", absent([0, 0, 0, 0, 2]), "none"),
        RuleCase(
            "S2", "three days after none", born: "2014-06-01", absent([0, 0, 0, 0, 3]), "flag 2026-09-01"),
        RuleCase(
            "S2", "three days without anything to compare", born: "2014-06-01", ["F03.absent_days=3@2026-09"],
            "none"),
        RuleCase(
            "S2", "five days, as always", born: "2014-06-01", absent([5, 5, 5, 5, 5]), "flag 2026-09-01"),
        RuleCase(
            "S2", "already supported", born: "2014-06-01",
            absent([0, 0, 0, 0, 6]) + ["D07.registration=要保護@2026-05-01"], "suppressed already-supported"),
        RuleCase(
            "C6", "three unexplained days", born: "2022-08-01", ["C06.unexplained_days=3@2026-09"],
            "flag 2026-09-01"),
        RuleCase(
            "C6", "two unexplained days", born: "2022-08-01", ["C06.unexplained_days=2@2026-09"], "none"),
        RuleCase(
            "C6", "unexplained days before the summer, none since", born: "2022-08-01",
            ["C06.unexplained_days=4@2026-07", "C06.unexplained_days=0@2026-09"], "none"),
        RuleCase("C6", "at school", born: "2014-06-01", ["C06.unexplained_days=3@2026-09"], "n/a"),
        RuleCase(
            "C6", "stale", born: "2022-08-01", ["C06.unexplained_days=3@2026-09"], stale: ["hoiku"],
            "unknown stale-source"),
    ]

    private static func mother(_ facts: String...) -> [(born: String?, facts: [String])] {
        [("1995-02-03", facts)]
    }

    static let mothers: [RuleCase] = [
        RuleCase(
            "H1", "nine points", born: "2026-07-10", [], around: mother("B04.epds_total=9@2026-08-12"),
            "flag 2026-08-12"),
        RuleCase(
            "H1", "eight points", born: "2026-07-10", [],
            around: mother("B04.epds_total=8@2026-08-12", "B04.epds_item10=0@2026-08-12"), "none"),
        RuleCase(
            "H1", "item 10", born: "2026-07-10", [],
            around: mother("B04.epds_total=4@2026-08-12", "B04.epds_item10=1@2026-08-12"), "flag 2026-08-12"),
        RuleCase(
            "H1", "both", born: "2026-07-10", [],
            around: mother("B04.epds_total=12@2026-08-12", "B04.epds_item10=2@2026-08-12"), "flag 2026-08-12"),
        RuleCase(
            "H1", "points from before this birth", born: "2026-07-10", [],
            around: mother("B04.epds_total=12@2025-08-12"), "none"),
        RuleCase(
            "H1", "even from a stale extract", born: "2026-07-10", [],
            around: mother("B04.epds_total=9@2026-08-12"), stale: ["ninsanpu"], "flag 2026-08-12"),
        RuleCase(
            "H1", "nothing recorded, extract not loaded", born: "2026-07-10", [], around: mother(),
            absent: ["ninsanpu"], "unknown stale-source"),
        RuleCase(
            "H1", "alone, extract not loaded", born: "2026-07-10", [], absent: ["ninsanpu"],
            "unknown stale-source"),
        RuleCase(
            "H1", "one year old today", born: "2025-10-01", [], around: mother("B04.epds_total=9@2026-08-12"),
            "n/a"),
        RuleCase(
            "H1", "one year old tomorrow", born: "2025-10-02", [],
            around: mother("B04.epds_total=9@2026-08-12"), "flag 2026-08-12"),
        RuleCase(
            "H1", "already supported", born: "2026-07-10", ["D07.registration=要支援@2026-08-01"],
            around: mother("B04.epds_total=9@2026-08-12"), "suppressed already-supported"),
        RuleCase(
            "H2", "notified in week 20", born: "2026-07-10", [],
            around: mother("B01.notified_week=20@2026-02-20"), "flag 2026-02-20"),
        RuleCase(
            "H2", "notified in week 19", born: "2026-07-10", [],
            around: mother("B01.notified_week=19@2026-02-13"), "none"),
        RuleCase(
            "H2", "an earlier pregnancy", born: "2026-07-10", [],
            around: mother("B01.notified_week=30@2025-03-31"), "none"),
        RuleCase(
            "H2P", "notified in week 24, not yet delivered", born: "2004-01-05",
            ["B01.notified_week=24@2026-09-01"], "flag 2026-09-01"),
        RuleCase(
            "H2P", "delivered since", born: "2004-01-05",
            ["B01.notified_week=32@2026-08-01", "B04.delivered@2026-09-20"], "none"),
        RuleCase(
            "H2P", "delivered years ago, pregnant again", born: "2004-01-05",
            ["B01.notified_week=24@2026-09-01", "B04.delivered@2023-09-20"], "flag 2026-09-01"),
    ]

    static let offers: [RuleCase] = [
        RuleCase(
            "E1", "the parent receives, nothing claimed", born: "2014-06-01", [],
            around: [("1988-01-01", ["C02.status=全部支給@2024-06-01"])], "flag 2024-06-01"),
        RuleCase(
            "E1", "the child is on the award, nothing claimed", born: "2019-06-01",
            ["C02.status=一部支給@2024-06-01"], "flag 2026-04-01"),
        RuleCase(
            "E1", "public assistance", born: "2014-06-01", [],
            around: [("1988-01-01", ["D01.status=受給中@2025-06-01"])], "flag 2025-06-01"),
        RuleCase(
            "E1", "public assistance ended", born: "2014-06-01",
            ["D01.status=受給中@2025-06-01", "D01.status=廃止@2026-02-01"], "none"),
        RuleCase("E1", "suspended award", born: "2014-06-01", ["C02.status=支給停止@2025-06-01"], "none"),
        RuleCase(
            "E1", "claimed", born: "2014-06-01", ["C02.status=全部支給@2024-06-01", "F02.status=認定@2026-05-01"],
            "none"),
        RuleCase(
            "E1", "refused is recorded", born: "2014-06-01",
            ["C02.status=全部支給@2024-06-01", "F02.status=否認定@2026-05-01"], "none"),
        RuleCase(
            "E1", "claims not loaded", born: "2014-06-01", ["C02.status=全部支給@2024-06-01"],
            absent: ["shugakuenjo"], "unknown stale-source"),
        RuleCase("E1", "before school", born: "2022-06-01", ["C02.status=全部支給@2024-06-01"], "n/a"),
    ]
}
