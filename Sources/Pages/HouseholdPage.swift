package import Domain

/// Who lives with a child: the members that the case's page has, with the school and the open case of those whom the reader may see
/// for their own sake.
package struct HouseholdPage: Sendable {
    package struct Line: Sendable {
        package var name: String
        package var birth: PartialDate?
        package var relation: String?
        /// `nil`: there is none, or it is not told.
        package var school: String?
        package var openCase: (id: CaseID, state: String)?

        package init(
            name: String, birth: PartialDate?, relation: String?, school: String?,
            openCase: (id: CaseID, state: String)?
        ) {
            (self.name, self.birth, self.relation) = (name, birth, relation)
            (self.school, self.openCase) = (school, openCase)
        }
    }

    package var id: CaseID
    /// The child, and then the others.
    package var lines: [Line]
    package var asOf: Day

    package init(id: CaseID, lines: [Line], asOf: Day) {
        (self.id, self.lines, self.asOf) = (id, lines, asOf)
    }

    package static func path(of id: CaseID) -> String { "/cases/\(id)/household" }

    package func render(in frame: Frame) -> String {
        frame.page("世帯", at: .none) {
            tag("p", .class("small")) {
                tag("a", .href("/cases")) { "確認の一覧" }
                " ＞ "
                tag("a", .href("/cases/\(id)")) { "ケース \(id)" }
                " ＞ 世帯"
            }
            tag("h1") { "世帯" }
            tag("p", .class("lead")) {
                "住民記録で同じ世帯の人のうち、役割で見られる人だけを、\(asOf.wareki)時点のデータで表示しています。「—」は、記録がないか、表示できないことを示します。"
            }
            Table(
                caption: "このケースのこどもと、同じ世帯の人",
                columns: [
                    .init("氏名"), .init("続柄"), .init("年齢", isShort: true), .init("生年月日", isShort: true),
                    .init("所属"), .init("開いているケース"),
                ],
                rows: lines.map { row($0, today: frame.today) }, isStacked: true
            ).html
        }
    }

    private func row(_ line: Line, today: Day) -> [HTML] {
        [
            tag("bdi") { line.name.isEmpty ? "—" : line.name }, .text(line.relation ?? "—"),
            .text(line.birth.map { Wording.age($0, today: today) } ?? "—"),
            .text(line.birth?.wareki ?? "—"), .text(line.school ?? "—"),
            line.openCase.map { open in
                tag("a", .href("/cases/\(open.id)")) { "\(open.id)（\(open.state)）" }
            } ?? .text("—"),
        ]
    }
}
