package import Domain

/// The parts of who a person is, as far as they are told.
package struct Particulars: Sendable {
    package var sex: Sex?
    package var address: Field
    package var phones: Field
    package var guardians: Field
    package var school: Field

    package init(sex: Sex?, address: Field, phones: Field, guardians: Field, school: Field) {
        self.sex = sex
        self.address = address
        self.phones = phones
        self.guardians = guardians
        self.school = school
    }
}

/// What pages tell of a person alike: particulars, household, records and facts.
enum PersonSections {
    /// Terms of a list, from the birth date to the school.
    static func particulars(_ particulars: Particulars, birth: PartialDate?, today: Day) -> HTML {
        let lines: [(String, HTML)] = [
            ("生年月日", self.birth(birth, today: today)), ("性別", Wording.sex(particulars.sex).html),
            ("住所", particulars.address.html), ("電話", particulars.phones.html),
            ("保護者", particulars.guardians.html), ("所属", particulars.school.html),
        ]
        return .joined(
            lines.flatMap { title, content in [tag("dt") { title }, tag("dd") { content }] })
    }

    private static func birth(_ birth: PartialDate?, today: Day) -> HTML {
        guard let birth else { return Field.absent.html }
        if case .age = birth { return .text("記録なし（\(birth.wareki)）") }
        return .text("\(birth.wareki)（\(Wording.age(birth, today: today))）")
    }

    static func household(_ household: [CaseDetailPage.HouseholdLine], today: Day) -> HTML {
        tag("section") {
            tag("h2") { "世帯" }
            members(household, today: today)
        }
    }

    static func members(_ household: [CaseDetailPage.HouseholdLine], today: Day) -> HTML {
        household.isEmpty
            ? tag("p", .class("muted")) { "表示できる世帯員はいません。" }
            : Table(
                caption: "住民記録で同じ世帯の人",
                columns: [.init("氏名"), .init("続柄"), .init("生年月日", isShort: true)],
                rows: household.map { member in
                    [
                        tag("bdi") { member.name }, .text(member.relation ?? "—"),
                        birth(member.birth, today: today),
                    ]
                }
            ).html
    }

    static func records(_ records: [CaseDetailPage.RecordLine]) -> HTML {
        tag("section") {
            tag("h2") { "この記録は同一人物ですか" }
            tag("p", .class("lead")) {
                "各部署の記録を氏名・生年月日などから照合し、同じ人のものとしてまとめています。別の人の記録が混じっていると思われるときは、データ連携担当に知らせてください。"
            }
            Table(
                caption: "この人のものとしてまとめた記録",
                columns: [.init("記録"), .init("出典（ファイル・行）"), .init("照合の根拠")],
                rows: records.map { record in
                    [
                        .text(record.title), place(record.file, record.line),
                        tag("span") {
                            if record.isWeightMasked {
                                "表示しません（支援措置）"
                            } else {
                                Wording.link(weight: record.linkWeight)
                                if let weight = record.linkWeight {
                                    tag("span", .class("small")) { "（照合の重み \(Wording.figure(weight))）" }
                                }
                            }
                        },
                    ]
                }
            ).html
        }
    }

    static func facts(_ facts: [CaseDetailPage.FactLine], caption: String) -> HTML {
        Table(
            caption: caption,
            columns: [
                .init("項目"), .init("内容"), .init("起きた日", isShort: true), .init("届いた日", isShort: true),
                .init("出典（ファイル・行）"),
            ],
            rows: facts.map { fact in
                [
                    .text("\(fact.item)／\(fact.kind)"),
                    .text(Wording.value(fact.value, unit: fact.unit)),
                    .text(fact.on.map(\.wareki) ?? "—"), .text(fact.known.map(\.wareki) ?? "—"),
                    place(fact.position.file, fact.position.line),
                ]
            }
        ).html
    }

    private static func place(_ file: String, _ line: Int) -> HTML {
        tag("span", .class("mono")) { "\(file) \(line)行" }
    }
}
