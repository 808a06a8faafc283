import Domain
import Extracts
import Foundation
import TestSupport
import Testing

@testable import Mapping

/// Columns that only their values speak of: what looks alike is asked, what another column proves is written.
@Suite struct SuggestUnnamedTests {
    /// Children from seven to fifteen years of age with what extracts tell of them; every third has a brother or sister.
    struct Child {
        let name: String
        let guardian: String
        let birth: Day
        let moved: Day
        let sex: String
        var grade: Int {
            let april2 = (birth.month, birth.day) >= (4, 2)
            return 2026 - (april2 ? birth.year : birth.year - 1) - 6
        }
        var age: Int { 2026 - birth.year - ((birth.month, birth.day) > (10, 1) ? 1 : 0) }
    }

    private static let letters = Array("花空海陽森樹葵翼渚岬梢杏楓椛柊梓椿蓮桜柚")
    private static let children: [Child] = (0..<90).map { index in
        let family = index - (index % 3 == 2 ? 1 : 0)
        // 2011-04-02 is 15066.
        let birth = Day(number: 15_066 + index * 7919 % 3280)
        return Child(
            name:
                "若葉\(letters[family / 20])\(letters[family % 20])　\(letters[index % 20])\(letters[index / 20])",
            guardian: "若葉\(letters[family / 20])\(letters[family % 20])　\(letters[family % 7])子",
            birth: birth,
            // Whoever was born here lives here since then.
            moved: index % 5 < 4 ? birth : birth.adding(months: 20), sex: index % 2 == 0 ? "男" : "女")
    }

    private func suggestion(_ row: (Child) -> [String]) throws -> MappingSuggestion {
        try Shipped.suggestion(of: Self.children.map { row($0).joined(separator: ",") + "\n" }.joined())
    }

    private static func written(_ suggestion: MappingSuggestion) -> [String] {
        suggestion.guesses.compactMap { guess in
            if case .write(let meaning) = guess.verdict {
                "\(guess.header) \(meaning.title(suggestion.catalogue))"
            } else {
                nil
            }
        }
    }

