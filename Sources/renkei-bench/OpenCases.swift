import Domain
import Foundation
import Nightly
import Store

/// Publishes a run of `count` invented children with a case each into a workspace that has a publication: what a queue of that length costs.
func openCases(_ count: Int, in root: String) throws {
    let workspace = try Workspace.open(root)
    let keys = try WorkspaceKeys.load(folder: workspace.keys)
    let store = try workspace.openService()
    guard let before = try store.currentPublication() else {
        throw Fault(
            .notFound, code: "bench.unpublished", message: "no publication in the workspace",
            fix: "renkei run first")
    }
    let day = before.asOf
    let folder = "bench-\(count)"
    try? FileManager.default.removeItem(atPath: workspace.runs + "/" + folder)
    try FileManager.default.createDirectory(
        atPath: workspace.runs + "/" + folder, withIntermediateDirectories: true)
    let run = try RunStore.create(folder: workspace.runs + "/" + folder, keys: keys)
    let file = try run.addFile(
        source: "jumin", title: "住民", file: "jumin_\(day).csv", sha256: "0", asOf: day)
    var generator = SeededGenerator(seed: 11)
    var flags: [Flag] = []
    var standings: [PersonID: PersonStanding] = [:]
    for index in 0..<count {
        let person = PersonID("P-B\(index)")
        let standing = PersonStanding(isProtected: index % 200 == 0)
        let child = invented(index, day, &generator)
        try run.addRow(file: file, line: index + 2, offset: index * 100, fate: .accepted)
        try run.addEntity(index, source: "jumin", key: "bench-\(index)", identifiers: child)
        try run.addRecord(
            file: file, line: index + 2, offset: index * 100, subject: .child, entity: index, facts: [])
        try run.addPerson(
            person, entities: [index], display: child, household: HouseholdID("H-\(index / 2)"),
            standing: standing,
            isResident: true)
        standings[person] = standing
        for number in 0...Int.random(in: 0...1, using: &generator) {
            flags.append(flag(number, person, day, &generator))
        }
    }
    try run.addIntake(FileIntake(lines: count), of: file)
    try run.finish()
    let counts = try store.publish(
        NewPublication(
            summary: RunSummary(run: RunID("bench-\(count)"), asOf: day), folder: folder, flags: flags,
            standings: standings),
        at: Date())
    print("open cases: \(counts.open)")
}

func invented(_ index: Int, _ day: Day, _ generator: inout SeededGenerator) -> Identifiers {
    let families = [
        ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("渡辺", "ワタナベ"), ("林", "ハヤシ"),
        ("森", "モリ"),
        ("原", "ハラ"), ("岡", "オカ"), ("五十嵐", "イガラシ"),
    ]
    let givens = [
        ("陽葵", "ヒマリ"), ("蓮", "レン"), ("結衣", "ユイ"), ("湊", "ミナト"), ("さくら", "サクラ"), ("大翔", "ヒロト"), ("葵", "アオイ"),
        ("樹", "イツキ"),
    ]
    let family = families[Int.random(in: families.indices, using: &generator)]
    let given = givens[Int.random(in: givens.indices, using: &generator)]
    var identifiers = Identifiers()
    identifiers.names = [
        NameForm(
            kind: .legal, written: "\(family.0)　\(given.0)", writtenKana: "\(family.1)　\(given.1)")
    ]
    identifiers.birth = .day(day.adding(days: -Int.random(in: 1...6_500, using: &generator)))
    identifiers.address = Address(town: "若葉町", written: "若葉野市若葉町\(index % 90 + 1)番\(index % 30 + 1)号")
    return identifiers
}

private func flag(_ number: Int, _ person: PersonID, _ day: Day, _ generator: inout SeededGenerator) -> Flag {
    let items: [ItemCode] = ["B05", "F01", "C01", "B02"]
    let item = items[Int.random(in: items.indices, using: &generator)]
    let on = day.adding(days: -Int.random(in: 1...400, using: &generator))
    let fact = SourcedFact(
        Fact(
            item: item, kind: "kind", value: .number(Double.random(in: 1...30, using: &generator).rounded()),
            on: .day(on)),
        from: RowPosition(source: "jumin", file: "jumin_\(day).csv", line: 2, offset: 0))
    return Flag(
        rule: RuleID(number == 0 ? "B1" : "B2"), version: 1, title: "状況の確認", person: person,
        urgency: Urgency.allCases.randomElement(using: &generator) ?? .normal,
        difficulties: [Difficulty.allCases.randomElement(using: &generator) ?? .poverty],
        reasons: [
            Reason(
                sentence: "\(on)の記録があります。", facts: [fact], items: [item],
                sources: [SourceFreshness(source: "jumin", title: "住民", asOf: day, limit: 45)])
        ], confirm: ["様子を確かめてください。"], since: on)
}
