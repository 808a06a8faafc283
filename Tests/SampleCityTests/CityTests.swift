import Domain
import Extracts
import Foundation
import TestSupport
import Testing

@testable import SampleCity

/// A city written once for all tests of this file; it is read only.
private struct WrittenCity {
    static let asOf = Day(number: 20_727)
    let summary: CitySummary
    let files: [String: [UInt8]]

    init(children: Int, seed: UInt64, change: (inout CityParameters) -> Void = { _ in }) throws {
        let folder = try ScratchFolder()
        var parameters = CityParameters(children: children, seed: seed, asOf: Self.asOf)
        change(&parameters)
        summary = try SampleCity(parameters).write(to: folder.path)
        files = try readCity(folder.path)
    }

    func file(_ prefix: String) throws -> [UInt8] {
        try #require(files["inbox/\(prefix)_20261001.csv"])
    }
}

/// All files of a written city by their path inside the folder.
func readCity(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in ["truth.csv", "planted.csv"] {
        files[name] = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/inbox") {
        files["inbox/" + name] = [UInt8](try Data(contentsOf: URL(filePath: folder + "/inbox/" + name)))
    }
    return files
}

/// A row with the physical line on which it begins, read by rules written here anew.
private struct PlainRow {
    let line: Int
    let fields: [String]
}

private func plainRows(_ text: String) -> [PlainRow] {
    var rows: [PlainRow] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var (line, start, isQuoted) = (1, 1, false)
    for scalar in text.unicodeScalars {
        if scalar == "\n" { line += 1 }
        switch scalar {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted:
            fields.append(String(field))
            field = .init()
        case "\r" where !isQuoted: continue
        case "\n" where !isQuoted:
            rows.append(PlainRow(line: start, fields: fields + [String(field)]))
            (fields, field, start) = ([], .init(), line)
        default: field.append(scalar)
        }
    }
    return rows
}

@Suite struct CityTests {
    private static let city = Result { try WrittenCity(children: 1500, seed: 7) }
    private let city: WrittenCity

    init() throws { city = try Self.city.get() }