    @Test func aDateThatNothingProvesIsNoBirth() throws {
        let moved = try suggestion { [$0.name, "\($0.moved)"] }
        #expect(Self.written(moved).isEmpty)
        guard case .ask(let question) = moved.guesses[1].verdict else {
            Issue.record("\(moved.guesses[1].verdict)")
            return
        }
        #expect(question.contains("転入日") && moved.guesses[1].candidates == [.identity(.birth, of: .row)])
        // Nor does standing before another date prove one.
        #expect(
            Self.written(try suggestion { [$0.name, "\($0.moved)", "\($0.moved.adding(months: 2))"] }).isEmpty
        )
    }

    @Test func aGradeProvesABirthAndWithBrothersAndSistersTheName() throws {
        let found = try suggestion {
            ["\($0.grade)", $0.name, "\($0.moved)", "\($0.birth)", $0.guardian, $0.sex]
        }
        #expect(Self.written(found) == ["列2 氏名", "列4 生年月日", "列6 性別"])
        // In junior high school the grades begin again.
        let again = try suggestion { ["\($0.grade > 6 ? $0.grade - 6 : $0.grade)", $0.name, "\($0.birth)"] }
        #expect(Self.written(again) == ["列2 氏名", "列3 生年月日"])
    }

    @Test func aGradeDoesNotProveTheDayOfMovingIn() throws {
        #expect(Self.written(try suggestion { ["\($0.grade)", $0.name, "\($0.moved)"] }).isEmpty)
    }

    @Test func twoBirthsAreAsked() throws {
        #expect(Self.written(try suggestion { ["\($0.grade)", "\($0.birth)", "\($0.birth)"] }).isEmpty)
    }

    @Test func anAgeProvesABirthAndNobodysName() throws {
        let found = try suggestion { [$0.name, "\($0.birth)", "\($0.age)歳"] }
        #expect(Self.written(found) == ["列2 生年月日"])
    }

    /// The guardian of one child has one child's birth date.
    @Test func aGuardiansNameIsNotTakenForTheChilds() throws {
        let found = try suggestion { ["\($0.grade)", $0.guardian, "\($0.birth)"] }
        #expect(Self.written(found) == ["列3 生年月日"])
    }

    /// The sex of the one who receives the allowance goes with the child's name as well.
    @Test func aSexThatMayBeTheGuardiansIsAsked() throws {
        let found = try suggestion { [$0.name, $0.guardian, $0.guardian.hasSuffix("花子") ? "男" : "女"] }
        #expect(Self.written(found).isEmpty)
    }

    /// Every programme has people who receive it, and every case a telephone call.
    @Test(arguments: [("受給中", "消滅"), ("訪問", "電話"), ("転入", "出生"), ("在籍", "退園"), ("認定", "否認定")])
    func wordsOfManyProgrammesAreAsked(one: String, other: String) throws {
        let found = try suggestion { [$0.name, $0.grade > 4 ? one : other] }
        #expect(Self.written(found).isEmpty)
    }

    @Test func wordsOfOneProgrammeAreWritten() throws {
        let found = try suggestion { [$0.name, $0.grade > 4 ? "BCG" : "MR"] }
        #expect(Self.written(found).count == 1 && found.guesses[1].candidates.isEmpty)
    }

    @Test func sentencesAreReceivedByNobody() throws {
        let found = try suggestion { [$0.name, "\($0.birth)", "\($0.grade)回目の相談。次は秋に会う。"] }
        guard case .leave(let reason) = found.guesses[2].verdict else {
            Issue.record("\(found.guesses[2].verdict)")
            return
        }
        #expect(reason.contains("自由記述"))
    }

    // MARK: - A spreadsheet's day numbers

    private static func dayNumber(_ day: Day) -> String { String(day.number + 25_569) }

    private func drafted(_ header: String, _ row: (Child) -> [String]) throws -> String {
        let rows = Self.children.map { row($0).joined(separator: ",") + "\n" }.joined()
        return MappingDraft(try Shipped.suggestion(of: header + "\n" + rows)).text
    }

    @Test func dayNumbersUnderADatesHeaderAreDeclared() throws {
        let text = try drafted("児童氏名,児童生年月日,受給状況,認定日") {
            [$0.name, Self.dayNumber($0.birth), "受給中", Self.dayNumber($0.moved)]
        }
        #expect(text.contains("\n  serialDates: [\"児童生年月日\"],\n"))
        #expect(text.contains("// serialDates: [\"児童生年月日\", \"認定日\"],"))
        let draft = try ExtractMapping.read(
            ConfigurationFile.read(text, name: "x.json5"), catalogue: Shipped.catalogue.get(),
            takesOpenQuestions: true)
        #expect(draft.serialDates == ["児童生年月日"] && draft.identifyingColumns.contains("児童生年月日"))
    }

    /// 40512 is a day of 2010 to a spreadsheet, and 04-05-12 without its zero to whoever wrote it.
    @Test func fiveDigitsThatMayHaveLostAZeroAreAsked() throws {
        let text = try drafted("児童氏名,児童生年月日") { child in
            [
                child.name,
                String(10_000 * (child.birth.year % 3 + 1) + child.birth.month * 100 + child.birth.day),
            ]
        }
        #expect(!text.contains("\n  serialDates") && text.contains("先頭の0が落ちた"))
    }

    @Test func numbersThatAreSpreadAsDaysAreAsked() throws {
        let text = try drafted("児童氏名,謎の列") { [$0.name, Self.dayNumber($0.birth)] }
        #expect(text.contains("// serialDates: [\"謎の列\"],") && text.contains("通し番号なら"))
    }

    // MARK: - Headers

    @Test(arguments: [
        ("お誕生日", "生年月日"), ("ご住所", "住所"), ("連絡先①", "電話"), ("電話番号2", "電話"), ("町名・番地", "住所"), ("町字番地方書", "住所"),
        ("お子様の氏名", "氏名"), ("お子さまの生年月日", "生年月日"), ("お母様のお名前", ""),
    ]) func headersOfClerksAreRead(header: String, meaning: String) throws {
        let (words, _) = try Shipped.words()
        #expect(words.readings(of: header).map { $0.meaning.title(words.catalogue) }.joined() == meaning)
    }

    /// Forms ask the parent for お名前 and for the child's beside.
    @Test func aNameBesideTheChildsIsAsked() throws {
        let rows = (1...40).map { "若葉　花\($0 % 9),若葉　空\($0 % 7),2018-05-\($0 % 28 + 1)\n" }.joined()
        let found = try Shipped.suggestion(of: "お名前,お子様氏名,お子様の生年月日\n" + rows)
        #expect(Self.written(found) == ["お子様の生年月日 生年月日"])
    }

    @Test(arguments: ["氏名2", "住所2", "おたより", "町名", "ご意見"]) func otherHeadersAreNotReadSo(header: String) throws
    {
        let (words, _) = try Shipped.words()
        let titles = words.readings(of: header).map { $0.meaning.title(words.catalogue) }
        #expect(titles.allSatisfy { $0 == "町字" })
    }

    @Test func codesThatAreSeenStandInTheExample() throws {
        let rows = (1...60).map { "若葉　花,\($0 % 3 == 0 ? "本措置" : "併せて支援を求める者")\n" }.joined()
        let text = MappingDraft(try Shipped.suggestion(of: "氏名,措置区分\n" + rows)).text
        #expect(text.contains("codes: { \"併せて支援を求める者\": \"本措置\" か \"仮支援措置\" か \"併せて\", \"本措置\": \"本措置\" }"))
    }

    // MARK: - Fixed width

    /// From the draft on, the file is read like any other.
    @Test func aDraftOfFixedWidthReadsItsFile() throws {
        func cell(_ text: String, _ bytes: Int) -> [UInt8] {
            let written = TextEncoding.cp932.encode(text) ?? []
            return written + [UInt8](repeating: 0x20, count: bytes - written.count)
        }
        let header = [("児童氏名", 30), ("学年", 5), ("生月日", 10), ("児童生年月日", 14), ("保護者名", 30)]
        let head = header.flatMap { cell($0.0, $0.1) }
        func lines(_ child: Child) -> [UInt8] {
            let day = "\(child.birth)".replacing("-", with: "")
            return cell(child.name, 30) + cell("\(child.grade)", 5) + cell("", 10) + cell(day, 14)
                + cell(child.guardian, 30)
        }
        let rows = Self.children.map { lines($0) + [0x0A] }.joined()
        let (words, mappings) = try Shipped.words()
        let scratch = try ScratchFolder()
        for (isTitled, bytes) in [(true, head + [0x0A] + rows), (false, Array(rows))] {
            let path = try scratch.write(Array(bytes), to: "x.csv")
            let profile = try ExtractProfile.read(
                path: path, file: "x_20261001.csv", words: words, asOf: Shipped.asOf)
            let found = MappingSuggestion(profile, words: words, mappings: mappings)
            let draft = try ExtractMapping.read(
                ConfigurationFile.read(MappingDraft(found).text, name: "x.json5"),
                catalogue: Shipped.catalogue.get(), takesOpenQuestions: true)
            #expect(draft.format.fixedWidth?.reduce(0) { $0 + $1.bytes } == 89)
            #expect(
                Set(draft.identifyingColumns) == (isTitled ? ["児童氏名", "児童生年月日", "保護者名"] : ["列1", "列3"]))
            let preview = try MappingPreview.read(
                path: path, file: "x_20261001.csv", mapping: draft, catalogue: Shipped.catalogue.get(),
                asOf: Shipped.asOf, shownRows: 1, isMasked: true)
            #expect(preview.ledger.accepted == Self.children.count && preview.ledger.rejected == 0)
        }
    }
}
