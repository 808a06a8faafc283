import Domain
import Extracts
import JapaneseText
import TestSupport
import Testing

@testable import Mapping

@Suite struct MapperTests {
    private let asOf = Day(number: 20_727)

    /// Columns of the mapping, cells of the row after 氏名, and the facts or the rejection.
    @Test(arguments: [
        // code tables
        ("'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '2': null } }", ["1"], "C01.status=受給中"),
        ("'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '2': null } }", ["１ "], "C01.status=受給中"),
        ("'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '2': null } }", ["2"], ""),
        ("'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '2': null } }", ["　"], ""),
        ("'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '2': null } }", ["3"], "× code.unknown a"),
        (
            "'a': { item: 'C01', kind: 'status', codes: { '1': '受給中' }, onError: 'drop' }", ["3"],
            "\n! fact.dropped a"
        ),
        (
            "'a': { item: 'A04', kind: 'move', codes: { '転居': '転居' }, otherwise: 'その他' }", ["職権記載"],
            "A04.move=その他"
        ),
        ("'a': { item: 'A04', kind: 'move', codes: { '転居': '転居' }, otherwise: 'その他' }", [""], ""),
        ("'a': { item: 'A04', kind: 'move', codes: { '': 'その他' } }", [""], "A04.move=その他"),
        // the catalogue's own words
        ("'a': { item: 'C01', kind: 'status' }", ["差止"], "C01.status=差止"),
        // numbers
        ("'a': { item: 'F03', kind: 'absent_days' }", ["１２"], "F03.absent_days=12.0"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["0.5"], "F03.absent_days=0.5"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["1,000"], "F03.absent_days=1000.0"),
        ("'a': { item: 'F03', kind: 'absent_days' }", [""], ""),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["なし"], "× number.unreadable a"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["inf"], "× number.unreadable a"),
        ("'a': { item: 'F03', kind: 'absent_days', onError: 'drop' }", ["なし"], "\n! fact.dropped a"),
        ("'a': { item: 'F03', kind: 'absent_days', required: true }", [""], "× cell.blank a"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["１２日"], "F03.absent_days=12.0"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["12 日"], "F03.absent_days=12.0"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["12回"], "× number.unreadable a"),
        ("'a': { item: 'F03', kind: 'absent_days' }", ["日"], "× number.unreadable a"),
        // yes and no
        ("'a': { item: 'B05', kind: 'visited' }", ["○"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited' }", ["〇"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited' }", ["はい"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited' }", ["有り"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited' }", ["１"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited' }", ["×"], "B05.visited=無"),
        ("'a': { item: 'B05', kind: 'visited' }", ["いいえ"], "B05.visited=無"),
        ("'a': { item: 'B05', kind: 'visited' }", ["0"], "B05.visited=無"),
        ("'a': { item: 'B05', kind: 'visited' }", [""], ""),
        ("'a': { item: 'B05', kind: 'visited' }", ["済"], "× code.unknown a"),
        ("'a': { item: 'B05', kind: 'visited', codes: { '済': '有', '': '無' } }", ["済"], "B05.visited=有"),
        ("'a': { item: 'B05', kind: 'visited', codes: { '済': '有', '': '無' } }", [""], "B05.visited=無"),
        // days
        ("'a': { item: 'A06', kind: 'ended' }", ["2026-04-01"], "A06.ended=2026-04-01@2026-04-01"),
        ("'a': { item: 'A06', kind: 'ended' }", ["99999999"], ""),
        // A date that is not known to the day is no fact, and is told.
        ("'a': { item: 'A06', kind: 'ended' }", ["令和8年4月"], "\n! date.imprecise a"),
        ("'a': { item: 'A06', kind: 'ended', required: true }", ["令和8年頃"], "\n! date.imprecise a"),
        ("'a': { item: 'A06', kind: 'ended' }", ["すぐ"], "× date.unreadable a"),
        ("'a': { item: 'A06', kind: 'ended', onError: 'drop' }", ["すぐ"], "\n! fact.dropped a"),
        ("'a': { item: 'A06', kind: 'ended', required: true }", ["99999999"], "× cell.blank a"),
        // the day a fact holds for
        (
            "'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }", ["差止", "R8.4.1"],
            "C01.status=差止@2026-04-01"
        ),
        (
            "'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }", ["差止", "令和8年4月"],
            "C01.status=差止@2026-4"
        ),
        (
            "'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }", ["差止", ""],
            "C01.status=差止"
        ),
        (
            "'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }", ["差止", "春"],
            "× date.unreadable b"
        ),
        ("'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }", ["", "春"], ""),
        // constants, conditions and kinds by code
        ("'a': { item: 'D06', kind: 'report', value: '虐待' }", ["何か"], "D06.report=虐待"),
        ("'a': { item: 'D06', kind: 'report', value: '虐待' }", [""], ""),
        (
            "'a': { item: 'D06', kind: 'report', value: '虐待', when: { a: { filled: false } } }", ["00000000"],
            "D06.report=虐待"
        ),
        (
            "'a': { item: 'D06', kind: 'report', value: '虐待', when: { a: { not: ['その他'] } } }", ["ｿﾉ他"],
            "D06.report=虐待"
        ),
        ("'a': { item: 'D06', kind: 'report', value: '虐待', when: { a: ['ソノ他'] } }", ["ｿﾉ他"], "D06.report=虐待"),
        ("'a': { item: 'D06', kind: 'report', value: '虐待', when: { a: { begins: ['虐'] } } }", ["非行"], ""),
        (
            "'a': { item: 'B06', kind: { from: 'b', codes: { '1': '4m', '9': null } }, value: '受診' }, 'b': { usedFor: '種別' }",
            ["x", "1"], "B06.4m=受診"
        ),
        (
            "'a': { item: 'B06', kind: { from: 'b', codes: { '1': '4m', '9': null } }, value: '受診' }, 'b': { usedFor: '種別' }",
            ["x", "9"], ""
        ),
        (
            "'a': { item: 'B06', kind: { from: 'b', codes: { '1': '4m', '9': null } }, value: '受診' }, 'b': { usedFor: '種別' }",
            ["x", "2"], "× code.unknown b"
        ),
        (
            "'a': [{ item: 'D01', kind: 'status', value: '廃止' }, { item: 'D06', kind: 'report', value: '虐待' }]",
            ["x"], "D01.status=廃止 | D06.report=虐待"
        ),
    ])
    func aColumnBecomesItsFacts(columns: String, cells: [String], expected: String) throws {
        let mapping = try mapping(mappingText(columns: columns))
        var mapper = try mapper(
            mapping, header: ["氏名", "a", "b"].prefix(cells.count + 1).map(\.self), asOf: asOf)
        let outcome = told(mapper.map(row(["若葉　花"] + cells)))
        let prefix = "child legal:若葉　花/"
        #expect(
            outcome
                == (expected.hasPrefix("×")
                    ? expected
                    : prefix
                        + (expected.isEmpty || expected.hasPrefix("\n") ? expected : " | " + expected)))
    }

    /// Person of the mapping, header, cells, and the record or the rejection.
    @Test(arguments: [
        ("number: 'n', names: [{ written: 'w' }]", ["n", "w"], ["", ""], "× person.unidentified -"),
        ("number: 'n', names: [{ written: 'w' }]", ["n", "w"], ["000", "　"], "× person.unidentified -"),
        ("number: 'n', names: [{ written: 'w' }]", ["n", "w"], ["００１２", ""], "child  | #sample/12"),
        ("number: ['n', 'm']", ["n", "m"], ["012", "03"], "child  | #sample/12-3"),
        (
            "names: [{ written: { family: 's', given: 'm' }, kana: { family: 'k', given: 'g' } }]",
            ["s", "m", "k", "g"], ["若葉", "花", "ﾜｶﾊﾞ", "ﾊﾅ"], "child legal:若葉　花/ﾜｶﾊﾞ　ﾊﾅ"
        ),
        (
            "names: [{ written: { family: 's', given: 'm' } }]", ["s", "m"], ["", ""],
            "× person.unidentified -"
        ),
        (
            "number: ['n', 'm'], names: [{ kana: 'k' }]", ["n", "m", "k"], ["012", "", "カナ"],
            "child legal:/カナ"
        ),
        ("number: 'n', sex: 's'", ["n", "s"], ["1", "Ｆ"], "child  | #sample/1 | female"),
        ("number: 'n', sex: 's'", ["n", "s"], ["1", "9"], "child  | #sample/1"),
        ("number: 'n', sex: 's'", ["n", "s"], ["1", "？"], "× code.unknown s"),
        (
            "number: 'n', sex: { column: 's', onError: 'drop' }", ["n", "s"], ["1", "？"], "child  | #sample/1"
        ),
        (
            "number: 'n', sex: { column: 's', codes: { '1': '女', '2': null } }", ["n", "s"], ["1", "1"],
            "child  | #sample/1 | female"
        ),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "いつか"], "× date.unreadable b"),
        (
            "number: 'n', birth: { column: 'b', onError: 'drop' }", ["n", "b"], ["1", "いつか"],
            "child  | #sample/1"
        ),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "R27.5.9"], "× birth.future b"),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "R8.10.1"], "child  | #sample/1 | *2026-10-01"),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "M27.3.18"], "× birth.past b"),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "1900-01-01"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "明治33年1月1日"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "M33.01.01"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "1330101"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "0001/01/01"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: 'b'", ["n", "b"], ["1", "9999-12-31"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "99999999"], "child  | #sample/1"),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "M33.1.2"], "× birth.past b"),
        (
            "number: 'n', birth: { column: 'b', required: true }", ["n", "b"], ["1", "19000101"],
            "child  | #sample/1\n! birth.placeholder b"
        ),
        (
            "number: 'n', birth: { column: 'b', age: 'a' }", ["n", "b", "a"], ["1", "19000101", "7"],
            "child  | #sample/1 | *7歳@2026-10-01\n! birth.placeholder b"
        ),
        ("number: 'n', birth: 'b'", ["n", "b"], ["1", "M35.3.18"], "child  | #sample/1 | *1902-03-18"),
        (
            "number: 'n', birth: { column: 'b', onError: 'drop' }", ["n", "b"], ["1", "R27.5.9"],
            "child  | #sample/1"
        ),
        ("number: 'n', birth: { column: 'b', required: true }", ["n", "b"], ["1", ""], "× cell.blank b"),
        (
            "number: 'n', birth: { column: 'b', age: 'a' }", ["n", "b", "a"], ["1", "H30.5.12", "x"],
            "child  | #sample/1 | *2018-05-12"
        ),
        (
            "number: 'n', birth: { column: 'b', age: 'a' }", ["n", "b", "a"], ["1", "", "７歳３か月"],
            "child  | #sample/1 | *7歳@2026-10-01"
        ),
        (
            "number: 'n', birth: { column: 'b', age: 'a' }", ["n", "b", "a"], ["1", "", "小3"],
            "× age.unreadable a"
        ),
        (
            "number: 'n', birth: { column: 'b', age: 'a', onError: 'drop' }", ["n", "b", "a"],
            ["1", "", "小3"], "child  | #sample/1"
        ),
        ("number: 'n', birth: { age: 'a' }", ["n", "a"], ["1", "130"], "× age.unreadable a"),
        (
            "number: 'n', phones: ['p', 'q']", ["n", "p", "q"], ["1", "090-0000-0001", ""],
            "child  | #sample/1 | tel:09000000001"
        ),
        (
            "number: 'n', relation: 'r', household: 'h'", ["n", "r", "h"], ["1", "子", "007"],
            "child  | #sample/1 | household:7 | relation:子"
        ),
        // A guardian about whom nothing is said may be missing; the child may not.
        (
            "number: 'n' }, guardian: { names: [{ written: 'w' }]", ["n", "w"], ["1", ""],
            "child  | #sample/1"
        ),
        (
            "number: 'n' }, guardian: { names: [{ written: 'w' }]", ["n", "w"], ["", "若葉　太郎"],
            "guardian legal:若葉　太郎/"
        ),
    ])
    func aPersonIsReadFromTheirColumns(person: String, header: [String], cells: [String], expected: String)
        throws
    {
        let mapping = try mapping(mappingText(people: "child: { \(person) },"))
        var mapper = try mapper(mapping, header: header, asOf: asOf)
        #expect(told(mapper.map(row(cells))) == expected)
    }

    @Test func factsNeedThePersonTheyAreAbout() throws {
        let people = "child: { number: 'n' }, guardian: { names: [{ written: 'w' }] },"
        let columns = "'a': { item: 'C01', kind: 'status', of: 'guardian' }"
        let mapping = try mapping(mappingText(people: people, columns: columns))
        var mapper = try mapper(mapping, header: ["n", "w", "a"], asOf: asOf)
        #expect(told(mapper.map(row(["1", "", "差止"]))) == "× person.unidentified -")
        #expect(
            told(mapper.map(row(["1", "若葉", "差止"])))
                == "child  | #sample/1\nguardian legal:若葉/ | C01.status=差止")
    }

    /// The extract's day, the header, and the month its column is for.
    @Test(arguments: [
        ("2026-10-01", "4月欠席", "2026-4"), ("2026-10-01", "９月欠席", "2026-9"),
        ("2026-10-01", "10月欠席", "2026-10"),
        ("2027-02-15", "12月欠席", "2026-12"), ("2027-02-15", "1月欠席", "2027-1"),
        ("2027-04-01", "4月欠席", "2027-4"),
        // Not begun yet.
        ("2026-10-01", "11月欠席", ""), ("2026-10-01", "3月欠席", ""),
    ])
    func aMonthColumnBelongsToTheSchoolYearOfTheExtract(day: String, column: String, month: String) throws {
        let mapping = try mapping(mappingText(columns: "'{月}月欠席': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: ["氏名", column], asOf: #require(Day(iso: day)))
        let fact = month.isEmpty ? "" : " | F03.absent_days=3.0@\(month)"
        #expect(told(mapper.map(row(["若葉", "3"]))) == "child legal:若葉/" + fact)
    }

    @Test func anItemWithoutActivePurposeIsNotEvenRead() throws {
        let columns = "'a': { item: 'C01', kind: 'status' }, 'b': { item: 'F03', kind: 'absent_days' }"
        let mapping = try mapping(mappingText(columns: columns))
        var mapper = try mapper(mapping, header: ["氏名", "a", "b"], asOf: asOf, active: ["F03"])
        #expect(told(mapper.map(row(["若葉", "読めない", "3"]))) == "child legal:若葉/ | F03.absent_days=3.0")
    }

    @Test func theSameRowAgainIsADuplicateOfTheFirst() throws {
        var mapper = try mapper(
            mapping(mappingText(columns: "'a': { drop: '不要' }")), header: ["氏名", "a"], asOf: asOf)
        #expect(told(mapper.map(row(["若葉", "1"], line: 2))) == "child legal:若葉/")
        #expect(told(mapper.map(row(["若葉1", ""], line: 3))) == "child legal:若葉1/")
        #expect(told(mapper.map(row(["若葉", "1"], line: 9))) == "= 2")
        #expect(told(mapper.map(row(["若葉", "1"], line: 10))) == "= 2")
    }

    @Test(arguments: [["若葉"], ["若葉", "1", "2"], [], ["若葉", "1", "2", "3"]])
    func aRowWithAnotherNumberOfFieldsIsRejected(fields: [String]) throws {
        var mapper = try mapper(
            mapping(mappingText(columns: "'a': { drop: '不要' }")), header: ["氏名", "a"], asOf: asOf)
        #expect(told(mapper.map(row(fields))) == "× row.columns -")
    }

    @Test func aTotalLineIsOutsideEvenWhenItIsShort() throws {
        let head = "outside: [{ when: { '氏名': { begins: ['合計'] } }, reason: '合計の行です。' }],"
        var mapper = try mapper(
            mapping(mappingText(head: head, columns: "'a': { drop: '不要' }")), header: ["氏名", "a"], asOf: asOf)
        #expect(told(mapper.map(row(["合計 12件"]))) == "- 合計の行です。")
        #expect(told(mapper.map(row(["　合計", "12"]))) == "- 合計の行です。")
        #expect(told(mapper.map(row(["小合計", "12"]))) == "child legal:小合計/")
    }

    @Test(arguments: ["['']", "['　']", "['合計', '']", "[]"])
    func anEmptyBeginningWhichEveryRowHasIsRefused(begins: String) {
        let head = "outside: [{ when: { '氏名': { begins: \(begins) } }, reason: '合計の行です。' }],"
        #expect(!faults(of: mappingText(head: head, columns: "'a': { drop: '不要' }")).isEmpty)
    }

    @Test func anIndividualNumberRejectsTheRowWhateverItsColumnIs() throws {
        let head = "outside: [{ when: { '氏名': ['合計'] }, reason: '合計の行です。' }],"
        let mapping = try mapping(mappingText(head: head, columns: "'備考': { drop: '不要' }"))
        var mapper = try mapper(mapping, header: ["氏名", "備考"], asOf: asOf)
        for fields in [["若葉", "番号は1234-5678-9018"], ["合計", "123456789018"], ["若葉", "", "123456789018"]] {
            guard case .rejected(let rejection) = mapper.map(row(fields)) else {
                Issue.record("accepted")
                continue
            }
            #expect(rejection.code == "mynumber.found")
            #expect(rejection.column == (fields.count == 2 ? "備考" : nil))
            #expect(!(rejection.message + rejection.fix).contains("9018"))
        }
    }

    @Test(arguments: [
        (0, "若"), (1, "ｱ"), (2, "町"), (2, "市"), (2, "1の"), (2, "一-"), (3, "9"), (4, "棟"), (5, "親"),
    ])
    func aNameOrAddressIsRefusedBeyondAnyLengthItCanHave(column: Int, letter: String) throws {
        let mapping = try mapping(
            mappingText(
                people: """
                    child: { names: [{ written: '氏名', kana: 'カナ' }], guardians: [{ written: '親' }],
                      address: { written: '住所', postcode: '〒', building: '方書' } },
                    """))
        let header = ["氏名", "カナ", "住所", "〒", "方書", "親"]
        var mapper = try mapper(mapping, header: header, asOf: asOf)
        var fields = ["若葉　花", "", "", "", "", ""]
        fields[column] = String(repeating: letter, count: 500 / letter.unicodeScalars.count)
        #expect(!told(mapper.map(row(fields))).hasPrefix("×"))
        for count in [501, 1 << 18] {
            fields[column] = String(repeating: letter, count: count)
            #expect(told(mapper.map(row(fields))) == "× cell.long \(header[column])")
        }
        fields[column] = String(repeating: " ", count: 1 << 20)
        #expect(told(mapper.map(row(fields))).hasPrefix(column == 0 ? "× person" : "child"))
    }

    /// A cell of a mebibyte is read to its end.
    @Test(arguments: ["0312345678 ", "03-1234-5678（母）", "0", "内線"])
    func ofManyTelephoneNumbersTheFirstAreTaken(cell: String) throws {
        let mapping = try mapping(
            mappingText(people: "child: { names: [{ written: '氏名' }], phones: '電話' },"))
        var mapper = try mapper(mapping, header: ["氏名", "電話"], asOf: asOf)
        let long = String(repeating: cell, count: (1 << 20) / cell.utf8.count)
        let told = told(mapper.map(row(["若葉　花", long])))
        #expect(told == "child legal:若葉　花/" + (cell.contains("1234") ? " | tel:0312345678" : ""))
        let several = (10...40).map { "03-1234-56\($0)" }
        #expect(
            PhoneNumber.all(in: several.joined(separator: "、"))
                == several.prefix(10).map { $0.replacing("-", with: "") })
    }
}