    private func rows(_ prefix: String) throws -> [PlainRow] {
        let layout = try #require(SampleCity.layouts.first { $0.prefix == prefix })
        var bytes = try city.file(prefix)
        if layout.hasByteOrderMark { bytes.removeFirst(3) }
        return plainRows(try #require(layout.encoding.decode(bytes)))
    }

    private func column(_ name: String, of prefix: String) throws -> [String] {
        let rows = try rows(prefix)
        let titles = try #require(SampleCity.layouts.first { $0.prefix == prefix }).titles
        let place = try #require(rows[titles.count].fields.firstIndex(of: name))
        return rows.dropFirst(titles.count + 1).compactMap {
            $0.fields.indices.contains(place) ? $0.fields[place] : nil
        }
    }

    @Test func thereAreThirteenExtractsAndTheTruth() {
        #expect(city.files.count == 15)
        #expect(city.summary.files.count == 13)
        #expect((1500..<1506).contains(city.summary.children))
    }

    @Test(arguments: SampleCity.layouts.map { $0.prefix })
    func everyFileDecodesStrictlyEndsItsLinesWithCRLFAndHasTheHeaderOfItsLayout(prefix: String) throws {
        let layout = try #require(SampleCity.layouts.first { $0.prefix == prefix })
        let bytes = try city.file(prefix)
        #expect(Array(bytes.prefix(3)) == [0xEF, 0xBB, 0xBF] || !layout.hasByteOrderMark)
        #expect(Array(bytes.suffix(2)) == [0x0D, 0x0A])
        let rows = try rows(prefix)
        for (row, title) in zip(rows, layout.titles) { #expect(row.fields == [title]) }
        #expect(rows[layout.titles.count].fields == layout.header)
        let widths = rows.dropFirst(layout.titles.count + 1).map(\.fields.count)
        #expect(widths.filter { $0 != layout.header.count }.count <= widths.count / 200 + 1)
    }

    @Test func everyRowAboutSomebodyHasItsTruthAndTheTotalHasNone() throws {
        let truth = plainRows(String(decoding: try #require(city.files["truth.csv"]), as: UTF8.self))
        #expect(truth[0].fields == ["file", "line", "subject", "person"])
        let lines = Dictionary(grouping: truth.dropFirst()) { $0.fields[0] }.mapValues {
            $0.map { "\($0.fields[1]) \($0.fields[2])" }
        }
        for layout in SampleCity.layouts {
            let subjects: [String] =
                switch layout.prefix {
                case "jidoteate", "jidofuyo": ["child", "guardian"]
                case "ninsanpu": ["guardian"]
                default: ["child"]
                }
            var data = try rows(layout.prefix).dropFirst(layout.titles.count + 1)
            if layout.prefix == "jidofuyo" {
                #expect(data.last?.fields.first == "合計")
                data = data.dropLast()
            }
            let expected = data.flatMap { row in subjects.map { "\(row.line) \($0)" } }
            #expect(lines["\(layout.prefix)_20261001.csv"] == expected, "\(layout.prefix)")
            let counted = city.summary.files.first { $0.file == "\(layout.prefix)_20261001.csv" }?.rows
            #expect(counted == data.count)
        }
    }

    @Test func aNumberOfTheRegisterIsOnePersonsAndOnePersonHasOneRow() throws {
        let numbers = try column("宛名番号", of: "jumin")
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers.allSatisfy { $0.utf8.count == 10 && $0.hasPrefix("0") })
        let eaten = try column("児童宛名番号", of: "jidoteate")
        #expect(eaten.allSatisfy { !$0.hasPrefix("0") })
        let known = Set(numbers.compactMap { Int($0) })
        #expect(eaten.allSatisfy { Int($0).map(known.contains) ?? false })
    }

    @Test func theHabitsOfEachFileAreThere() throws {
        #expect(try column("児童氏名カナ", of: "jidoteate").allSatisfy { !$0.contains("ｬ") && !$0.contains("ァ") })
        #expect(try column("現況届受付日", of: "jidoteate").contains("99999999"))
        #expect(try column("受診日", of: "kenshin").contains("99999999"))
        #expect(
            try column("生年月日", of: "jumin").contains { $0.wholeMatch(of: /[RHS]\d\d\.\d\d\.\d\d/) != nil })
        #expect(try column("生年月日", of: "jumin").contains { Day(iso: $0) != nil })
        #expect(try column("児童生年月日", of: "jidofuyo").contains { $0.wholeMatch(of: /[45]\d{6}/) != nil })
        #expect(try column("生年月日", of: "shukketsu").contains(""))
        #expect(try column("備考", of: "soudan").contains { $0.contains("\n") })
        let doses = try rows("yobosesshu").map { $0.fields.joined(separator: ",") }
        #expect(Set(doses).count < doses.count)
        #expect(try column("措置区分", of: "shien").allSatisfy { !$0.isEmpty })
    }

    @Test func theFilesAreReadByTheExtractReaderToTheLastRow() throws {
        let folder = try ScratchFolder()
        for layout in SampleCity.layouts {
            let name = "\(layout.prefix)_20261001.csv"
            let path = try folder.write(try city.file(layout.prefix), to: name)
            let reader = try ExtractReader(
                path: path, source: SourceID(layout.prefix), file: name,
                format: ExtractFormat(
                    encoding: layout.encoding, delimiter: .comma, titleLines: layout.titles.count))
            #expect(reader.header == layout.header)
            var lines: [Int] = []
            while let line = try reader.next() {
                switch line {
                case .row(let row): lines.append(row.position.line)
                case .unreadable(let rejection): Issue.record("\(name) \(rejection.code)")
                case .outside: continue
                }
            }
            #expect(lines == (try rows(layout.prefix)).dropFirst(layout.titles.count + 1).map(\.line))
        }
    }

    @Test func noTownIsReal() throws {
        let prefectures = [
            "北海道", "青森", "岩手", "宮城", "秋田", "山形", "福島", "茨城", "栃木", "群馬", "埼玉", "千葉", "東京", "神奈川", "新潟", "富山",
            "石川", "福井", "山梨", "長野", "岐阜", "静岡", "愛知", "三重", "滋賀", "京都", "大阪", "兵庫", "奈良", "和歌山", "鳥取", "島根",
            "岡山", "広島", "山口", "徳島", "香川", "愛媛", "高知", "福岡", "佐賀", "長崎", "熊本", "大分", "宮崎", "鹿児島", "沖縄", "横浜",
            "名古屋", "札幌", "仙台", "神戸",
        ]
        for town in try column("住所_町字", of: "jumin") + Towns.all.map(\.name) + Towns.nurseries {
            #expect(!prefectures.contains { town.contains($0) })
        }
        // No post office serves 000, no carrier assigns 0X0-0.
        #expect(try column("住所_郵便番号", of: "jumin").allSatisfy { $0.hasPrefix("000-") })
        let phones = try column("電話", of: "soudan").filter { !$0.isEmpty }
        #expect(phones.allSatisfy { $0.wholeMatch(of: /0[79]0-0000-\d{4}/) != nil })
    }

    @Test func agesRunFromBirthToSeventeenAndBeyondForParents() throws {
        let eras = ["R": 2018, "H": 1988, "S": 1925]
        var ages = Set<Int>()
        for text in try column("生年月日", of: "jumin") {
            let parts = text.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard let offset = eras[String(text.prefix(1))], parts.count == 3 else { continue }
            let birth = try #require(Day(parts[0] + offset, parts[1], parts[2]))
            ages.insert(birth.age(on: WrittenCity.asOf))
        }
        #expect(ages.isSuperset(of: 0...17) && ages.isSuperset(of: 30...45))
    }
}

@Suite struct CityRatesTests {
    private static let asOf = Day(number: 20_727)

    private func households(_ count: Int, seed: UInt64) -> [Household] {
        let city = City(parameters: CityParameters(children: 0, seed: seed, asOf: Self.asOf))
        let (maker, difficulties) = (HouseholdMaker(city: city), Difficulties(city: city))
        return (0..<count).map {
            var household = maker.household($0)
            difficulties.plant(into: &household)
            return household
        }
    }

    @Test func familiesAreMadeUpAsAskedFor() {
        let households = households(4000, seed: testSeed)
        func share(_ test: (Household) -> Bool) -> Double {
            Double(households.filter(test).count) / Double(households.count)
        }
        let seed = Comment(rawValue: "seed \(testSeed)")
        #expect((0.075...0.12).contains(share(\.isSingleParent)), seed)
        #expect((0.02...0.04).contains(share { $0.nation != nil }), seed)
        #expect((0.001...0.008).contains(share { $0.protection != nil }), seed)
        #expect((0.001...0.008).contains(share { !$0.isOnRegister }), seed)
        #expect((0.004...0.018).contains(share(\.hasLeft)), seed)
        let births = households.flatMap { household in
            Dictionary(grouping: household.people.filter { $0.role == .child }, by: \.birth).values
        }
        let twins = Double(births.filter { $0.count > 1 }.count) / Double(births.count)
        #expect((0.006...0.017).contains(twins), seed)
    }

    @Test func familiesHoldTogether() {
        for household in households(3000, seed: testSeed) {
            let children = household.people.filter { $0.role == .child }
            #expect(!household.children(on: Self.asOf).isEmpty)
            #expect(household.people.filter { $0.relation == "世帯主" }.count == 1)
            #expect(household.people.count <= 16)
            #expect(children.allSatisfy { $0.birth <= Self.asOf && $0.residentSince >= $0.birth })
            if let mother = household.mother {
                let ages = children.map { household.people[mother].birth.age(on: $0.birth) }
                #expect(ages.allSatisfy { (17...58).contains($0) })
            }
            if household.nation == nil {
                #expect(Set(children.map(\.name.given.kana)).count == children.count)
            }
        }
    }

    @Test func everyDifficultyIsPlanted() throws {
        let people = households(6000, seed: testSeed).flatMap(\.people)
        for entry in Signs.all {
            let count = people.filter { $0.signs.contains(entry.sign) }.count
            #expect(count > 0 && count < people.count / 20, "\(entry.name), seed \(testSeed)")
        }
    }

    /// A bigger city begins with the same households.
    @Test func aHouseholdDoesNotDependOnTheSizeOfTheCity() throws {
        let small = try WrittenCity(children: 60, seed: 3)
        let large = try WrittenCity(children: 120, seed: 3)
        #expect(try large.file("jumin").starts(with: small.file("jumin")))
        #expect(try large.file("shukketsu").starts(with: small.file("shukketsu")))
    }

    @Test func theSameSeedGivesTheSameBytesAndAnotherSeedGivesOthers() throws {
        let first = try WrittenCity(children: 60, seed: testSeed)
        let again = try WrittenCity(children: 60, seed: testSeed)
        let other = try WrittenCity(children: 60, seed: testSeed &+ 1)
        #expect(first.files == again.files && first.summary == again.summary)
        #expect(try first.file("jumin") != other.file("jumin"))
        #expect(try first.file("soudan") != other.file("soudan"))
    }

    @Test func withoutErrorsTheSchoolsNamesAreTheRegisters() throws {
        let city = City(parameters: CityParameters(children: 0, seed: 5, asOf: Self.asOf, rates: .none))
        let maker = HouseholdMaker(city: city)
        for index in 0..<500 {
            let household = maker.household(index)
            guard household.nation == nil else { continue }
            var clerk = Clerk(city: city, household: household, stream: .gakurei)
            for person in household.people {
                let entry = clerk.entry(of: person, in: household, .heard)
                #expect(entry.name == person.name && entry.birth == person.birth && entry.sex == person.sex)
                #expect(entry.home == household.home)
            }
        }
    }

    @Test func namesHaveSeveralSpellingsAndReadings() {
        let names = NameBook()
        #expect(Set(names.surnames.names.map(\.written)).count >= 300)
        for list in [names.boys, names.girls] { #expect(Set(list.names.map(\.kana)).count >= 300) }
        let kono = Set(names.surnames.names.filter { $0.written == "河野" }.map(\.kana))
        #expect(kono == ["コウノ", "カワノ"])
        let readings = Dictionary(grouping: names.boys.names, by: \.written).values
        #expect(readings.contains { $0.count > 2 })
        for list in [names.surnames, names.boys, names.girls, names.men, names.women] {
            #expect(list.names.allSatisfy { $0.kana.wholeMatch(of: /[ァ-ヴー]+/) != nil && !$0.written.isEmpty })
        }
    }
}

extension ErrorRates {
    fileprivate static var none: ErrorRates {
        var rates = ErrorRates()
        (rates.modernCharacter, rates.kanji, rates.reading, rates.kana) = (0, 0, 0, 0)
        (rates.birth, rates.sex, rates.staleSurname, rates.staleAddress) = (0, 0, 0, 0)
        return rates
    }
}
