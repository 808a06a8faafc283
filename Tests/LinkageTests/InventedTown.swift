import Domain
import Linkage

/// A small invented town for tests: families with twins and siblings, and what departments make of their names.
struct InventedTown {
    var records: [LinkageRecord] = []
    /// The person of each record.
    var truth: [Int] = []

    static let families = [
        ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("斎藤", "サイトウ"), ("斉藤", "サイトウ"),
        ("小田島", "オダジマ"), ("若宮", "ワカミヤ"), ("東海林", "ショウジ"), ("五十嵐", "イガラシ"), ("林", "ハヤシ"), ("森", "モリ"),
    ]
    static let givens = [
        ("陽翔", "ハルト"), ("大翔", "ハルト"), ("陽斗", "ハルト"), ("遥香", "ハルカ"), ("優太", "ユウタ"), ("優斗", "ユウト"),
        ("さくら", "サクラ"), ("咲良", "サクラ"), ("結衣", "ユイ"), ("結愛", "ユア"), ("健太郎", "ケンタロウ"), ("真理子", "マリコ"),
        ("翔", "ショウ"), ("蓮", "レン"), ("美月", "ミヅキ"), ("光希", "ミツキ"), ("拓海", "タクミ"), ("匠", "タクミ"),
    ]
    static let sources: [(id: SourceID, isUnique: Bool)] = [
        ("kenshin", false), ("hoiku", false), ("gakurei", true), ("shukketsu", false), ("soudan", false),
    ]

    /// Comparable names; departments write them longer.
    static let schools = ["第一小", "第二小", "若葉台小", "立川小"]
    private static let enrols: Set<SourceID> = ["gakurei", "shukketsu", "soudan"]

    private static func written(_ school: String, _ hasFounder: Bool, _ isWhole: Bool) -> String {
        (hasFounder ? "若葉野市立" : "") + school + (isWhole ? "学校" : "")
    }

    private struct Child {
        var family: (String, String)
        var given: (String, String)
        var birth: Day
        var sex: Sex
    }

    init(households: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for household in 0..<households {
            let family = Self.families.randomElement(using: &random) ?? ("森", "モリ")
            let guardian = Self.givens.randomElement(using: &random) ?? ("翔", "ショウ")
            let address = Address(
                town: "若葉台\(Int.random(in: 1...6, using: &random))",
                block: "\(household % 40 + 1)-\(household / 40 + 1)",
                building: household % 5 == 0 ? "若葉荘\(household % 9)" : "")
            let phone = "09000\(100_000 + household)"
            addSpine(
                Child(
                    family: family, given: guardian,
                    birth: Day(number: Int.random(in: 5000...9000, using: &random)), sex: .female),
                number: household * 10, household: household, address: address)
            var births = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Day(number: Int.random(in: 14_600...20_000, using: &random))
            }
            if household % 10 == 0 { births = [births[0], births[0]] }
            // Nobody gives two children of one house the same reading.
            var readings: Set = [guardian.1]
            let names = Self.givens.shuffled(using: &random).filter { readings.insert($0.1).inserted }
            for (place, birth) in births.enumerated() {
                let child = Child(
                    family: family, given: names[place], birth: birth,
                    sex: Bool.random(using: &random) ? .male : .female)
                let person = addSpine(
                    child, number: household * 10 + place + 1, household: household, address: address)
                for source in Self.sources where Int.random(in: 0..<3, using: &random) > 0 {
                    add(
                        child, person: person, number: household * 10 + place + 1, source: source,
                        address: address, phone: phone, guardian: (family, guardian),
                        school: Self.schools[household % Self.schools.count], random: &random)
                }
            }
        }
    }

    @discardableResult
    private mutating func addSpine(_ child: Child, number: Int, household: Int, address: Address) -> Int {
        let person = number
        truth.append(person)
        records.append(
            LinkageRecord(
                source: "jumin", isSpine: true, isUnique: true,
                identifiers: Identifiers(
                    names: [Self.form(child.family, child.given)], birth: .day(child.birth), sex: child.sex,
                    address: address, number: PersonNumber(space: "atena", number: String(number)),
                    household: HouseholdID("S\(household)"))))
        return person
    }

    static func form(_ family: (String, String), _ given: (String, String)) -> NameForm {
        NameForm(kind: .legal, family: family.0, given: given.0, familyKana: family.1, givenKana: given.1)
    }

    private mutating func add(
        _ child: Child, person: Int, number: Int, source: (id: SourceID, isUnique: Bool), address: Address,
        phone: String, guardian: (family: (String, String), given: (String, String)),
        school: String, random: inout SeededGenerator
    ) {
        func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        var child = child
        if happens(3) { child.family = Self.families.randomElement(using: &random) ?? child.family }
        if happens(3) { child.given.1 += "ウ" }
        if happens(2) { child.given.0 = "〓" + child.given.0.dropFirst() }
        var name = Self.form(child.family, child.given)
        if happens(15) { (name.family, name.given) = ("", "") }
        if happens(15) { (name.familyKana, name.givenKana) = ("", "") }
        if happens(5) {
            name = NameForm(
                kind: .legal, unsplit: child.family.0 + child.given.0,
                unsplitKana: child.family.1 + child.given.1)
        }
        if happens(1) { (name.family, name.given) = (name.given, name.family) }
        var names = [name]
        if happens(5) {
            names.append(
                NameForm(
                    kind: .alias, family: "山川", given: child.given.0, familyKana: "ヤマカワ",
                    givenKana: child.given.1))
        }
        if happens(3) { names.append(NameForm(kind: .former, family: "旧井", familyKana: "フルイ")) }
        var birth: PartialDate? = .day(child.birth)
        if happens(3) { birth = .day(child.birth.adding(days: 1)) }
        if happens(5) { birth = .age(child.birth.age(on: Day(number: 20_700)), on: Day(number: 20_700)) }
        if happens(2) { birth = .month(year: child.birth.year, month: child.birth.month) }
        if happens(3) { birth = nil }
        truth.append(person)
        records.append(
            LinkageRecord(
                source: source.id, isSpine: false, isUnique: source.isUnique,
                identifiers: Identifiers(
                    names: names, birth: birth, sex: happens(10) ? nil : child.sex,
                    address: happens(30)
                        ? nil : happens(10) ? Address(town: address.town, block: "9-9") : address,
                    phones: happens(50) ? [] : [phone],
                    guardians: happens(50) ? [] : [Self.form(guardian.family, guardian.given)],
                    school: Self.enrols.contains(source.id)
                        ? happens(5) ? "花園中学校" : Self.written(school, happens(50), happens(50)) : nil,
                    number: source.id == "kenshin"
                        ? PersonNumber(space: "atena", number: String(number)) : nil)))
    }

    /// The same records in another order, and where each came from.
    func shuffled(seed: UInt64) -> (town: InventedTown, origin: [Int]) {
        var random = SeededGenerator(seed: seed)
        let origin = Array(records.indices).shuffled(using: &random)
        var town = self
        town.records = origin.map { records[$0] }
        town.truth = origin.map { truth[$0] }
        return (town, origin)
    }
}

/// The shipped model, which the tests run with.
func shippedModel() throws -> LinkageModel {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try LinkageModel.load(path: "/\(root)/Guidelines/linkage/model.json")
}
